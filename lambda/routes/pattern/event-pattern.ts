import { didYouMean } from "../../../shared/did-you-mean.ts";
import { isObject } from "../../../shared/json.ts";
import { addressDigits, addressRange } from "./address-range.ts";

/**
 * EventBridge event patterns, with the semantics of AWS's own engine (event-ruler, Apache-2.0,
 * https://github.com/aws/event-ruler), compared with it by test/end-to-end/event-ruler.
 *
 * Owned, because no package matches as AWS does. The one on npm that tries (eb-patterns 1.0.6) knows
 * no cidr, no nested anything-but and no lists of objects, takes "5" for 5 and missing for null.
 *
 * The language: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 *
 * As in the engine, a value is judged by its text, where a string stands in quotes. That is why a
 * number never has a prefix, why "1" is not 1, and why `{"prefix": "a\""}` matches the string `a`.
 */
export type CompiledPattern =
  | { readonly kind: "pattern"; readonly matches: (event: EventFields) => boolean }
  | { readonly kind: "rejected"; readonly mistakes: readonly PatternMistake[] };

interface PatternMistake {
  /** Where it stands, such as `when.detail.object.key[0]`. */
  readonly path: string;
  readonly message: string;
}

/** The values of an event by their dotted path. A value in a list of objects knows its element. */
export type EventFields = ReadonlyMap<string, readonly Leaf[]>;

interface Leaf {
  readonly value: unknown;
  /** Strings in quotes, all else as JSON writes it. */
  readonly text: string;
  readonly elements: Elements;
}

/** For each list around a value, the index of the element it is in. Lists are numbered per event. */
type Elements = ReadonlyMap<number, number>;

/** Compiles a pattern once, so that a wrong one is refused at start and matching is cheap. */
export function compilePattern(pattern: unknown, path = "when"): CompiledPattern {
  const mistakes: PatternMistake[] = [];
  const refuse: Refuse = (at, message) => void mistakes.push({ path: at, message });
  if (!isObject(pattern)) {
    refuse(path, "must be an object that is an EventBridge event pattern");
    return { kind: "rejected", mistakes };
  }
  const branches = parseFields(pattern, { path, names: [], insideOr: false, refuse }, [new Map()]);
  refuseEngineFaults(branches, refuse);
  if (mistakes.length > 0) return { kind: "rejected", mistakes };

  // The engine looks at the fields in this order, and `exists: false` depends on what came before.
  const sorted = branches.map(branch => [...branch.values()].toSorted(byName));
  return { kind: "pattern", matches: event => sorted.some(fields => matchesAll(fields, event)) };
}

/** Takes an event apart once, for any number of patterns. */
export function fieldsOf(event: unknown): EventFields {
  const fields = new Map<string, Leaf[]>();
  let lists = 0;
  const visit = (value: unknown, name: string, elements: Elements, depth: number): void => {
    // The engine's JSON parser stops at this depth too (Jackson's StreamReadConstraints).
    if (depth > 1000) return;
    if (Array.isArray(value)) {
      const list = lists++;
      for (const [index, element] of value.entries()) {
        const nested = typeof element === "object" && element !== null;
        visit(element, name, nested ? new Map([...elements, [list, index]]) : elements, depth + 1);
      }
    } else if (isObject(value)) {
      for (const [step, member] of Object.entries(value)) {
        visit(member, depth === 0 ? step : `${name}.${step}`, elements, depth + 1);
      }
    } else {
      const leaf = {
        value,
        text: typeof value === "string" ? `"${value}"` : String(value),
        elements,
      };
      const same = fields.get(name);
      if (same === undefined) fields.set(name, [leaf]);
      else same.push(leaf);
    }
  };
  if (isObject(event)) visit(event, "", new Map(), 0);
  return fields;
}

// --- Matching ---

/** One field of a pattern: any test that holds is enough, or that the field is absent. */
interface FieldPattern {
  readonly name: string;
  readonly path: string;
  readonly tests: readonly Test[];
  readonly orAbsent: boolean;
  readonly traits: ReadonlySet<Trait>;
  /** The values as JSON, to tell whether two branches share one. */
  readonly values: ReadonlySet<string>;
}

type Test = (leaf: Leaf) => boolean;

/** What decides whether values can stand together in one field; see {@link refuseEngineFaults}. */
type Trait = "number" | "address" | "leading wildcard" | "several forms";

/**
 * Whether all fields match, with the values that lie in one list all taken from the same element.
 *
 * The state of the search is the set of elements chosen so far. Choices that no later field can see
 * are dropped from it, which keeps the search linear where trying all combinations would explode.
 */
function matchesAll(patterns: readonly FieldPattern[], event: EventFields): boolean {
  const fields: {
    readonly leaves: readonly Leaf[];
    readonly passing: ReadonlySet<Leaf>;
    readonly orAbsent: boolean;
  }[] = [];
  for (const { name, tests, orAbsent } of patterns) {
    const leaves = event.get(name) ?? [];
    const passing = new Set(leaves.filter(leaf => tests.some(test => test(leaf))));
    // Most events end here, before anything is said about lists.
    if (passing.size === 0 && !orAbsent) return false;
    fields.push({ leaves, passing, orAbsent });
  }

  const lists = fields.map(({ leaves }) => listsOf(leaves));
  let states: readonly Elements[] = [new Map()];
  for (const [index, { leaves, passing, orAbsent }] of fields.entries()) {
    const leavesIn = byElement(leaves);
    const visibleLater = new Set(lists.slice(index + 1).flatMap(later => [...later]));

    const next = new Map<string, Elements>();
    const add = (elements: Elements) => {
      const kept = [...elements].filter(([list]) => visibleLater.has(list));
      next.set(kept.join(";"), new Map(kept));
    };
    for (const state of states) {
      const near = leavesNear(state, leaves, leavesIn);
      const fits = (leaf: Leaf) => isConsistent(leaf.elements, state);
      if (orAbsent && !near.some(fits) && !leaves.some(fits)) add(state);
      for (const leaf of near) {
        if (passing.has(leaf) && fits(leaf)) add(new Map([...state, ...leaf.elements]));
      }
    }
    if (next.size === 0) return false;
    states = [...next.values()];
  }
  return true;
}

/** True when the value lies in none of the state's lists, or in the same elements of them. */
function isConsistent(elements: Elements, state: Elements): boolean {
  for (const [list, element] of elements) {
    if ((state.get(list) ?? element) !== element) return false;
  }
  return true;
}

/**
 * The leaves in the element that the state has chosen of their innermost list. As in the engine,
 * this leaves out a leaf of the same path outside of that list, which takes a dot in a name.
 */
function leavesNear(
  state: Elements,
  leaves: readonly Leaf[],
  leavesIn: ReadonlyMap<number, ReadonlyMap<number, readonly Leaf[]>>,
): readonly Leaf[] {
  for (const [list, element] of [...state].toReversed()) {
    const elements = leavesIn.get(list);
    if (elements !== undefined) return elements.get(element) ?? [];
  }
  return leaves;
}

/** The leaves by list and element, so that a look replaces a pass over all of them. */
function byElement(
  leaves: readonly Leaf[],
): ReadonlyMap<number, ReadonlyMap<number, readonly Leaf[]>> {
  const lists = new Map<number, Map<number, Leaf[]>>();
  for (const leaf of leaves) {
    for (const [list, element] of leaf.elements) {
      const elements = lists.get(list) ?? new Map<number, Leaf[]>();
      lists.set(list, elements);
      const same = elements.get(element);
      if (same === undefined) elements.set(element, [leaf]);
      else same.push(leaf);
    }
  }
  return lists;
}

function listsOf(leaves: readonly Leaf[]): ReadonlySet<number> {
  return new Set(leaves.flatMap(leaf => [...leaf.elements.keys()]));
}

/** By UTF-16 code units, as Java sorts. */
function byName(one: FieldPattern, other: FieldPattern): number {
  return one.name < other.name ? -1 : Number(one.name > other.name);
}

// --- Reading a pattern ---

type Refuse = (path: string, message: string) => void;
type Branch = ReadonlyMap<string, FieldPattern>;

interface Place {
  /** For messages. */
  readonly path: string;
  /** The names from the event's root. */
  readonly names: readonly string[];
  readonly insideOr: boolean;
  readonly refuse: Refuse;
}

/** AWS allows no more combinations of `$or` than this. */
const MAX_BRANCHES = 1000;

/** A pattern as the branches that its `$or`s spread it into; it matches when any branch does. */
function parseFields(
  pattern: Readonly<Record<string, unknown>>,
  place: Place,
  before: readonly Branch[],
): readonly Branch[] {
  const entries = Object.entries(pattern);
  if (entries.length === 0) place.refuse(place.path, "must not be empty");
  let branches = before;
  for (const [name, value] of entries) {
    const path = memberPath(place.path, name);
    const inner = { ...place, path, names: [...place.names, name] };
    if (name === "$or") {
      branches = parseOr(value, { ...place, path }, branches);
    } else if (name.split(".").includes("")) {
      place.refuse(path, "has an empty name, which the engine cannot tell from a dot");
    } else if (place.insideOr && RESERVED_INSIDE_OR.has(name)) {
      place.refuse(path, "is a reserved word that cannot be a field inside $or");
    } else if (isObject(value)) {
      branches = parseFields(value, inner, branches);
    } else if (Array.isArray(value)) {
      branches = withField(branches, parseField(value, inner), place.refuse);
    } else {
      place.refuse(
        path,
        `must be a list of values or an object, such as [${JSON.stringify(value)}]`,
      );
    }
  }
  return branches;
}

function parseOr(value: unknown, place: Place, before: readonly Branch[]): readonly Branch[] {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) {
    place.refuse(place.path, "must be a list of at least two objects");
    return before;
  }
  const branches = value.flatMap((choice, index) =>
    parseFields(choice, { ...place, path: `${place.path}[${index}]`, insideOr: true }, before),
  );
  if (branches.length <= MAX_BRANCHES) return branches;
  place.refuse(place.path, `spreads into more than the ${MAX_BRANCHES} combinations AWS allows`);
  return before;
}

function withField(
  branches: readonly Branch[],
  field: FieldPattern,
  refuse: Refuse,
): readonly Branch[] {
  if (branches.some(branch => branch.has(field.name))) {
    refuse(field.path, "names a field a second time; the engine would forget the first");
  }
  return branches.map(branch => new Map([...branch, [field.name, field]]));
}

function parseField(values: readonly unknown[], place: Place): FieldPattern {
  if (values.length === 0) place.refuse(place.path, "must hold at least one value");
  const parsed = values.map((value, index) =>
    parseValue(value, `${place.path}[${index}]`, place.refuse),
  );
  return {
    name: place.names.join("."),
    path: place.path,
    tests: parsed.flatMap(value => value.test ?? []),
    orAbsent: parsed.some(value => value.test === undefined),
    traits: new Set(parsed.flatMap(value => value.traits ?? [])),
    values: new Set(values.map(value => JSON.stringify(value))),
  };
}

interface ParsedValue {
  /** Missing for `{"exists": false}`, which no value can pass. */
  readonly test?: Test;
  readonly traits?: readonly Trait[];
}

function parseValue(value: unknown, path: string, refuse: Refuse): ParsedValue {
  if (isObject(value)) return parseOperator(value, path, refuse);
  if (typeof value === "string") {
    if (!value.isWellFormed()) refuse(path, "holds half a character");
    const digits = addressDigits(value);
    return digits === undefined
      ? { test: leaf => leaf.value === value }
      : { test: inAddressRange(digits, digits), traits: ["address"] };
  }
  if (typeof value === "number") {
    refuseInexact(value, path, refuse);
    return { test: leaf => leaf.value === value, traits: ["number"] };
  }
  if (typeof value !== "boolean" && value !== null) {
    refuse(path, "must be a text, a number, true, false, null or an operator");
  }
  return { test: leaf => leaf.value === value };
}

const OPERATORS = [
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
    refuse(path, "must hold exactly one operator");
    return NOTHING;
  }
  const [name, value] = entry;
  const at = memberPath(path, name);
  switch (name) {
    case "exists":
      if (typeof value !== "boolean") refuse(at, "must be true or false");
      return value === false ? {} : { test: () => true };
    case "numeric":
      return { test: parseNumeric(value, at, refuse), traits: ["number"] };
    case "cidr":
      return { test: parseCidr(value, at, refuse), traits: ["address"] };
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
      return NOTHING;
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
    refuse(path, 'must be a text or {"equals-ignore-case": text}');
    return "";
  }
  return value["equals-ignore-case"];
}

function parseText(
  name: string,
  value: unknown,
  path: string,
  refuse: Refuse,
): Required<ParsedValue> {
  if (typeof value !== "string" || !value.isWellFormed()) {
    refuse(path, "must be a text");
    return NOTHING;
  }
  switch (name) {
    case "prefix":
      return { test: leaf => leaf.text.startsWith(`"${value}`), traits: [] };
    case "suffix": {
      // The engine stores suffixes and numbers in one automaton, where an empty suffix looks like
      // the end of one number in 128.
      if (value === "") refuse(path, 'must not be empty; {"prefix": ""} matches every text');
      const traits: readonly Trait[] = /^[\0-\x7f]*$/.test(value) ? [] : ["several forms"];
      return { test: leaf => leaf.text.endsWith(`${value}"`), traits };
    }
    case "wildcard": {
      const traits: readonly Trait[] = value.startsWith("*") ? ["leading wildcard"] : [];
      return { test: parseWildcard(value, path, refuse), traits };
    }
    case "exactly":
      return { test: leaf => leaf.value === value, traits: [] };
    default:
      return { test: ignoringCase(name, value, path, refuse), traits: ["several forms"] };
  }
}

/** Text that `*` stands for may hold anything, a slash and a line end included. */
function parseWildcard(value: string, path: string, refuse: Refuse): Test {
  if (/^(?:[^\\]|\\[*\\])*\*\*/.test(value)) refuse(path, "must not hold two * in a row");
  if (!/^(?:[^\\]|\\[*\\])*$/.test(value)) {
    refuse(path, "may use a backslash only before * or another backslash");
  }
  const pieces = [""];
  for (const [token] of `"${value}"`.matchAll(/\\[*\\]|./gs)) {
    if (token === "*") pieces.push("");
    else pieces[pieces.length - 1] += token.length === 2 ? token.slice(1) : token;
  }
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  const middle = pieces.slice(1, -1);
  return ({ text }) => {
    if (pieces.length === 1) return text === first;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, from);
      if (found === -1) return false;
      from = found + piece.length;
    }
    return from <= text.length - last.length;
  };
}

/**
 * Each letter of the pattern may stand in lower or in upper case, by itself: the event's letters are
 * not folded. So the Kelvin sign is not a "k", and "ß" may stand as "SS".
 */
function ignoringCase(name: string, value: string, path: string, refuse: Refuse): Test {
  if (/[\u{10000}-\u{10ffff}]/u.test(value)) {
    refuse(path, "ignores the case of a character beyond U+FFFF, which the engine cannot");
  }
  const letters = Array.from(
    value,
    letter => [letter.toLowerCase(), letter.toUpperCase()] as const,
  );
  if (name === "suffix-ignore-case") {
    return ({ text }) => {
      let end = text.endsWith('"') ? text.length - 1 : -1;
      for (const cases of letters.toReversed()) {
        const found = cases.find(letter => end >= 0 && text.endsWith(letter, end));
        if (found === undefined) return false;
        end -= found.length;
      }
      return end >= 0;
    };
  }
  return ({ text }) => {
    let from = text.startsWith('"') ? 1 : Infinity;
    for (const cases of letters) {
      const found = cases.find(letter => text.startsWith(letter, from));
      if (found === undefined) return false;
      from += found.length;
    }
    return name === "prefix-ignore-case" ? from < Infinity : from === text.length - 1;
  };
}

/** True for any value but those named; also for values of another type. */
function parseAnythingBut(value: unknown, path: string, refuse: Refuse): ParsedValue {
  if (isObject(value)) {
    const [entry, ...rest] = Object.entries(value);
    const name = entry?.[0] ?? "";
    const known = ["prefix", "suffix", "equals-ignore-case", "wildcard"];
    if (rest.length > 0 || !known.includes(name)) {
      refuse(path, `must hold exactly one of ${known.join(", ")}`);
      return NOTHING;
    }
    const at = memberPath(path, name);
    const texts = listOf(entry?.[1]);
    if (texts.length === 0) refuse(at, "must hold at least one text");
    if (name === "prefix" && texts.includes("")) refuse(at, "must not be empty");
    const parsed = texts.map(text => parseText(name, text, at, refuse));
    return {
      test: leaf => !parsed.some(({ test }) => test(leaf)),
      traits: parsed.flatMap(({ traits }) => traits),
    };
  }
  const values = listOf(value);
  const numbers = values.filter(item => typeof item === "number");
  const texts = values.filter(item => typeof item === "string");
  if (values.length === 0 || (numbers.length < values.length && texts.length < values.length)) {
    refuse(path, "must be a text, a number, or a list of only texts or only numbers");
  }
  for (const number of numbers) refuseInexact(number, path, refuse);
  const refused = new Set<unknown>(values);
  return {
    test: leaf => !refused.has(leaf.value),
    traits: numbers.length > 0 ? ["number"] : [],
  };
}

/** `["=", 5]`, `[">", 0]`, `[">=", 0, "<", 10]`. */
function parseNumeric(value: unknown, path: string, refuse: Refuse): Test {
  const terms = listOf(value);
  const [first, bottom, second, top] = terms;
  const above = COMPARISONS.get(first);
  const below = COMPARISONS.get(second);
  const single = terms.length === 2 && isNumber(bottom);
  const range = terms.length === 4 && isNumber(bottom) && isNumber(top);
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

// --- What is refused, though the engine takes it ---

/**
 * The engine keeps all that one field is compared with, in all branches of `$or`, in one automaton,
 * and some things in it get in each other's way (seen in 2.1.0 by the comparison):
 *
 * - With a number in it, numbers are not read as address digits; without, they are.
 * - With a wildcard that begins with `*`, characters that it stores in several forms (ignoring case,
 *   and suffixes beyond ASCII) match what they should not:
 *   `[{"wildcard": "*i*"}, {"equals-ignore-case": "a"}]` matches "BbA".
 * - Two branches that name the same fields and share a value in each are taken for one, and one of
 *   them is forgotten: `{"$or": [{"b": ["x"]}, {"b": ["y", "x"]}]}` does not match `{"b": "y"}`.
 */
function refuseEngineFaults(branches: readonly Branch[], refuse: Refuse): void {
  const traitsOf = new Map<string, ReadonlySet<Trait>>();
  for (const field of new Set(branches.flatMap(branch => [...branch.values()]))) {
    const traits = new Set([...(traitsOf.get(field.name) ?? []), ...field.traits]);
    traitsOf.set(field.name, traits);
    if (traits.has("number") && traits.has("address")) {
      refuse(field.path, "compares one field with numbers and with IP addresses; make two routes");
    }
    if (traits.has("leading wildcard") && traits.has("several forms")) {
      refuse(
        field.path,
        "compares one field with a wildcard that begins with * and with a text that ignores case or is a suffix beyond ASCII, where AWS's engine errs; make two routes",
      );
    }
  }
  for (const [index, branch] of branches.entries()) {
    const twin = branches.slice(0, index).find(earlier => areTwins(earlier, branch));
    const own = [...branch.values()].find(field => twin?.get(field.name) !== field);
    if (own !== undefined && twin !== undefined) {
      refuse(
        own.path,
        `shares values with ${twin.get(own.name)?.path}, and AWS's engine forgets one of the two branches; name each value in one branch only`,
      );
    }
  }
}

function areTwins(one: Branch, other: Branch): boolean {
  if (one.size !== other.size) return false;
  for (const [name, { values }] of one) {
    if (other.get(name)?.values.isDisjointFrom(values) !== false) return false;
  }
  return true;
}

/** Events reach us as doubles, so a number that is none could never be told from its neighbours. */
function refuseInexact(number: number, path: string, refuse: Refuse): void {
  if (Number(number.toPrecision(15)) !== number || (number !== 0 && Math.abs(number) < 1e-300)) {
    refuse(path, `${number} has more than the 15 digits that EventBridge compares exactly`);
  }
}

/** Names the engine keeps for itself inside `$or`. */
const RESERVED_INSIDE_OR = new Set(
  [
    ...OPERATORS,
    "= < <= > >= regex not-wildcard not-equals-ignore-case in-date-range",
    "date-after date-on-or-after date-before date-on-or-before",
    "ip-address-in-range ip-address-not-in-range",
  ].flatMap(words => words.split(" ")),
);

const never: Test = () => false;
const NOTHING = { test: never, traits: [] };

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

/** JSON can hold numbers too large for a double, such as 1e400; they equal and exceed nothing. */
function isComparable(value: unknown): value is number {
  return Number.isFinite(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function memberPath(path: string, name: string): string {
  return /^[\w$-]+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}
