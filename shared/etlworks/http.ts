import http from "node:http";
import https from "node:https";
import type { UnreachableCause } from "./connection-errors.ts";
import { exchange } from "./exchange.ts";
import { findProxy } from "./proxy.ts";

/** One request. `timeLimitMs` covers everything from the first look-up to the last byte. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * `own`: a connection that nothing was sent on before, closed afterwards. A server may close an
   * idle connection at any moment, and a request written at that moment is in doubt: so a start is
   * never sent on a pooled one. Only a GET may be `pooled`, and is unless told.
   */
  readonly connection?: "own" | "pooled";
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Ends the exchange too, but only before the connection is made. */
  readonly unsentSignal?: AbortSignal | undefined;
}

/**
 * What became of a request. `unreachable` is a promise: not one byte of it can have reached the
 * server, so sending it again cannot do anything twice. After `broken` nobody knows.
 */
export type HttpReply =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** The body went on past `MAX_BODY` and was cut there. */
      readonly cut: boolean;
      /** A clause that says why the bytes of the body could not be read. */
      readonly unread?: string;
    }
  | {
      readonly kind: "unreachable";
      readonly reason: string;
      readonly permanent: boolean;
      readonly cause?: UnreachableCause;
    }
  | { readonly kind: "broken"; readonly reason: string }
  | { readonly kind: "stopped"; readonly mayHaveArrived: boolean };

export type SendHttp = (request: HttpRequest) => Promise<HttpReply>;

/** The largest answer we read: 10 MB. A list of thousands of flows is a tenth of it. */
export const MAX_BODY = 10 * 1024 * 1024;

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
