import { isObject } from "../../json.ts";
import type { HttpAnswer, HttpReply } from "../http/http-message.ts";
import { ageOf, serverTime } from "./answer-times.ts";
import { placeOf } from "./answered-by.ts";
import { looksLikeHtml } from "./html-page.ts";
import { parseBody } from "./json-body.ts";
import { type About, readFailure, readRefusal } from "./read-failure.ts";
import { refusalOfEtlworks } from "./refusal-in-body.ts";
import { type Failure, fault, type Reply } from "./reply.ts";

/** How a body becomes a value; `undefined` when it is something else. */
export type ReadValue<Value> = (body: unknown) => Value | undefined;

/** What an answer that says no as a whole says all the same. */
export type InsideRefusal<Value> =
  | { readonly kind: "value"; readonly value: Value }
  /** It may be the word on a run. `message` is a clause about the answer, `runs` the ids in it. */
  | { readonly kind: "unclear"; readonly message: string; readonly runs: readonly string[] };

export type ReadRefused<Value> = (
  body: unknown,
  answer: {
    readonly status: number;
    /** The status alone says that nothing was done. */
    readonly promised: boolean;
  },
) => InsideRefusal<Value> | undefined;

interface ReadDependencies<Value> extends About {
  readonly read: ReadValue<Value>;
  /** A clause about JSON that `read` takes nothing from, where there is more to say of it. */
  readonly describeUnread?: ReadValue<string>;
  /** For a body that says no, by its status or by itself: a no may be the word on a run. */
  readonly readRefused?: ReadRefused<Value>;
}

/**
 * Classifies an HTTP exchange as a `Reply`. `where` names host and path for messages; `redact` cuts
 * known secrets out of every text of the server's. Not out of numbers, ids and words of the API: a
 * password such as 1234 must not tear an audit id apart.
 */
export function readReply<Value>(
  reply: HttpReply,
  dependencies: ReadDependencies<Value>,
): Reply<Value> {
  switch (reply.kind) {
    case "stopped":
      return reply;
    case "unreachable":
      return unreachable(reply, dependencies);
    case "broken":
      return fault(`${dependencies.where}: ${dependencies.redact(reply.reason)}`);
    case "answer":
      return readAnswer(reply, dependencies);
  }
}

function unreachable<Value>(
  { reason, permanent, cause }: Extract<HttpReply, { kind: "unreachable" }>,
  { where, redact }: ReadDependencies<Value>,
): Reply<Value> {
  const said = redact(reason);
  // What a proxy did names the proxy; the server behind it was never asked. Nor was it by ourselves.
  const itself = cause === "proxy" || cause === "request-limit";
  const message = itself ? said : `cannot reach ${where}: ${said}`;
  return { kind: "unreachable", permanent, message, ...(cause === undefined ? {} : { cause }) };
}

function readAnswer<Value>(
  answer: HttpAnswer,
  dependencies: ReadDependencies<Value>,
): Reply<Value> {
  if (answer.status < 300) return readSuccess(answer, dependencies);
  const { status } = answer;
  const no = () => readFailure(answer, dependencies);
  // What leaves the fate open by itself says no more by what is in it.
  if (status >= 500 || dependencies.readRefused === undefined) return no();
  const json = parseBody(answer.body.trim(), dependencies.redact);
  if (json.kind === "json") return readInside(answer, json.value, no, dependencies);
  const { contradicts } = json;
  if (contradicts === undefined) return no();
  const promised = PROMISES.has(status);
  const names = () =>
    contradicts.member === "auditId" ||
    dependencies.readRefused?.(contradicts.value, { status, promised }) !== undefined;
  return !promised || names()
    ? fault(`${placeOf(answer, dependencies.where)} answered ${status} with ${json.what}`)
    : no();
}

/** The word on a run in an answer that says no as a whole; without one it is just that no. */
function readInside<Value>(
  answer: HttpAnswer,
  body: unknown,
  no: () => Failure,
  { readRefused, where }: ReadDependencies<Value>,
): Reply<Value> {
  const { status } = answer;
  const inside = readRefused?.(body, { status, promised: PROMISES.has(status) });
  if (inside === undefined) return no();
  if (inside.kind === "value") return gotValue(inside.value, answer);
  const { message, runs } = inside;
  const doubt = fault(`${placeOf(answer, where)} ${message}`);
  return runs.length === 0 ? doubt : { ...doubt, naming: { auditIds: runs, no: no() } };
}

/** Statuses that say that nothing was done. */
const PROMISES: ReadonlySet<number> = new Set([401, 429]);

function readSuccess<Value>(
  answer: HttpAnswer,
  dependencies: ReadDependencies<Value>,
): Reply<Value> {
  const { redact } = dependencies;
  const where = placeOf(answer, dependencies.where);
  if (answer.cut) return fault(`${where}: the answer is larger than 10 MB`);
  const { status } = answer;
  const body = answer.body.trim();
  if (body === "") return { kind: "absent", status, message: "the answer is empty" };
  const json = parseBody(body, redact);
  // The label matters only when the body is not JSON: some servers call everything text/html.
  if (json.kind === "other") {
    if (answer.unread !== undefined)
      return fault(`${where} answered, but ${redact(answer.unread)}`);
    if (!looksLikeHtml(answer)) return fault(`${where} answered with ${json.what}`);
    const message = `${where} answered with an HTML page instead of JSON`;
    return { kind: "fault", message, website: true };
  }
  const refusal = refusalOfEtlworks(json.value);
  if (refusal !== undefined) {
    const no = () => readRefusal(refusal, answer, dependencies);
    return readInside(answer, json.value, no, dependencies);
  }
  const value = dependencies.read(json.value);
  if (json.value === null || (isObject(json.value) && Object.keys(json.value).length === 0)) {
    return {
      kind: "absent",
      status,
      message: `the answer is ${json.value === null ? "null" : "{}"}`,
    };
  }
  // Where one record was asked for, a list without any has none.
  if (value === undefined && Array.isArray(json.value) && json.value.length === 0) {
    return { kind: "absent", status, message: "the answer is []" };
  }
  if (value === undefined) {
    const what = dependencies.describeUnread?.(json.value) ?? "JSON of an unknown form";
    return fault(`${where} answered with ${what}`);
  }
  return gotValue(value, answer);
}

function gotValue<Value>(value: Value, answer: HttpAnswer): Reply<Value> {
  const ageMs = ageOf(answer);
  return { kind: "value", value, ...serverTime(answer), ...(ageMs > 0 ? { ageMs } : {}) };
}
