import { isObject } from "../json.ts";
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

/** The two ways of Etlworks itself. All that is looked for where the answer's form is known. */
export function refusalOfEtlworks(value: unknown): Refusal | undefined {
  const status = claimedStatus(value);
  if (status !== undefined) return { kind: "error", status };
  return isObject(value) && value["success"] === false
    ? { kind: "no", message: parseErrorMessage(value) ?? "success is false" }
    : undefined;
}

/**
 * Every way in which programs say no, for a call of which no public page says what it answers (the
 * stop request). Without any of them the answer is a yes.
 */
export function refusalOfAnyProgram(json: JsonBody, body: string): Refusal | undefined {
  if (json.kind === "other" && json.contradicts) {
    return { kind: "unclear", message: `answered with ${json.what}` };
  }
  const value = json.kind === "json" ? json.value : undefined;
  const own = refusalOfEtlworks(value);
  if (own !== undefined) return own;
  if (value === false) return { kind: "no", message: "false" };
  if (isObject(value) && saysNo(value)) {
    const message = parseErrorMessage(value) ?? "it says no without a reason";
    return { kind: "no", message };
  }
  return /"success\\{0,3}"\s*:\s*(?:\\{0,3}")?false\b/i.test(body)
    ? { kind: "unclear", message: 'says "success": false somewhere in its answer' }
    : undefined;
}

function saysNo(value: Readonly<Record<string, unknown>>): boolean {
  const { status, success, error, exception } = value;
  const no = ["success", "stopped", "canceled", "cancelled", "ok"].some(name =>
    [false, "false"].some(word => value[name] === word),
  );
  const code = typeof status === "number" && status >= 400;
  const failed = typeof status === "string" && /^(?:error|fail(?:ed|ure)?)$/i.test(status.trim());
  const told = [error, exception].some(text => text === true || isText(text));
  return no || code || failed || (told && success !== true);
}

/**
 * Etlworks' own error body, as a gateway or an error page of the server hands it on under another
 * status. The numbers of a start's answer have one digit, and nothing else in them.
 */
function claimedStatus(value: unknown): number | undefined {
  if (!isObject(value) || !isText(value["error"])) return undefined;
  if (!isText(value["message"]) && !isText(value["path"])) return undefined;
  const status = Number(value["status"]);
  return Number.isInteger(status) && status >= 400 && status < 600 ? status : undefined;
}

/**
 * Etlworks describes an error as `{status, error, message, path}`. What a gateway says in JSON, such
 * as `{"message":"Forbidden"}`, names neither the status nor the path.
 */
export function isErrorOfEtlworks(value: unknown, answered: number): boolean {
  if (!isObject(value)) return false;
  const { status, error, message, path, success } = value;
  if (success === false) return true;
  if (parseErrorMessage(value) === undefined) return false;
  const namesStatus = String(status) === String(answered);
  return namesStatus || isText(path) || (isText(error) && isText(message));
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}
