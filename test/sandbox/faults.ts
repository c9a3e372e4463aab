import { type ApiReply, failure } from "./reply.ts";

/**
 * What goes wrong with a request. `when: "before"` keeps it from the server's truth; `"after"` lets
 * it take effect and spoils the answer only. Kinds without `when` always come after.
 */
export type Fault =
  /** The answer comes later. */
  | { readonly kind: "delay"; readonly ms: number; readonly when?: Moment }
  /** The connection is torn down (RST), or closed in an orderly way without an answer (FIN). */
  | { readonly kind: "reset" | "hang-up"; readonly when: Moment }
  /** No answer ever; the connection stays open. */
  | { readonly kind: "hang"; readonly when: Moment }
  /** Another answer. Without a body, the error body of that status. */
  | {
      readonly kind: "answer";
      readonly when: Moment;
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** A page of a load balancer. Default status 200. */
  | { readonly kind: "html"; readonly when: Moment; readonly status?: number }
  /** 429 with `Retry-After` in seconds (default) or as an HTTP date. Never reaches the truth. */
  | { readonly kind: "rate-limited"; readonly seconds: number; readonly as?: "seconds" | "date" }
  /** To any `Location`. Default status 302. */
  | {
      readonly kind: "redirect";
      readonly when: Moment;
      readonly location: string;
      readonly status?: number;
    }
  /** Content-Length is right, but the connection is cut after half of the body. */
  | { readonly kind: "half-body" }
  /** Half of the body, ended as if it were whole. */
  | { readonly kind: "cut-json" }
  | { readonly kind: "empty-body" | "null" | "empty-object" | "garbage" }
  | { readonly kind: "body"; readonly body: string }
  /** A body that never ends, as fast as the reader takes it. */
  | { readonly kind: "endless-body" }
  /** The right body, a few bytes at a time. Default 1 byte. */
  | { readonly kind: "slow-drip"; readonly everyMs: number; readonly bytes?: number }
  /** The answer speaks of another run. */
  | { readonly kind: "other-audit-id"; readonly auditId?: string }
  | { readonly kind: "status-word"; readonly word: string };

type Moment = "before" | "after";

/** A fault and the requests that it hits. */
export type FaultRule = Fault & {
  readonly method?: string;
  /** Compared with the path and the query, `/rest` included. Default: every path. */
  readonly path?: RegExp;
  /** Lets this many matching requests pass first. Default 0. */
  readonly skip?: number;
  /** Hits this many requests, then no more. Default 1; `Infinity` for ever. */
  readonly times?: number;
};

/** A rule that has been set. */
export interface FaultHandle {
  /** How many requests it has hit. */
  readonly hits: number;
  remove(): void;
}

/** The rules in force. */
export interface Faults {
  add(rule: FaultRule): FaultHandle;
  /**
   * The fault for this request, if any: that of the first rule that matches, has nothing to skip
   * and is not used up. Later rules neither see the request nor count it as skipped.
   */
  take(method: string, path: string): Fault | undefined;
}

export function createFaults(): Faults {
  const set: { readonly rule: FaultRule; skipped: number; hits: number }[] = [];
  return {
    add(rule) {
      const entry = { rule, skipped: 0, hits: 0 };
      set.push(entry);
      return {
        get hits() {
          return entry.hits;
        },
        remove() {
          const index = set.indexOf(entry);
          if (index >= 0) set.splice(index, 1);
        },
      };
    },
    take(method, path) {
      for (const entry of set) {
        const { rule } = entry;
        if (rule.method !== undefined && rule.method !== method) continue;
        if (rule.path !== undefined && !rule.path.test(path)) continue;
        if (entry.hits >= (rule.times ?? 1)) continue;
        if (entry.skipped < (rule.skip ?? 0)) {
          entry.skipped += 1;
          continue;
        }
        entry.hits += 1;
        return rule;
      }
      return undefined;
    },
  };
}

/** Whether the model gets to see a request that meets this fault. */
export function reachesTheServer(fault: Fault): boolean {
  if (fault.kind === "rate-limited") return false;
  return !("when" in fault) || fault.when !== "before" || fault.kind === "delay";
}

/**
 * The answer that goes out in place of the server's own. `undefined` stands for the server's answer
 * to a request that never reached it. Faults of the wire itself (resets, delays) change nothing here.
 */
export function spoil(fault: Fault, pathname: string, now: number, reply?: ApiReply): ApiReply {
  const own = reply ?? failure(503, "Service unavailable", pathname);
  switch (fault.kind) {
    case "answer": {
      const usual = failure(fault.status, messageOf(fault.status), pathname, fault.headers);
      return fault.body === undefined ? usual : { ...usual, body: fault.body };
    }
    case "html":
      return { status: fault.status ?? 200, headers: html, body: htmlPage(fault.status ?? 200) };
    case "rate-limited": {
      const date = new Date(now + fault.seconds * 1000).toUTCString();
      const wait = fault.as === "date" ? date : String(fault.seconds);
      return failure(429, messageOf(429), pathname, { "retry-after": wait });
    }
    case "redirect":
      return { status: fault.status ?? 302, headers: { location: fault.location }, body: "" };
    case "cut-json":
      return { ...own, body: own.body.slice(0, Math.floor(own.body.length / 2)) };
    case "empty-body":
      return { ...own, body: "" };
    case "null":
      return { ...own, body: "null" };
    case "empty-object":
      return { ...own, body: "{}" };
    case "garbage":
      return { ...own, body: "\u0000\u001f\u008b\ufffd]}>{;\u0007 not json at all" };
    case "body":
      return { ...own, body: fault.body };
    case "other-audit-id": {
      const auditId = fault.auditId ?? "4040404";
      return { ...own, body: own.body.replace(/"auditId":("?)\d+\1/, `"auditId":$1${auditId}$1`) };
    }
    case "status-word": {
      const word = JSON.stringify(fault.word);
      return { ...own, body: own.body.replace(/"status":"[^"]*"/, () => `"status":${word}`) };
    }
    case "delay":
    case "reset":
    case "hang-up":
    case "hang":
    case "half-body":
    case "endless-body":
    case "slow-drip":
      return own;
  }
}

const html = { "content-type": "text/html; charset=utf-8" };

/** What an nginx in front of an instance says. */
function htmlPage(status: number): string {
  const title = status === 200 ? "Sign in — Etlworks" : `${status} ${messageOf(status)}`;
  return `<!DOCTYPE html>
<html>
<head><title>${title}</title></head>
<body>
<center><h1>${title}</h1></center>
<hr><center>nginx/1.27.2</center>
</body>
</html>
`;
}

function messageOf(status: number): string {
  const known: Readonly<Record<number, string>> = {
    429: "Too many requests",
    500: "Could not open JPA EntityManager for transaction",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
  };
  return known[status] ?? "Request failed";
}
