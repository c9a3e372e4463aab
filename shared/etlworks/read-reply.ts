import { isObject, parseJson } from "../json.ts";
import { parseErrorMessage } from "./etlworks-replies.ts";
import { ACTIVE_STATUSES, TERMINAL_STATUSES } from "./execution.ts";
import type { HttpReply } from "./http.ts";
import type { Reply } from "./reply.ts";

/** How a body becomes a value; `undefined` when it is something else. */
export type ReadValue<Value> = (body: unknown) => Value | undefined;

interface Parts<Value> {
  readonly where: string;
  readonly now: () => number;
  readonly redact: (text: string) => string;
  readonly read: ReadValue<Value>;
}

/**
 * Sorts an HTTP exchange into a `Reply`. `where` names host and path for messages; `redact` cuts
 * known secrets out of every text of the server's. Not out of numbers, ids and words of the API: a
 * password such as 1234 must not tear an audit id apart.
 */
export function readReply<Value>(reply: HttpReply, dependencies: Parts<Value>): Reply<Value> {
  switch (reply.kind) {
    case "stopped":
      return reply;
    case "unreachable": {
      const message = `cannot reach ${dependencies.where}: ${dependencies.redact(reply.reason)}`;
      return { kind: "unreachable", permanent: reply.permanent, message };
    }
    case "broken":
      return fault(`${dependencies.where}: ${dependencies.redact(reply.reason)}`);
    case "answer":
      return readAnswer(reply, dependencies);
  }
}

type Answer = Extract<HttpReply, { kind: "answer" }>;

function readAnswer<Value>(answer: Answer, dependencies: Parts<Value>): Reply<Value> {
  const { status } = answer;
  if (status < 300) return readSuccess(answer, dependencies);
  if (status < 400) return redirected(answer);
  if (status === 429) return { kind: "rate-limited", ...retryAfter(answer, dependencies.now) };
  const said = describeBody(answer, dependencies.redact);
  const fromApi = isApiError(answer);
  if (status === 401) return { kind: "unauthorized", message: said, fromApi };
  if (status === 404) return { kind: "absent", status, message: said };
  // 408 and 425 come from a balancer that gave up on the request, so its fate is not known.
  if (status >= 500 || status === 408 || status === 425) {
    return fault(`${dependencies.where} answered ${status}: ${said}`);
  }
  return { kind: "rejected", status, message: said, fromApi };
}

function readSuccess<Value>(answer: Answer, dependencies: Parts<Value>): Reply<Value> {
  if (answer.cut) return fault(`${dependencies.where}: the answer is larger than 10 MB`);
  const { status } = answer;
  const body = answer.body.trim();
  if (body === "") return { kind: "absent", status, message: "the answer is empty" };
  if (looksLikeHtml(answer)) {
    const message = `${dependencies.where} answered with an HTML page instead of JSON`;
    return { kind: "fault", message, website: true };
  }
  const json = tryParse(body, dependencies.redact);
  if (json === undefined)
    return fault(`${dependencies.where} answered with something that is not JSON`);
  if (json.value === null || (isObject(json.value) && Object.keys(json.value).length === 0)) {
    return {
      kind: "absent",
      status,
      message: `the answer is ${json.value === null ? "null" : "{}"}`,
    };
  }
  if (isObject(json.value) && json.value["success"] === false) {
    const message = parseErrorMessage(json.value) ?? "success is false";
    return { kind: "rejected", status, message, fromApi: true };
  }
  const value = dependencies.read(json.value);
  if (value === undefined)
    return fault(`${dependencies.where} answered with JSON of an unknown form`);
  return { kind: "value", value, ...serverTime(answer) };
}

function redirected(answer: Answer): Reply<never> {
  const target = URL.parse(answer.headers["location"] ?? "", "https://relative.invalid");
  const named =
    target === null || target.hostname === "relative.invalid" ? "" : ` to ${target.origin}`;
  // 303 is how a server says "done, now look there": the request may have been acted upon.
  if (answer.status === 303) return fault(`the server redirects${named}`);
  const message = `the server redirects${named}, and a redirect is not followed with credentials`;
  return { kind: "rejected", status: answer.status, message, fromApi: false };
}

function fault(message: string): Reply<never> {
  return { kind: "fault", message, website: false };
}

/** One readable clause from an error body: the server's words, or what kind of thing it sent. */
function describeBody(answer: Answer, redact: (text: string) => string): string {
  if (looksLikeHtml(answer)) return "an HTML page";
  const body = answer.body.trim();
  if (body === "") return "no text";
  const json = tryParse(body, redact);
  const message =
    json === undefined
      ? redact(body)
      : (parseErrorMessage(json.value) ?? redact(JSON.stringify(json.value)));
  return message.length > 1_000 ? `${message.slice(0, 1_000)}…` : message;
}

/**
 * Etlworks describes an error as `{status, error, message, path}`. What a gateway says in JSON, such
 * as `{"message":"Forbidden"}`, names neither the status nor the path.
 */
function isApiError(answer: Answer): boolean {
  const json = tryParse(answer.body.trim(), text => text);
  if (json === undefined || !isObject(json.value)) return false;
  const { status, error, message, path, success } = json.value;
  if (success === false) return true;
  if (parseErrorMessage(json.value) === undefined) return false;
  const namesStatus = String(status) === String(answer.status);
  return namesStatus || typeof path === "string" || (isText(error) && isText(message));
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}

function looksLikeHtml(answer: Answer): boolean {
  return (
    /\bhtml\b/i.test(answer.headers["content-type"] ?? "") ||
    /^\s*<(?:!doctype|html|head|body)\b/i.test(answer.body)
  );
}

function tryParse(
  body: string,
  redact: (text: string) => string,
): { readonly value: unknown } | undefined {
  try {
    // A server may write any letter as an escape (Gson does so with `=` and `'`), and behind it a
    // secret would slip through.
    const suspicious = body.includes("\\") || redact(body) !== body;
    const redactText = (text: string) => (isWordOfTheApi(text) ? text : redact(text));
    return { value: suspicious ? parseJson(body, redactText) : parseJson(body) };
  } catch {
    return undefined;
  }
}

/** Statuses and ids, which everything hangs on and which say nothing of a secret. */
function isWordOfTheApi(text: string): boolean {
  const word = text.trim().toLowerCase();
  return /^\d{1,19}$/.test(word) || STATUSES.has(word);
}

const STATUSES: ReadonlySet<string> = new Set([...ACTIVE_STATUSES, ...TERMINAL_STATUSES]);

/** A server that says "tomorrow" is asked once an hour all the same: it may be back sooner. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). */
function retryAfter(answer: Answer, now: () => number): { readonly retryAfterMs?: number } {
  const header = answer.headers["retry-after"]?.trim() ?? "";
  if (/^\d{1,9}$/.test(header)) {
    return { retryAfterMs: Math.min(Number(header) * 1_000, MAX_RETRY_AFTER_MS) };
  }
  const date = Date.parse(header);
  if (!Number.isFinite(date)) return {};
  // Against the server's own clock where it gives one: ours may be minutes off.
  const reference = serverTime(answer).serverTime ?? now();
  return { retryAfterMs: Math.min(Math.max(0, date - reference), MAX_RETRY_AFTER_MS) };
}

function serverTime(answer: Answer): { readonly serverTime?: number } {
  const date = Date.parse(answer.headers["date"] ?? "");
  return Number.isFinite(date) ? { serverTime: date } : {};
}
