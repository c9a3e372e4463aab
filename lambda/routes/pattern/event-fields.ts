import { RoundedNumber } from "../../../shared/exact-number.ts";
import { isObject } from "../../../shared/json.ts";
import { UserError } from "../../../shared/user-error.ts";

/** The values of an event by their dotted path. A value in a list of objects knows its element. */
export type EventFields = ReadonlyMap<string, readonly Leaf[]>;

export interface Leaf {
  readonly value: unknown;
  /** Strings in quotes, all else as JSON writes it. */
  readonly text: string;
  readonly elements: Elements;
}

/** For each list around a value, the index of the element it is in. Lists are numbered per event. */
export type Elements = ReadonlyMap<number, number>;

/** One list on the way to a value. Its elements are put together when a value is found in it. */
interface ListStep {
  readonly list: number;
  readonly index: number;
  readonly outer: ListStep | undefined;
  elements?: Elements;
}

const NOT_IN_A_LIST: Elements = new Map();

/** The paths that some pattern names, and the objects on the way to them. */
export interface FieldPaths {
  readonly wanted: ReadonlySet<string>;
  readonly parents: ReadonlySet<string>;
  readonly maxLength: number;
}

/** Prepares {@link collectFields} for the fields of any number of patterns. */
export function fieldPaths(names: Iterable<string>): FieldPaths {
  const wanted = new Set(names);
  const parents = new Set<string>();
  let maxLength = 0;
  for (const name of wanted) {
    maxLength = Math.max(maxLength, name.length);
    for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
      parents.add(name.slice(0, dot));
    }
  }
  return { wanted, parents, maxLength };
}

/** The engine's JSON parser stops at this depth too (Jackson's StreamReadConstraints). */
const MAX_DEPTH = 1000;

/**
 * The most that may be remembered of the lists around the values. A message of 256 KB can have
 * 30,000 objects in a list, inside of 900 lists: that would be more than the function's memory.
 */
const MAX_LIST_STEPS = 500_000;

/**
 * Takes an event apart once, for any number of patterns. Whatever no pattern names is left alone:
 * anyone may send a message, and one with thousands of members below a name of 17,000 characters
 * would otherwise cost half a minute, because each of the joined names is hashed. Throws a UserError
 * for an event with too many lists in each other.
 */
export function collectFields(event: unknown, paths: FieldPaths): EventFields {
  const fields = new Map<string, Leaf[]>();
  let lists = 0;
  let steps = 0;
  const elementsOf = (step: ListStep | undefined): Elements => {
    if (step === undefined) return NOT_IN_A_LIST;
    if (step.elements !== undefined) return step.elements;
    const elements: [number, number][] = [];
    for (let outer: ListStep | undefined = step; outer !== undefined; outer = outer.outer) {
      elements.push([outer.list, outer.index]);
    }
    steps += elements.length;
    if (steps > MAX_LIST_STEPS) {
      throw new UserError("The event has too many lists in each other to be compared with routes.");
    }
    step.elements = new Map(elements.toReversed());
    return step.elements;
  };
  const visit = (found: unknown, name: string, step: ListStep | undefined, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    const value = found instanceof RoundedNumber ? found.value : found;
    if (Array.isArray(value)) {
      const list = lists++;
      for (const [index, element] of value.entries()) {
        const nested = typeof element === "object" && element !== null;
        visit(element, name, nested ? { list, index, outer: step } : step, depth + 1);
      }
    } else if (isObject(value)) {
      if (depth > 0 && !paths.parents.has(name)) return;
      for (const [key, member] of Object.entries(value)) {
        const path = depth === 0 ? key : `${name}.${key}`;
        // The length first: it is known without hashing the text.
        if (path.length > paths.maxLength) continue;
        if (paths.wanted.has(path) || paths.parents.has(path)) {
          visit(member, path, step, depth + 1);
        }
      }
    } else if (paths.wanted.has(name)) {
      const leaf = {
        value,
        text: typeof value === "string" ? `"${value}"` : String(value),
        elements: elementsOf(step),
      };
      const same = fields.get(name);
      if (same === undefined) fields.set(name, [leaf]);
      else same.push(leaf);
    }
  };
  if (isObject(event)) visit(event, "", undefined, 0);
  return fields;
}
