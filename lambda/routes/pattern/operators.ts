import { didYouMean } from "../../../shared/did-you-mean.ts";
import { isObject } from "../../../shared/json.ts";
import type { Refuse } from "../../refuse.ts";
import { addressDigits, addressRange } from "./address-range.ts";
import type { Test } from "./match.ts";
import { type TextOperator, textTest, wildcardMistake } from "./text-tests.ts";

/** The test for one value of a field's list; `absent` for `{"exists": false}`. */
export type ParsedValue = Test | "absent";

/** What stands in the list of a field: a plain value, or an object with one operator. */
export function parseValue(value: unknown, path: string, refuse: Refuse): ParsedValue {
  if (isObject(value)) return parseOperator(value, path, refuse);
  if (typeof value === "string") {
    refuseHalfCharacters(value, path, refuse);
    const digits = addressDigits(value);
    return digits === undefined ? leaf => leaf.value === value : inAddressRange(digits, digits);
  }
  if (typeof value === "number") {
    refuseInexact(value, path, refuse);
  } else if (typeof value !== "boolean" && value !== null) {
    refuse(path, "must be a string, a number, true, false, null or an operator");
  }
  return leaf => leaf.value === value;
}

export const OPERATORS = [
  "prefix",
  "suffix",
  "equals-ignore-case",
  "wildcard",
  "anything-but",
  "numeric",
  "exists",
  "cidr",
  "exactly",
];

function parseOperator(
  operator: Readonly<Record<string, unknown>>,
  path: string,
  refuse: Refuse,
): ParsedValue {
  const [entry, ...rest] = Object.entries(operator);
  if (entry === undefined || rest.length > 0) {
    refuse(path, "must have exactly one operator");
    return never;
  }
  const [name, value] = entry;
  const at = memberPath(path, name);
  switch (name) {
    case "exists":
      if (typeof value !== "boolean") refuse(at, "must be true or false");
      return value === false ? "absent" : () => true;
    case "numeric":
      return parseNumeric(value, at, refuse);
    case "cidr":
      return parseCidr(value, at, refuse);
    case "anything-but":
      return parseAnythingBut(value, at, refuse);
    case "prefix":
    case "suffix":
      return isObject(value)
        ? parseText(`${name}-ignore-case`, onlyIgnoreCase(value, at, refuse), at, refuse)
        : parseText(name, value, at, refuse);
    case "equals-ignore-case":
    case "wildcard":
    case "exactly":
      return parseText(name, value, at, refuse);
    default:
      refuse(at, `is not an operator; ${didYouMean(name, OPERATORS)}`);
      return never;
  }
}

/** The text in `{"prefix": {"equals-ignore-case": "text"}}`. */
function onlyIgnoreCase(
  value: Readonly<Record<string, unknown>>,
  path: string,
  refuse: Refuse,
): unknown {
  const names = Object.keys(value);
  if (names.length !== 1 || names[0] !== "equals-ignore-case") {
    refuse(path, 'must be a string or {"equals-ignore-case": string}');
    return "";
  }
  return value["equals-ignore-case"];
}

function parseText(name: TextOperator, value: unknown, path: string, refuse: Refuse): Test {
  if (typeof value !== "string") {
    refuse(path, "must be a string");
    return never;
  }
  refuseHalfCharacters(value, path, refuse);
  const mistake = name === "wildcard" ? wildcardMistake(value) : undefined;
  if (mistake !== undefined) refuse(path, mistake);
  return textTest(name, value);
}

/** True for any value but those named; also for values of another type. */
function parseAnythingBut(value: unknown, path: string, refuse: Refuse): Test {
  if (isObject(value)) return parseAnythingButText(value, path, refuse);
  const values = listOf(value);
  const numbers = values.filter(isPlainNumber);
  const texts = values.filter(item => typeof item === "string");
  if (values.length === 0 || (numbers.length < values.length && texts.length < values.length)) {
    refuse(path, "must be a string, a number, or a list of only strings or only numbers");
  }
  for (const number of numbers) refuseInexact(number, path, refuse);
  for (const text of texts) refuseHalfCharacters(text, path, refuse);
  const unwanted = new Set<unknown>(values);
  return leaf => !unwanted.has(leaf.value);
}

const NEGATED = ["prefix", "suffix", "equals-ignore-case", "wildcard"] as const;

function parseAnythingButText(
  value: Readonly<Record<string, unknown>>,
  path: string,
  refuse: Refuse,
): Test {
  const [entry, ...rest] = Object.entries(value);
  const name = NEGATED.find(known => known === entry?.[0]);
  if (rest.length > 0 || name === undefined) {
    refuse(path, `must have exactly one of ${NEGATED.join(", ")}`);
    return never;
  }
  const at = memberPath(path, name);
  const texts = listOf(entry?.[1]);
  if (texts.length === 0) refuse(at, "must have at least one string");
  if ((name === "prefix" || name === "suffix") && texts.includes("")) {
    refuse(at, "must not be empty, because every string begins and ends with an empty one");
  }
  const tests = texts.map(text => parseText(name, text, at, refuse));
  return leaf => !tests.some(test => test(leaf));
}

/** `["=", 5]`, `[">", 0]`, `[">=", 0, "<", 10]`. */
function parseNumeric(value: unknown, path: string, refuse: Refuse): Test {
  const terms = listOf(value);
  const [first, bottom, second, top] = terms;
  const above = COMPARISONS.get(first);
  const below = COMPARISONS.get(second);
  const single = terms.length === 2 && isPlainNumber(bottom);
  const range = terms.length === 4 && isPlainNumber(bottom) && isPlainNumber(top);
  if (above !== undefined && single) {
    refuseInexact(bottom, path, refuse);
    return leaf => isComparable(leaf.value) && above(leaf.value, bottom);
  }
  if (above !== undefined && below !== undefined && range && isRange(first, second)) {
    refuseInexact(bottom, path, refuse);
    refuseInexact(top, path, refuse);
    if (top <= bottom) refuse(path, "must have its lower bound first");
    return leaf => isComparable(leaf.value) && above(leaf.value, bottom) && below(leaf.value, top);
  }
  refuse(path, 'must be a comparison such as ["=", 5], [">", 0] or [">=", 0, "<", 10]');
  return never;
}

const COMPARISONS: ReadonlyMap<unknown, (value: number, bound: number) => boolean> = new Map([
  ["=", (value: number, bound: number) => value === bound],
  ["<", (value: number, bound: number) => value < bound],
  ["<=", (value: number, bound: number) => value <= bound],
  [">", (value: number, bound: number) => value > bound],
  [">=", (value: number, bound: number) => value >= bound],
]);

function isRange(first: unknown, second: unknown): boolean {
  return (first === ">" || first === ">=") && (second === "<" || second === "<=");
}

function parseCidr(value: unknown, path: string, refuse: Refuse): Test {
  const range = typeof value === "string" ? addressRange(value) : undefined;
  if (range === undefined) {
    refuse(
      path,
      'must be a block such as "10.0.0.0/24" (up to /31) or "2001:db8::/32" (up to /127)',
    );
    return never;
  }
  return inAddressRange(range.bottom, range.top);
}

/**
 * Compares hexadecimal digits from the left and stops where the shorter side ends, as the engine's
 * automaton does. It has a side effect that AWS shares: a block of IPv4 also matches the IPv6
 * addresses that begin with the same 32 bits, and a number is read as digits too.
 */
function inAddressRange(bottom: string, top: string): Test {
  return ({ value, text }) => {
    const digits = typeof value === "string" ? addressDigits(value) : /^[0-9]*/.exec(text)?.[0];
    if (digits === undefined) return false;
    if (digits.length < bottom.length) {
      return bottom.slice(0, digits.length) < digits && digits < top.slice(0, digits.length);
    }
    const decided = digits.slice(0, bottom.length);
    return bottom <= decided && decided <= top;
  };
}

/**
 * Events reach us as doubles, so a number that a double cannot hold could never be told from its
 * neighbours. Within 15 digits each is kept exactly.
 */
function refuseInexact(number: number, path: string, refuse: Refuse): void {
  // Where the number was written, it has been refused already.
  if (Number.isNaN(number)) return;
  if (!Number.isFinite(number)) {
    refuse(path, "is a number beyond 1.79e308; write a smaller one");
  } else if (
    Number(number.toPrecision(15)) !== number ||
    (number !== 0 && Math.abs(number) < 1e-300)
  ) {
    refuse(path, `${number} has more than the 15 digits that EventBridge compares exactly`);
  }
}

function refuseHalfCharacters(text: string, path: string, refuse: Refuse): void {
  if (!text.isWellFormed()) refuse(path, "has half a character (a lone surrogate)");
}

const never: Test = () => false;

function isPlainNumber(value: unknown): value is number {
  return typeof value === "number";
}

/** JSON can hold numbers too large for a double, such as 1e400; they equal and exceed nothing. */
function isComparable(value: unknown): value is number {
  return Number.isFinite(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

export function memberPath(path: string, name: string): string {
  return /^[\w$-]+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}
