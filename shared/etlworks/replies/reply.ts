import type { UnreachableCause } from "../http/connection-errors.ts";

/**
 * What came of one call to Etlworks, sorted by what the caller may do next. Every caller handles
 * every kind; nothing is thrown.
 */
export type Reply<Value> =
  | {
      readonly kind: "value";
      readonly value: Value;
      /** The server's clock from the headers `Date` and `Age`, milliseconds since 1970. */
      readonly serverTime?: number;
      /** How old the answer was when something on the way gave it from what it had kept. */
      readonly ageMs?: number;
    }
  | Failure;

export type Failure =
  /** 401, also after fresh credentials were tried, or a login that was refused. Nothing was done. */
  | {
      readonly kind: "unauthorized";
      readonly message: string;
      /**
       * Of a login that was refused with another code than 401; `message` names it. `fromApi` then
       * says that Etlworks means it: of most codes it may not.
       */
      readonly status?: number;
      /**
       * The body is Etlworks' own JSON error. `false`: an HTML page, an empty body or a gateway's
       * JSON; something between us and Etlworks may have said it, and the next call may pass.
       */
      readonly fromApi: boolean;
      /** Who said it, with its port where it is not the usual one. */
      readonly host?: string;
    }
  /** The server said no, and why: 400, 403, 409, a redirect, `success: false`. Nothing was done. */
  | {
      readonly kind: "rejected";
      readonly status: number;
      readonly message: string;
      /** As above. */
      readonly fromApi: boolean;
      readonly host?: string;
    }
  /** 404, or 200 with `null`, `{}`, `[]` in place of a record, or nothing. */
  | {
      readonly kind: "absent";
      readonly status: number;
      readonly message: string;
      /** Of a 404: as above. A balancer's 404 says nothing about a run. */
      readonly fromApi?: boolean;
      readonly host?: string;
    }
  /** 429. Nothing was done. */
  | { readonly kind: "rate-limited"; readonly retryAfterMs?: number }
  /** Not one byte reached the server. `permanent`: somebody must change the set-up (certificates, a proxy's login). */
  | {
      readonly kind: "unreachable";
      readonly permanent: boolean;
      readonly message: string;
      readonly cause?: UnreachableCause;
    }
  /** Sent, and no usable answer: 5xx, a broken answer, HTML. The server may have acted. */
  | {
      readonly kind: "fault";
      readonly message: string;
      /** A 2xx with an HTML page: most likely not the API but a web site. */
      readonly website: boolean;
      /** Of a 503: when the service says that it is back. A help: it may be back sooner. */
      readonly retryAfterMs?: number;
      /** The answer says no but names these runs. Where all of them are others', it is just the no. */
      readonly naming?: { readonly auditIds: readonly string[]; readonly no: Failure };
    }
  /** Our own signal ended the call. `mayHaveArrived`: the server may have acted. */
  | { readonly kind: "stopped"; readonly mayHaveArrived: boolean };

/** Limits of one call. */
export interface Call {
  /** Milliseconds until the call is given up; 30 s unless told. */
  readonly timeLimitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Also ends the call as long as nothing of its request has been sent. */
  readonly unsentSignal?: AbortSignal | undefined;
}

/** Sent, and no usable answer; but not a web page in place of the API. */
export function fault(message: string): Extract<Failure, { kind: "fault" }> {
  return { kind: "fault", message, website: false };
}

/** The value where there is one. */
export function valueIn<Value>(reply: Reply<Value>): Value | undefined {
  return reply.kind === "value" ? reply.value : undefined;
}
