import http from "node:http";
import https from "node:https";
import { exchange } from "./exchange.ts";
import { type HttpReply, type HttpRequest, MAX_BODY, type SendHttp } from "./http-message.ts";
import { findProxy } from "./proxy.ts";

export { type HttpReply, type HttpRequest, MAX_BODY, type SendHttp };

/**
 * The only place that speaks HTTP.
 *
 * `node:http` and not `fetch`, for two reasons. It tells whether the connection was ever made, and
 * that decides if a start may be sent again. And the first `fetch` of a process loads 30 ms of code
 * (43 ms against 15 ms for the first request on Node 24.21, measured on loopback).
 *
 * Redirects are never followed. Proxy variables are honoured (see proxy.ts). `close` ends idle
 * connections, so that a process can leave at once.
 */
export function createHttp(
  environment: Readonly<Record<string, string | undefined>>,
  /** Told once, when the first request is on the wire: a good moment for work that can wait. */
  onFirstRequest: () => void = () => undefined,
): {
  readonly send: SendHttp;
  readonly close: () => void;
} {
  // An idle connection is dropped after 4 s: servers close theirs after 5 s and more.
  const options = { keepAlive: true, timeout: 4_000 };
  let agents: { readonly plain: http.Agent; readonly secure: https.Agent } | undefined;
  const poolFor = (url: URL) => {
    agents ??= { plain: new http.Agent(options), secure: new https.Agent(options) };
    return url.protocol === "https:" ? agents.secure : agents.plain;
  };
  let first = true;
  const onSent = () => {
    if (first) onFirstRequest();
    first = false;
  };
  return {
    async send(request) {
      const proxy = findProxy(request.url, environment);
      const pooled = request.method === "GET" && request.connection !== "own";
      // Through a proxy each request has a connection of its own: a proxy drops idle ones as well.
      const pool = pooled && proxy === undefined ? poolFor(request.url) : undefined;
      return exchange(request, { pool, proxy, onSent, maxBody: MAX_BODY });
    },
    close() {
      agents?.plain.destroy();
      agents?.secure.destroy();
    },
  };
}
