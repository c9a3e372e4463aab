import { at, Digits, isList, isMembers, type Members, type Written } from "./written.ts";

/** An EventBridge pattern: what a route has as `when` is `whenOf` it. */
export interface Pattern {
  readonly fields: readonly Field[];
  /** At least one of them must match. */
  readonly or?: readonly Pattern[];
}

export interface Field {
  readonly path: readonly string[];
  readonly tests: readonly [Test, ...Test[]];
}

export type Test = string | number | boolean | null | Operator;
export type Operator =
  | { readonly prefix: string | IgnoringCase }
  | { readonly suffix: string | IgnoringCase }
  | IgnoringCase
  | { readonly wildcard: string }
  | { readonly "anything-but": Excepted }
  | { readonly numeric: readonly (string | number)[] }
  | { readonly exists: boolean }
  | { readonly cidr: string };
interface IgnoringCase {
  readonly "equals-ignore-case": string;
}
export type Excepted = readonly (string | number)[] | ExceptedText;
type ExceptedText =
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly wildcard: string };

/**
 * Whether a pattern matches an event, by AWS's guide: all fields must match, a list means "one of
 * these", `$or` one of its patterns. Written anew from the guide, with nothing of what it judges.
 */
export function matches({ fields, or }: Pattern, event: Members): boolean {
  const here = fields.every(({ path, tests }) => {
    const value = at(event, path);
    const values = isList(value) ? value : [value];
    return tests.some(test => values.some(each => matchesTest(test, each)));
  });
  return here && (or === undefined || or.some(branch => matches(branch, event)));
}

/** What the pattern, or a branch of it that matches the event, asks of a field. */
export function testsAt(
  { fields, or = [] }: Pattern,
  event: Members,
  path: string,
): readonly Test[] {
  const here = fields.flatMap(field => (field.path.join(".") === path ? field.tests : []));
  const branches = or.filter(branch => matches(branch, event));
  return [...here, ...branches.flatMap(branch => testsAt(branch, event, path))];
}

export function matchesTest(test: Test, value: Written | undefined): boolean {
  if (typeof test === "object" && test !== null && "exists" in test) {
    return test.exists ? value !== undefined && !isMembers(value) : value === undefined;
  }
  if (value === undefined || isMembers(value) || isList(value)) return false;
  if (typeof test === "number") return value instanceof Digits && Number(value.digits) === test;
  if (typeof test !== "object" || test === null) return value === test;
  if ("numeric" in test) return value instanceof Digits && compares(value, test.numeric);
  if ("anything-but" in test) return isAnythingBut(test["anything-but"], value);
  return typeof value === "string" && matchesText(test, value);
}

function isAnythingBut(excepted: Excepted, value: Written): boolean {
  if (isListOfValues(excepted)) return !excepted.some(one => matchesTest(one, value));
  return typeof value === "string" && !matchesText(excepted, value);
}

function isListOfValues(excepted: Excepted): excepted is readonly (string | number)[] {
  return Array.isArray(excepted);
}

function matchesText(
  test: Exclude<Operator, { numeric: unknown } | { exists: unknown }>,
  value: string,
) {
  if ("prefix" in test) return begins(value, test.prefix, text => text);
  if ("suffix" in test) return begins(backwards(value), test.suffix, backwards);
  if ("equals-ignore-case" in test) return fold(value) === fold(test["equals-ignore-case"]);
  if ("wildcard" in test) return fitsWildcard(test.wildcard, value);
  return "cidr" in test && isInBlock(value, test.cidr);
}

function begins(value: string, wanted: string | IgnoringCase, turn: (text: string) => string) {
  if (typeof wanted === "string") return value.startsWith(turn(wanted));
  return fold(value).startsWith(fold(turn(wanted["equals-ignore-case"])));
}

function backwards(text: string): string {
  return Array.from(text).toReversed().join("");
}

function fold(text: string): string {
  return text.toLowerCase();
}

/** `*` stands for any text, `\*` for a star, `\\` for a backslash. */
function fitsWildcard(wildcard: string, value: string): boolean {
  const parts = wildcard.match(/\\[*\\]|[\s\S]/gu) ?? [];
  const source = parts.map(part => {
    if (part === "*") return "[\\s\\S]*";
    const plain = part.length === 2 && part.startsWith("\\") ? part.slice(1) : part;
    return `\\u{${plain.codePointAt(0)?.toString(16)}}`;
  });
  return new RegExp(`^${source.join("")}$`, "u").test(value);
}

function compares({ digits }: Digits, numeric: readonly (string | number)[]): boolean {
  const value = Number(digits);
  for (let place = 0; place < numeric.length; place += 2) {
    const bound = Number(numeric[place + 1]);
    if (!holds(String(numeric[place]), value, bound)) return false;
  }
  return true;
}

function holds(sign: string, value: number, bound: number): boolean {
  if (sign.endsWith("=") && value === bound) return true;
  if (sign.startsWith("<")) return value < bound;
  return sign.startsWith(">") && value > bound;
}

/** Of version 4. */
function isInBlock(address: string, block: string): boolean {
  const [base = "", bits = ""] = block.split("/");
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(address) / size) === Math.floor(numberOf(base) / size);
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The pattern as a route has it. */
export function whenOf({ fields, or }: Pattern): Record<string, unknown> {
  const when: Record<string, unknown> = {};
  for (const { path, tests } of fields) put(when, path, tests);
  if (or !== undefined) when["$or"] = or.map(whenOf);
  return when;
}

function put(
  into: Record<string, unknown>,
  [first = "", ...rest]: readonly string[],
  tests: unknown,
) {
  if (rest.length === 0) {
    define(into, first, tests);
    return;
  }
  const known = Object.hasOwn(into, first) ? into[first] : undefined;
  const inner: Record<string, unknown> = { ...(typeof known === "object" ? known : {}) };
  put(inner, rest, tests);
  define(into, first, inner);
}

/** As JSON does it: also `__proto__` is a field like any other. */
function define(into: object, name: string, value: unknown): void {
  Object.defineProperty(into, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
