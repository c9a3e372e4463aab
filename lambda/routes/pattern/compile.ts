import { isObject } from "../../../shared/json.ts";
import type { Refuse } from "../../refuse.ts";
import type { EventFields } from "./event-fields.ts";
import { type FieldPattern, matchesAll, type Test } from "./match.ts";
import { memberPath, OPERATORS, parseValue } from "./operators.ts";

/**
 * EventBridge event patterns, with the semantics of AWS's own engine (event-ruler, Apache-2.0,
 * https://github.com/aws/event-ruler), compared with it by test/end-to-end/event-ruler. Where that
 * engine errs we follow AWS's guide: a list of values means "one of these", whatever they are.
 *
 * Owned, because no package matches as AWS does. The one on npm that tries (eb-patterns 1.0.6) knows
 * no cidr, no nested anything-but and no lists of objects, takes "5" for 5 and missing for null.
 *
 * The language: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export type CompiledPattern =
  | {
      readonly kind: "pattern";
      readonly matches: (event: EventFields) => boolean;
      /** The values that the pattern asks for, by the field's dotted path, in all its branches. */
      readonly values: ReadonlyMap<string, readonly unknown[]>;
    }
  | { readonly kind: "rejected"; readonly mistakes: readonly PatternMistake[] };

interface PatternMistake {
  /** Where it stands, such as `when.detail.object.key[0]`. */
  readonly path: string;
  readonly message: string;
}

/** Compiles a pattern once, so that a wrong one is refused at start and matching is cheap. */
export function compilePattern(pattern: unknown, path = "when"): CompiledPattern {
  const mistakes: PatternMistake[] = [];
  const refuse: Refuse = (at, message) => void mistakes.push({ path: at, message });
  if (!isObject(pattern)) {
    refuse(path, "must be an object that is an EventBridge event pattern");
    return { kind: "rejected", mistakes };
  }
  const branches = parseFields(pattern, { path, names: [], insideOr: false, refuse }, [new Map()]);
  if (mistakes.length > 0) return { kind: "rejected", mistakes };

  const sorted = branches.map(branch => [...branch.values()].toSorted(byName));
  return {
    kind: "pattern",
    matches: event => sorted.some(fields => matchesAll(fields, event)),
    values: valuesByField(sorted),
  };
}

interface ReadField extends FieldPattern {
  readonly path: string;
  readonly values: readonly unknown[];
}

type Branch = ReadonlyMap<string, ReadField>;

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
      place.refuse(path, "has an empty name; names are joined with dots, so none may be empty");
    } else if (place.insideOr && RESERVED_INSIDE_OR.has(name)) {
      place.refuse(path, "is a word that AWS reserves; it cannot be a field inside $or");
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
  place.refuse(place.path, `has more than the ${MAX_BRANCHES} combinations that AWS allows`);
  return before;
}

function withField(
  branches: readonly Branch[],
  field: ReadField,
  refuse: Refuse,
): readonly Branch[] {
  if (branches.some(branch => branch.has(field.name))) {
    refuse(field.path, "names a field a second time, which AWS does not allow");
  }
  return branches.map(branch => new Map([...branch, [field.name, field]]));
}

function parseField(values: readonly unknown[], place: Place): ReadField {
  if (values.length === 0) place.refuse(place.path, "must have at least one value");
  const tests: Test[] = [];
  let orAbsent = false;
  for (const [index, value] of values.entries()) {
    const parsed = parseValue(value, `${place.path}[${index}]`, place.refuse);
    if (parsed === "absent") orAbsent = true;
    else tests.push(parsed);
  }
  return { name: place.names.join("."), path: place.path, tests, orAbsent, values };
}

/** By UTF-16 code units, as Java sorts. */
function byName(one: ReadField, other: ReadField): number {
  return one.name < other.name ? -1 : Number(one.name > other.name);
}

function valuesByField(
  branches: readonly (readonly ReadField[])[],
): ReadonlyMap<string, readonly unknown[]> {
  const values = new Map<string, unknown[]>();
  // A field outside of $or is the same object in each branch.
  for (const field of new Set(branches.flat())) {
    values.set(field.name, [...(values.get(field.name) ?? []), ...field.values]);
  }
  return values;
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
