import { STATUS_CODES } from "node:http";
import { isObject } from "../json.ts";
import { ageOf, retryAfter, serverTime } from "./answer-times.ts";
import { parseErrorMessage } from "./etlworks-replies.ts";
import type { HttpReply } from "./http.ts";
import { parseBody } from "./json-body.ts";
import {
  type FindRefusal,
  isErrorOfEtlworks,
  type Refusal,
  refusalOfEtlworks,
} from "./refusal-in-body.ts";
import type { Failure, Reply } from "./reply.ts";
import { boundedText, hideCredentials } from "./server-text.ts";

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

interface ReadDependencies<Value> {
  readonly where: string;
  readonly now: () => number;
  readonly redact: (text: string) => string;
  readonly read: ReadValue<Value>;
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
  // What a proxy did names the proxy; the server behind it was never asked.
  const message = cause === "proxy" ? said : `cannot reach ${where}: ${said}`;
  return { kind: "unreachable", permanent, message, ...(cause === undefined ? {} : { cause }) };
}

type Answer = Extract<HttpReply, { kind: "answer" }>;

function readAnswer<Value>(answer: Answer, dependencies: ReadDependencies<Value>): Reply<Value> {
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
  answer: Answer,
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

/** An answer with a status of 300 or more. */
function readFailure(answer: Answer, dependencies: About): Failure {
  const { status } = answer;
  const host = serverOf(answer, dependencies.where);
  if (status < 400) return redirected(answer, dependencies);
  if (status === 429) return { kind: "rate-limited", ...retryAfter(answer, dependencies.now) };
  const said = describeBody(answer, dependencies.redact);
  const fromApi = isApiError(answer);
  if (status === 401) return { kind: "unauthorized", message: said, fromApi, host };
  if (status === 404) return { kind: "absent", status, message: said, fromApi, host };
  if (status >= 500 || GAVE_UP.has(status)) {
    const asked = status === 503 ? retryAfter(answer, dependencies.now) : {};
    return {
      ...fault(`${placeOf(answer, dependencies.where)} answered ${status}: ${said}`),
      ...asked,
    };
  }
  return { kind: "rejected", status, message: said, fromApi, host };
}

/** What a balancer says that gave up on a request that it may have passed on: its fate is not known. */
const GAVE_UP: ReadonlySet<number> = new Set([408, 425, 444, 460, 499]);

function readSuccess<Value>(answer: Answer, dependencies: ReadDependencies<Value>): Reply<Value> {
  const { redact } = dependencies;
  const where = placeOf(answer, dependencies.where);
  if (answer.cut) return fault(`${where}: the answer is larger than 10 MB`);
  const { status } = answer;
  const body = answer.body.trim();
  if (body === "") return { kind: "absent", status, message: "the answer is empty" };
  const json = parseBody(body, redact);
  // The label matters only when the body is not JSON: some servers call everything text/html.
  if (json.kind === "other") {
    if (answer.unread !== undefined) return fault(`${where} answered, but ${answer.unread}`);
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
  if (value === undefined) return fault(`${where} answered with JSON of an unknown form`);
  return gotValue(value, answer);
}

function gotValue<Value>(value: Value, answer: Answer): Reply<Value> {
  const ageMs = ageOf(answer);
  return { kind: "value", value, ...serverTime(answer), ...(ageMs > 0 ? { ageMs } : {}) };
}

type About = Omit<ReadDependencies<never>, "read" | "readRefused">;

/**
 * Why an answer of any form under a status of success is none: it is a web page, which everything is
 * answered with by a portal or a sign-in, or it says no in one of the ways of `find`.
 */
export function failureWithin(
  answer: Answer,
  about: About,
  find: FindRefusal,
): Failure | undefined {
  const { redact } = about;
  const where = placeOf(answer, about.where);
  if (isHtmlPage(answer.body)) {
    const message = `${where} answered ${answer.status} with an HTML page`;
    return { kind: "fault", message, website: true };
  }
  const json = parseBody(answer.body.trim(), redact);
  const refusal = find(json, answer.body);
  return refusal === undefined ? undefined : readRefusal(refusal, answer, about);
}

/** No error of Etlworks is so long; a log may have 10 MB. */
const MAX_ERROR = 100_000;

/** The same of a text, which may hold anything: only what begins like an error, and is as small, is one. */
export function failureInPlaceOfText(answer: Answer, about: About): Failure | undefined {
  const body = answer.body.trimStart();
  const looksLikeError = body.length <= MAX_ERROR && /^[{"]/.test(body);
  const refused: FindRefusal = json =>
    json.kind === "json" ? refusalOfEtlworks(json.value) : undefined;
  return looksLikeError || isHtmlPage(body) ? failureWithin(answer, about, refused) : undefined;
}

/**
 * Whether an answer says of the credentials that they are not taken, be it under a status of
 * success. A 403 only in Etlworks' own words: a firewall's says nothing of them. `mayHaveActed` sees
 * the body where a 401 is no promise that nothing was done.
 */
export function refusedCredentials(
  answer: Answer,
  mayHaveActed: (body: unknown) => boolean = () => false,
): 401 | 403 | undefined {
  if (answer.status === 401) return mayHaveActed(unredactedOrLast(answer)) ? undefined : 401;
  if (answer.status >= 300 && answer.status !== 403) return undefined;
  if (answer.body.length > MAX_ERROR || !/40[13]/.test(answer.body)) return undefined;
  const value = unredacted(answer);
  const refusal = refusalOfEtlworks(value);
  const claimed = refusal?.kind === "error" ? refusal.status : undefined;
  if (claimed === 401 && answer.status < 300) return mayHaveActed(value) ? undefined : 401;
  const forbidden = answer.status === 403 && isErrorOfEtlworks(value, answer.status);
  return claimed === 403 || forbidden ? 403 : undefined;
}

function readRefusal(refusal: Refusal, answer: Answer, about: About): Failure {
  const { where } = about;
  switch (refusal.kind) {
    case "error":
      return readFailure({ ...answer, status: refusal.status }, about);
    case "no": {
      const message = boundedText(refusal.message, MAX_CLAUSE);
      const host = serverOf(answer, where);
      return { kind: "rejected", status: answer.status, message, fromApi: true, host };
    }
    case "unclear":
      return fault(`${placeOf(answer, where)} ${refusal.message}`);
  }
}

/** Who answered. */
function serverOf(answer: Answer, where: string): string {
  return hostOf(where) + throughProxy(answer);
}

function placeOf(answer: Answer, where: string): string {
  return where + throughProxy(answer);
}

function throughProxy({ via }: Answer): string {
  return via === undefined ? "" : ` through the proxy ${via}`;
}

function hostOf(where: string): string {
  return where.split("/", 1)[0] ?? where;
}

function redirected(answer: Answer, { where, redact }: About): Failure {
  const { status } = answer;
  // Nothing was asked for conditionally, so this is an intermediary's mistake.
  if (status === 304)
    return fault(`${placeOf(answer, where)} answered 304 (not modified), which is no answer`);
  const target = redirectTarget(answer.headers["location"] ?? "", where);
  const named = target === "" ? "" : ` to ${redact(target)}`;
  // 303 is how a server says "done, now look there": the request may have been acted upon.
  if (status === 303) return fault(`the server redirects${named}`);
  const message = `the server redirects${named}, and a redirect is not followed with credentials`;
  return { kind: "rejected", status, message, fromApi: false, host: serverOf(answer, where) };
}

/** Another host by its origin; the same host with the path, without what may hold credentials. */
function redirectTarget(location: string, where: string): string {
  // The scheme that we asked with is not known here, and says nothing.
  const target = URL.parse(location, `relative://${where}`);
  if (location.trim() === "" || target === null) return "";
  const path = boundedText(target.pathname.split(";", 1)[0] ?? "", 200);
  const same = target.host === hostOf(where);
  // Nobody's host is as long as a header may be.
  const host = boundedText(target.host, 255);
  const behind = same ? path : "";
  if (target.protocol === "relative:") return `${host}${behind}`;
  return /^https?:$/.test(target.protocol) ? `${target.protocol}//${host}${behind}` : "";
}

function fault(message: string): Extract<Reply<never>, { kind: "fault" }> {
  return { kind: "fault", message, website: false };
}

/** One readable clause from an error body: the server's words, or what kind of thing it sent. */
function describeBody(answer: Answer, redact: (text: string) => string): string {
  const body = answer.body.trim();
  if (body === "") return "no text";
  const json = parseBody(body, redact);
  if (json.kind === "json") {
    const said = parseErrorMessage(json.value) ?? clause(redact(JSON.stringify(json.value)));
    return boundedText(said, MAX_CLAUSE);
  }
  if (answer.unread !== undefined) return `a body that cannot be read: ${answer.unread}`;
  if (looksLikeHtml(answer)) return `an HTML page${titleOf(answer, redact)}`;
  return clause(
    redact(body)
      .slice(0, 16 * MAX_CLAUSE)
      .replace(/\s+/g, " "),
  );
}

const MAX_CLAUSE = 1_000;

function clause(text: string): string {
  return boundedText(hideCredentials(text.slice(0, 16 * MAX_CLAUSE)), MAX_CLAUSE);
}

/** The page's title where it says more than its status does, such as "No required SSL certificate". */
function titleOf({ body, status }: Answer, redact: (text: string) => string): string {
  const raw = /<title[^>]{0,200}>([^<]{1,500})</i.exec(body.slice(0, 20_000))?.[1] ?? "";
  const title = redact(raw)
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^(?:error )?\d{3}\b[\s:-]*/i, "");
  const usual = STATUS_CODES[status] ?? "";
  const says = title !== "" && title.toLowerCase() !== usual.toLowerCase();
  return says ? ` ("${boundedText(hideCredentials(title), 120)}")` : "";
}

function isApiError(answer: Answer): boolean {
  return isErrorOfEtlworks(unredacted(answer), answer.status);
}

/**
 * To decide by, and not to show; `undefined` when it is no JSON, or says two things: where they
 * differ, none of them is a clear no.
 */
function unredacted(answer: Answer): unknown {
  const json = parseBody(answer.body.trim(), text => text);
  return json.kind === "json" ? json.value : undefined;
}

/**
 * The same, but the later of two things: where it is asked whether a run may have begun, a run that
 * is named beside something else is one too.
 */
function unredactedOrLast(answer: Answer): unknown {
  const json = parseBody(answer.body.trim(), text => text);
  return json.kind === "json" ? json.value : json.contradicts?.value;
}

function looksLikeHtml(answer: Answer): boolean {
  return /\bhtml\b/i.test(answer.headers["content-type"] ?? "") || isHtmlPage(answer.body);
}

/** By the text itself, whatever its label says. XML declarations and remarks may stand before it. */
function isHtmlPage(body: string): boolean {
  return /^[\s\uFEFF]*(?:<(?:\?xml|!--)[^>]{0,2000}>\s*){0,9}<(?:!doctype html|html|head|body|script|meta|title)\b/i.test(
    body,
  );
}
