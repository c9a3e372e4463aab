import type { SendHttp } from "../../shared/etlworks/http/http.ts";
import { isObject } from "../../shared/json.ts";

/** One answer of the instance, as far as the page may speak of it. */
export type Answer =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body: Body;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: "none"; readonly reason: string };

export type Body =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "empty" | "html" | "other" };

export interface Question {
  readonly method?: "GET" | "POST";
  /** Below `/rest`, with its query. */
  readonly path: string;
  readonly body?: string;
  /** Another key than the user's. */
  readonly key?: string;
  readonly accept?: string;
}

export type Ask = (question: Question) => Promise<Answer>;

const TIME_LIMIT_MS = 30_000;
/** More than this is no pause that a person at a terminal waits for. */
const MAX_PAUSE_MS = 120_000;

/**
 * Asks the instance. A 429 is waited for once and told to `onRateLimit`, since what its header holds
 * is one of the questions.
 */
export function createAsk(dependencies: {
  readonly send: SendHttp;
  readonly baseUrl: URL;
  readonly key: string;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly onRateLimit: (retryAfter: string | undefined) => void;
}): Ask {
  const once = async (question: Question): Promise<Answer> => {
    const { method = "GET", path, body, key = dependencies.key, accept } = question;
    const reply = await dependencies.send({
      method,
      url: new URL(dependencies.baseUrl.href + path),
      headers: {
        accept: accept ?? "application/json",
        "user-agent": "etlworks-run-flow probe",
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body }),
      timeLimitMs: TIME_LIMIT_MS,
    });
    switch (reply.kind) {
      case "answer": {
        const { status, headers } = reply;
        return { kind: "answer", status, headers, body: readBody(reply.body) };
      }
      case "unreachable":
      case "broken":
        return { kind: "none", reason: reply.reason };
      case "stopped":
        return { kind: "none", reason: "the request was stopped" };
    }
  };
  return async question => {
    const first = await once(question);
    if (first.kind === "none" || first.status !== 429) return first;
    const retryAfter = first.headers["retry-after"];
    dependencies.onRateLimit(retryAfter);
    const seconds = Number(retryAfter);
    const pause = Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 60_000;
    await dependencies.sleep(Math.min(pause, MAX_PAUSE_MS));
    return once(question);
  };
}

/** What the page says of an answer as a whole. Nothing of the body but its kind. */
export function describeAnswer(answer: Answer): string {
  if (answer.kind === "none") return "no answer";
  const http = `HTTP ${answer.status}`;
  switch (answer.body.kind) {
    case "empty":
      return `${http} with nothing`;
    case "html":
      return `${http} with an HTML page`;
    case "other":
      return `${http} with something that is not JSON`;
    case "json":
      return `${http} with ${describeJson(answer.body.value)}`;
  }
}

/** The JSON of an answer with a status below 300. */
export function jsonOf(answer: Answer): unknown {
  return answer.kind === "answer" && answer.status < 300 && answer.body.kind === "json"
    ? answer.body.value
    : undefined;
}

/** The error body that the documentation shows: `{status, error, message, path}`. */
export function isDocumentedError(value: unknown): boolean {
  return isObject(value) && ["status", "error", "message", "path"].every(name => name in value);
}

function describeJson(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (!isObject(value)) return "a bare value";
  if (Object.keys(value).length === 0) return "{}";
  if (isDocumentedError(value)) return "the documented error body";
  return value["success"] === false ? "success: false" : "an object";
}

function readBody(text: string): Body {
  if (text.trim() === "") return { kind: "empty" };
  if (/^\s*<(!doctype|html)/i.test(text)) return { kind: "html" };
  try {
    return { kind: "json", value: JSON.parse(text, keepLongNumber) };
  } catch {
    return { kind: "other" };
  }
}

/** Ids are 64-bit. As a text a long one would look as if the server had put it in quotes. */
function keepLongNumber(_name: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source ?? "";
  const rounded = Number.isInteger(value) && !Number.isSafeInteger(value);
  return rounded && /^-?\d+$/.test(source) ? BigInt(source) : value;
}
