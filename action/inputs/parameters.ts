import { duplicateKey } from "../../shared/duplicate-keys.ts";
import { isObject, type JsonObject } from "../../shared/json.ts";
import { UserError } from "../../shared/user-error.ts";
import { warningsOfLines, warningsOfValues } from "./parameter-warnings.ts";
import { parseWrittenJson, WrittenNumber } from "./written-json.ts";

/** The flow's parameters: a flat map of strings, which is all that Etlworks takes. */
export type Parameters = Readonly<Record<string, string>>;

/** The parameters, and what about them looks like a mistake and may be none. */
export interface ReadParameters {
  readonly parameters: Parameters;
  readonly warnings: readonly string[];
}

/**
 * Reads a JSON object, or lines `name=value`. Numbers and booleans become the string they were
 * written as. Throws a UserError for anything that is not a flat map, for a name given twice and
 * for a name that nobody can mean. No sentence quotes a value. `input` names the input.
 */
export function parseParameters(text: string, input = "parameters"): ReadParameters {
  const trimmed = text.trim();
  if (trimmed === "") return { parameters: {}, warnings: [] };
  // Not `{name}=value`, as the flow writes the name.
  if (trimmed.startsWith("{") && !/^\{[^{}"':]*\}\s*=/.test(trimmed)) {
    const parameters = parametersOf(fromJson(trimmed, input), input);
    const warnings = warningsOfValues(parameters).map(what => `${input}: ${what}`);
    return { parameters, warnings };
  }
  if (trimmed.startsWith("["))
    return refuse(input, "must be one JSON object or lines name=value, not a list.");
  return fromLines(text, input);
}

/** The parameters in an object that is parsed already (see written-json.ts). */
export function parametersOf(value: JsonObject, input: string): Parameters {
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]): [string, string] => [
      checkName(name, input),
      toText(name, entry, input),
    ]),
  );
}

/**
 * Two sets as one, in which the second wins. Names that nobody can tell apart are one name here too,
 * or both values would be sent.
 */
export function mergeParameters(under: Parameters, over: Parameters): Parameters {
  const named = new Set(Object.keys(over).map(looksOf));
  const left = Object.entries(under).filter(([name]) => !named.has(looksOf(name)));
  return Object.fromEntries([...left, ...Object.entries(over)]);
}

/** Names whose value is empty. Etlworks leaves the `{token}` of such a parameter in place. */
export function emptyParameters(parameters: Parameters): string[] {
  return Object.keys(parameters).filter(name => parameters[name] === "");
}

function fromJson(text: string, input: string): JsonObject {
  const value = parseWrittenJson(text, input);
  if (!isObject(value)) return refuse(input, "must be a JSON object.");
  const twice = duplicateKey(text) ?? lookingAlike(Object.keys(value));
  if (twice !== undefined) refuse(input, `"${twice}" is given twice.`);
  return value;
}

function fromLines(text: string, input: string): ReadParameters {
  const entries: [string, string][] = [];
  const warnings: string[] = [];
  let indent: number | undefined;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    const number = index + 1;
    if (line === "" || line.startsWith("#")) continue;
    if (/^-\s/.test(line)) {
      refuse(
        input,
        `line ${number} starts with "- ", as an item of a YAML list. Write name=value alone on each line.`,
      );
    }
    const split = line.indexOf("=");
    if (split < 0)
      refuse(input, `line ${number} has no "=". Write name=value on each line, or a JSON object.`);
    const name = checkName(line.slice(0, split).trim(), input, number);
    if (/^["'`\u2018\u201c]/.test(name)) {
      refuse(
        input,
        `the name on line ${number} begins with a quotation mark. Write name=value without quotes, or a JSON object.`,
      );
    }
    const value = line.slice(split + 1).trim();
    const depth = raw.length - raw.trimStart().length;
    if (entries.length > 0 && depth > (indent ?? depth)) {
      warnings.push(
        `${input}: line ${number} is indented as if it continued the line above, but it is read as a parameter of its own, "${name}". For a value of several lines use a JSON object.`,
      );
    }
    indent ??= depth;
    entries.push([name, value]);
  }
  const names = entries.map(([name]) => name);
  const twice = lookingAlike(names);
  if (twice !== undefined) refuse(input, `"${twice}" is given twice.`);
  const parameters = Object.fromEntries(entries);
  const odd = [...warningsOfLines(entries), ...warningsOfValues(parameters)];
  return { parameters, warnings: [...warnings, ...odd.map(what => `${input}: ${what}`)] };
}

function lookingAlike(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find(name => seen.size === seen.add(looksOf(name)).size);
}

/** A letter with an accent can be written in two ways (NFC, NFD) that nobody can tell apart. */
export function looksOf(name: string): string {
  return name.normalize("NFC");
}

function toText(name: string, value: unknown, input: string): string {
  if (typeof value === "string") return value;
  if (value instanceof WrittenNumber) return value.source;
  if (typeof value === "boolean") return String(value);
  const found = value === null ? "null" : Array.isArray(value) ? "a list" : "an object";
  return refuse(input, `"${name}" is ${found}; only strings, numbers and booleans can be passed.`);
}

/**
 * A name with a blank in it is half of a value, a line of YAML or a shell command; Etlworks finds a
 * name between braces in its flows, so a brace can be no part of one. What is no name may be a
 * part of a value: it is not shown.
 */
function checkName(name: string, input: string, line?: number): string {
  const what = line === undefined ? "a name" : `the name on line ${line}`;
  if (name === "") return refuse(input, `${what} is empty.`);
  if (/[\s\p{Z}]/u.test(name)) {
    return refuse(
      input,
      line === undefined
        ? `${what} contains a space. Write the name without it.`
        : `${what} contains a space. Write name=value on each line; for a value of several lines use a JSON object.`,
    );
  }
  if (/[{}]/.test(name))
    return refuse(input, `${what} contains a brace. Write it without { and }.`);
  if (/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}]/u.test(name)) {
    return refuse(input, `${what} contains an invisible character. Type the name again.`);
  }
  return name;
}

function refuse(input: string, why: string): never {
  throw new UserError(`${input}: ${why}`);
}
