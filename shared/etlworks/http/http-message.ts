import type { UnreachableCause } from "./connection-errors.ts";

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
      /** The proxy that handed it on, or that gave it itself: of a plain request nobody can tell. */
      readonly via?: string;
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

export type HttpAnswer = Extract<HttpReply, { kind: "answer" }>;

export type SendHttp = (request: HttpRequest) => Promise<HttpReply>;

/** The largest answer we read: 10 MB. A list of thousands of flows is a tenth of it. */
export const MAX_BODY = 10 * 1024 * 1024;

/**
 * A run may have begun when the answer to its start cannot be read, so what browsers and curl read
 * is read: folded header lines, line ends without a carriage return, a length beside chunks, and the
 * headers of a gateway that sets many cookies. What a strict parser guards against, answers to
 * others that are smuggled into a shared connection, can harm nobody here.
 */
export const LENIENT_PARSING = { insecureHTTPParser: true, maxHeaderSize: 65_536 } as const;
