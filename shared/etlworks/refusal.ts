import { isObject, parseJson } from "../json.ts";
import { parseErrorMessage } from "./etlworks-replies.ts";

/**
 * Why an answer with a good status is none: the ways in which programs say no inside a 200. What the
 * stop call answers is in no public page.
 */
export function refusalIn(body: string): string | undefined {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch {
    return undefined;
  }
  if (value === false) return "false";
  if (!isObject(value)) return undefined;
  const no = ["success", "stopped", "canceled", "cancelled", "ok"].some(name =>
    [false, "false"].some(word => value[name] === word),
  );
  const { status, success, error, exception } = value;
  const code = typeof status === "number" && status >= 400;
  const failed = typeof status === "string" && /^(?:error|fail(?:ed|ure)?)$/i.test(status.trim());
  const told = [error, exception].some(
    text => text === true || (typeof text === "string" && text.trim() !== ""),
  );
  if (!no && !code && !failed && (!told || success === true)) return undefined;
  return parseErrorMessage(value) ?? "it says no without a reason";
}
