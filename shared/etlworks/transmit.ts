import { foreignHeaders } from "../request-headers.ts";
import type { HttpReply, SendHttp } from "./http/http-message.ts";
import type { Call } from "./replies/reply.ts";

/** Where the API is, and how requests get there. */
export interface Server {
  readonly send: SendHttp;
  /** Ends in `/rest` (see base-url.ts). */
  readonly baseUrl: URL;
  /** Sent with each request besides our own headers, which it cannot change. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
}

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
  readonly accept?: string;
}

export const USUAL_TIME_LIMIT_MS = 30_000;

/** Sends one request, as it is: with this token or without one. */
export function transmit(
  server: Server,
  request: ApiRequest,
  token: string | undefined,
  call: Call,
): Promise<HttpReply> {
  return server.send({
    method: request.method,
    url: new URL(server.baseUrl.href + request.path),
    headers: {
      // A status that a cache on the way has kept says nothing of now. The user may know better.
      ...(request.method === "GET" ? { "cache-control": "no-cache" } : {}),
      ...foreignHeaders(server.requestHeaders ?? {}),
      accept: request.accept ?? "application/json",
      "user-agent": "etlworks-run-flow",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(request.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(request.body === undefined ? {} : { body: request.body }),
    // Only what may be sent twice is sent on a connection that may be closing.
    connection: request.method === "GET" ? "pooled" : "own",
    timeLimitMs: call.timeLimitMs ?? USUAL_TIME_LIMIT_MS,
    signal: call.signal,
    unsentSignal: call.unsentSignal,
  });
}

/** Host and path without the query: parameters may hold what a log should not. */
export function describePlace(baseUrl: URL, path: string): string {
  return `${baseUrl.host}${baseUrl.pathname}${path.split("?", 1)[0]}`;
}
