import { isObject, type JsonObject } from "../../json.ts";
import { field } from "../../json-fields.ts";
import { parseErrorMessage } from "./etlworks-replies.ts";
import type { JsonBody } from "./json-body.ts";

/** How an answer under a status of success says no all the same. */
export type Refusal =
  /** Etlworks' own error body: the answer means what one of that status means. */
  | { readonly kind: "error"; readonly status: number }
  | { readonly kind: "no"; readonly message: string }
  /** It may say no: nobody can tell. `message` is a clause about the answer. */
  | { readonly kind: "unclear"; readonly message: string };

/** `body` is the text of `json`. */
export type FindRefusal = (json: JsonBody, body: string) => Refusal | undefined;

/** No error of Etlworks is so long; a log may have 10 MB. */
export const MAX_ERROR_BODY = 100_000;

/** The two ways of Etlworks itself. All that is looked for where the answer's form is known. */
export function refusalOfEtlworks(value: unknown): Refusal | undefined {
  const status = claimedStatus(value);
  if (status !== undefined) return { kind: "error", status };
  return isObject(value) && isFalse(value["success"])
    ? { kind: "no", message: parseErrorMessage(value) ?? "success is false" }
    : undefined;
}

/**
 * Every way in which programs say no, for a call of which no public page says what it answers (the
 * stop request). Without any of them the answer is a yes.
 */
export function refusalOfAnyProgram(json: JsonBody, body: string): Refusal | undefined {
  if (json.kind === "other" && json.contradicts !== undefined) {
    return { kind: "unclear", message: `answered with ${json.what}` };
  }
  const value = json.kind === "json" ? json.value : undefined;
  const own = refusalOfEtlworks(value);
  if (own !== undefined) return own;
  if (isFalse(value)) return { kind: "no", message: "false" };
  if (isObject(value) && saysNo(value)) {
    const message = parseErrorMessage(value) ?? "it says no without a reason";
    return { kind: "no", message };
  }
  if (saysSomewhere(body)) {
    return { kind: "unclear", message: 'says "success": false somewhere in its answer' };
  }
  if (Array.isArray(value) && value.filter(isObject).some(saysNo)) {
    return { kind: "unclear", message: "answered with a list that holds an error" };
  }
  const text = typeof value === "string" ? value : json.kind === "other" ? body : "";
  const message = field(value, "message");
  const soundsSo = isWordOfRefusal(message) || isWordOfRefusal(text) || isErrorInXml(text);
  return soundsSo
    ? { kind: "unclear", message: "answered with what reads as an error" }
    : undefined;
}

function saysSomewhere(body: string): boolean {
  return /"success\\{0,3}"\s*:\s*(?:\\{0,3}")?false\b/i.test(body);
}

function saysNo(value: JsonObject): boolean {
  const { success } = value;
  const no = YES_OR_NO.some(name => isFalse(value[name]) || value[name] === 0);
  const { status } = value;
  const code =
    CODES.some(name => errorStatus(value[name]) !== undefined) ||
    (typeof status === "number" && status >= 400);
  const failed = [status, value["result"]].some(isWordOfRefusal);
  const told = ERRORS.some(name => isTold(value[name]));
  return no || code || failed || (told && success !== true);
}

const YES_OR_NO = ["success", "stopped", "canceled", "cancelled", "ok", "result"] as const;
const CODES = ["status", "statusCode", "code"] as const;
const ERRORS = ["error", "errors", "exception", "errorMessage", "errorCode", "fault"] as const;

/** A text, a list or an object with something in it; programs also say `true`. */
function isTold(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return value === true || isText(value);
}

/** What stands at the beginning, or all alone, where a program says in words that it did not do it. */
function isWordOfRefusal(value: unknown): boolean {
  return typeof value === "string" && REFUSAL.test(value.trim());
}

const REFUSAL =
  /^(?:(?:error|fail(?:ed|ure)?|false|nok|ko)[.!]?$|(?:error|failed|failure)\s*[:-]|(?:(?:access|permission|request)[\s_-]+)?(?:denied|forbidden|refused|rejected|not[\s_-]+(?:found|allowed|authori[sz]ed|permitted))\b|unauthori[sz]ed\b|(?:run|flow|execution)\s+(?:\S+\s+)?(?:was\s+)?not\s+found\b)/i;

function isErrorInXml(text: string): boolean {
  return /^\s*<[^!]/.test(text) && XML_ERROR.test(text.slice(0, 10_000));
}

const XML_ERROR = /<(?:\w{1,40}:)?(?:error|fault|exception)[\s/>]|<success>\s*false\s*</i;

/**
 * Etlworks' own error body, as a gateway or an error page of the server hands it on under another
 * status. The numbers of a start's answer have one digit, and nothing else in them.
 */
function claimedStatus(value: unknown): number | undefined {
  if (!isObject(value) || !isText(value["error"])) return undefined;
  if (!isText(value["message"]) && !isText(value["path"])) return undefined;
  return errorStatus(value["status"]);
}

/** Spring also writes the name of a status behind it: `"400 BAD_REQUEST"`. */
function errorStatus(value: unknown): number | undefined {
  const [, digits] = /^\s*([45]\d\d)(?:\s+[A-Z][\w\s'-]{0,60})?$/.exec(String(value)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * Etlworks describes an error as `{status, error, message, path}`. What a gateway says in JSON, such
 * as `{"message":"Forbidden"}`, names neither the status nor the path.
 */
export function isErrorOfEtlworks(value: unknown, answered: number): boolean {
  if (!isObject(value)) return false;
  const { status, error, message, path, success } = value;
  if (isFalse(success)) return true;
  if (parseErrorMessage(value) === undefined) return false;
  const namesStatus = errorStatus(status) === answered;
  return namesStatus || isText(path) || (isText(error) && isText(message));
}

/** Some programs write every value as a text. */
function isFalse(value: unknown): boolean {
  return value === false || (typeof value === "string" && value.trim().toLowerCase() === "false");
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}
