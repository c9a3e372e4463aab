import { isFlowId } from "../../flow-id.ts";
import { isObject, type JsonObject } from "../../json.ts";
import type { Execution } from "./execution.ts";
import { boundedText, hideCredentials } from "./server-text.ts";
import { isLocalTime, parseServerTime } from "./server-time.ts";
import { isWordForNone } from "./word-for-none.ts";

/** The server's answer to a start. The numeric status is the outcome of the start, not of the run. */
export interface StartAnswer {
  readonly code: string;
  readonly auditId?: string;
  readonly flowId?: number;
  readonly exception?: string;
}

/** A flow as the list shows it. */
export interface FlowSummary {
  readonly id: number;
  readonly name: string;
  /** Absent when the server shows none: then nobody can tell whether it has any. */
  readonly tags?: readonly string[];
}

/** `undefined` when the text is no answer to a start at all. */
export function parseStartAnswer(value: unknown): StartAnswer | undefined {
  if (!isObject(value)) return undefined;
  // A code is read as a number, in whatever way its digits are written.
  const code = wholeNumber(value["status"])?.replace(/^(-?)0+(?=\d)/, "$1");
  if (code === undefined) return undefined;
  const auditId = positiveId(value["auditId"]);
  const flowId = safeNumber(value["flowId"]);
  const exception = boundedMessage(firstText(value, MESSAGE_NAMES));
  return {
    code,
    ...(auditId === undefined ? {} : { auditId }),
    ...(flowId === undefined ? {} : { flowId }),
    ...(exception === undefined ? {} : { exception }),
  };
}

/** One run. `undefined` when nothing in it says that it is one. */
export function parseExecution(value: unknown): Execution | undefined {
  if (!isObject(value)) return undefined;
  const auditId = positiveId(value["auditId"]);
  const status = nameText(value["status"])?.toLowerCase();
  if (auditId === undefined && status === undefined) return undefined;
  const flowId = safeNumber(value["flowId"]);
  const flowName = nameText(value["flowName"]);
  const started = firstTime(value, STARTED_NAMES);
  const ended = firstTime(value, ENDED_NAMES);
  const startedAt = parseServerTime(started);
  const endedAt = parseServerTime(ended);
  const localTimes = [started, ended].some(time => time !== undefined && isLocalTime(time));
  const message = boundedMessage(firstText(value, MESSAGE_NAMES));
  const user = nameText(value["user"]);
  const records = safeNumber(value["records"]);
  const scheduled =
    positiveId(value["eventId"]) !== undefined || idText(value["eventName"]) !== undefined;
  // The answer to a start calls it `messageUuid`.
  const messageId = idText(value["messageId"]) ?? idText(value["messageUuid"]);
  const parentAuditId = positiveId(value["parentAuditId"]);
  const retries = safeNumber(value["retries"]);
  return {
    ...(auditId === undefined ? {} : { auditId }),
    ...(flowId === undefined ? {} : { flowId }),
    ...(flowName === undefined ? {} : { flowName }),
    ...(status === undefined ? {} : { status }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(localTimes ? { localTimes } : {}),
    ...(message === undefined ? {} : { message }),
    ...(user === undefined ? {} : { user }),
    ...(records === undefined ? {} : { records }),
    ...(scheduled ? { scheduled } : {}),
    ...(messageId === undefined ? {} : { messageId }),
    ...(parentAuditId === undefined ? {} : { parentAuditId }),
    ...(retries === undefined ? {} : { retries }),
  };
}

/**
 * A page of history: the entries that can be read. `undefined` when it is no list, or a list of
 * something else: taken for an empty history, it would make every old run look new.
 */
export function parseHistory(value: unknown): Execution[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const readable = value.map(parseExecution).filter(execution => execution !== undefined);
  return readable.length === 0 && value.length > 0 ? undefined : readable;
}

export function parseFlow(value: unknown): FlowSummary | undefined {
  if (!isObject(value)) return undefined;
  const id = safeNumber(value["id"]);
  const name = typeof value["name"] === "string" ? boundedText(value["name"], MAX_NAME) : undefined;
  // Nothing can be started by any other id.
  if (!isFlowId(id) || name === undefined) return undefined;
  const tags = tagsIn(value["tags"]);
  return {
    id,
    name,
    ...(tags === undefined ? {} : { tags }),
  };
}

/** Tags of an unknown form are not shown: taken for none, they would leave a flow out. */
function tagsIn(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  if (value.some(tag => typeof tag === "object" && tag !== null)) return undefined;
  return value.map(nameText).filter(tag => tag !== undefined);
}

/**
 * The flows of a list. One without a name is a flow all the same, and may have a tag. `undefined`
 * when one has an id that no call can use: without it, a list would look whole that is not.
 */
export function parseFlows(value: unknown): FlowSummary[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries = value.filter(isObject).filter(({ id, name }) => id != null || name != null);
  const flows = entries.map(entry =>
    parseFlow(text(entry["name"]) === undefined ? { ...entry, name: "" } : entry),
  );
  const readable = flows.filter(flow => flow !== undefined);
  return readable.length < entries.length ? undefined : readable;
}

/** The JWT of a login or refresh. Anything that no header can carry is none. */
export function parseToken(value: unknown): string | undefined {
  const token = isObject(value) ? text(value["token"]) : undefined;
  return token !== undefined && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}

/**
 * The server's own words for an error: `{status, error, message, path}` for 4xx and 5xx,
 * `{success: false, error}` inside a 200.
 */
export function parseErrorMessage(value: unknown): string | undefined {
  return isObject(value)
    ? boundedMessage(firstText(value, ["message", "exception", "error"]))
    : undefined;
}

/**
 * The names of these fields are not documented for a status answer; these are the ones that the
 * sibling reports use, and close relatives (facts: Reporting API; webhooks).
 */
const STARTED_NAMES = ["started", "startedAt", "startTime"] as const;
const ENDED_NAMES = ["ended", "endedAt", "endTime", "finished"] as const;
const MESSAGE_NAMES = ["exception", "message", "error"] as const;

/**
 * A server's exception can be a whole log. What a host keeps of a run must stay small: a durable
 * execution may remember 256 KB, and the message is in it twice.
 */
const MAX_MESSAGE = 8_192;

/** Names, users and words: longer ones are no names. */
const MAX_NAME = 1_000;

/** What is worth looking through for credentials, of a message that is cut afterwards. */
const MAX_SEARCHED = 8 * MAX_MESSAGE;

/** A message without credentials, and small. */
function boundedMessage(message: string | undefined): string | undefined {
  return message === undefined
    ? undefined
    : boundedText(hideCredentials(message.slice(0, MAX_SEARCHED)), MAX_MESSAGE);
}

function firstTime(value: JsonObject, names: readonly string[]): unknown {
  return names.map(name => value[name]).find(time => parseServerTime(time) !== undefined);
}

function firstText(value: JsonObject, names: readonly string[]): string | undefined {
  return names.map(name => messageText(value[name])).find(found => found !== undefined);
}

/** Some gateways wrap it once more: `{"error": {"code": …, "message": …}}`. */
function messageText(value: unknown): string | undefined {
  return isObject(value) ? text(value["message"]) : text(value);
}

function nameText(value: unknown): string | undefined {
  const name = text(value);
  return name === undefined ? undefined : boundedText(name, MAX_NAME);
}

function text(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const trimmed = value.trim();
  return trimmed === "" ? undefined : trimmed;
}

/** A whole number, as a number or as digits in quotes. */
function wholeNumber(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" && /^-?\d{1,19}$/.test(value.trim()) ? value.trim() : undefined;
}

function positiveId(value: unknown): string | undefined {
  const id = wholeNumber(value);
  return id === undefined || !/^[1-9]/.test(id) ? undefined : id;
}

/** An id that is a text or a number, and says that there is one. */
function idText(value: unknown): string | undefined {
  const id = nameText(value) ?? wholeNumber(value);
  return id === undefined || isWordForNone(id) ? undefined : id;
}

function safeNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
}
