import { isObject } from "../../shared/json.ts";
import { UserError } from "../../shared/user-error.ts";

/** The flow's parameters: a flat map of texts, which is all that Etlworks takes. */
export type Parameters = Readonly<Record<string, string>>;

/**
 * Reads a JSON object, or lines `name=value`. Numbers and booleans become the text they were
 * written as. Throws a UserError for anything that is not a flat map, and for a name given twice.
 */
export function parseParameters(text: string): Parameters {
  const trimmed = text.trim();
  if (trimmed === "") return {};
  if (trimmed.startsWith("{")) return fromJson(trimmed);
  if (trimmed.startsWith("[")) refuse("must be one flat map, not a list.");
  return fromLines(trimmed);
}

/** Names whose value is empty. Etlworks leaves the `{token}` of such a parameter in place. */
export function emptyParameters(parameters: Parameters): string[] {
  return Object.keys(parameters).filter(name => parameters[name] === "");
}

function fromJson(text: string): Parameters {
  const value = parseKeepingNumbers(text);
  if (!isObject(value)) return refuse("must be a JSON object.");
  const entries = Object.entries(value).map(([name, entry]): [string, string] => [
    checkName(name),
    toText(name, entry),
  ]);
  refuseTwice(topLevelNames(text));
  return Object.fromEntries(entries);
}

function fromLines(text: string): Parameters {
  const entries: [string, string][] = [];
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const split = line.indexOf("=");
    if (split < 0)
      refuse(`line ${index + 1} has no "=". Write name=value on each line, or a JSON object.`);
    entries.push([checkName(line.slice(0, split).trim()), line.slice(split + 1).trim()]);
  }
  refuseTwice(entries.map(([name]) => name));
  return Object.fromEntries(entries);
}

/** Numbers stay as they were written: 1.50 is not 1.5 in a query, and long ids are not rounded. */
class WrittenNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

function parseKeepingNumbers(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === "number" ? new WrittenNumber(context?.source ?? String(value)) : value,
    );
  } catch (error) {
    return refuse(`starts like JSON but is not${placeOf(messageOf(error), text)}.`);
  }
}

/** V8's message quotes the text around the fault, and that may hold a secret: keep the place only. */
function placeOf(message: string, text: string): string {
  if (message.startsWith("Unexpected end")) return " complete";
  const position = /position (\d+)/.exec(message)?.[1] ?? unexpectedTokenIn(text);
  const before = text.slice(0, Number(position)).split("\n");
  return ` valid at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** V8 names no place for this one fault: it is the last sign of the shortest beginning that has it. */
function unexpectedTokenIn(text: string): number {
  let [without, within] = [0, text.length];
  while (within - without > 1) {
    const middle = Math.floor((without + within) / 2);
    if (faultOf(text.slice(0, middle)).startsWith("Unexpected token")) within = middle;
    else without = middle;
  }
  return within - 1;
}

function faultOf(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function toText(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof WrittenNumber) return value.source;
  if (typeof value === "boolean") return String(value);
  const found = value === null ? "null" : Array.isArray(value) ? "a list" : "an object";
  return refuse(`"${name}" is ${found}; only texts, numbers and booleans can be passed.`);
}

function checkName(name: string): string {
  return name === "" ? refuse("a name is empty.") : name;
}

/** `JSON.parse` keeps the last of two equal names and says nothing, so the text is read again. */
function topLevelNames(flatObject: string): string[] {
  const names: string[] = [];
  for (const [, literal, colon] of flatObject.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?/g)) {
    if (literal !== undefined && colon !== undefined) names.push(String(JSON.parse(literal)));
  }
  return names;
}

function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`"${twice}" is given twice.`);
}

function refuse(why: string): never {
  throw new UserError(`parameters: ${why}`);
}
