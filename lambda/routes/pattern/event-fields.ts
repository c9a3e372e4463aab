import { isObject } from "../../../shared/json.ts";

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
 * Takes an event apart once, for any number of patterns. Whatever no pattern names is left alone:
 * anyone may send a message, and one with thousands of members below a name of 17,000 characters
 * would otherwise cost half a minute, because each of the joined names is hashed.
 */
export function collectFields(event: unknown, paths: FieldPaths): EventFields {
  const fields = new Map<string, Leaf[]>();
  let lists = 0;
  const visit = (value: unknown, name: string, elements: Elements, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (Array.isArray(value)) {
      const list = lists++;
      for (const [index, element] of value.entries()) {
        const nested = typeof element === "object" && element !== null;
        visit(element, name, nested ? new Map([...elements, [list, index]]) : elements, depth + 1);
      }
    } else if (isObject(value)) {
      if (depth > 0 && !paths.parents.has(name)) return;
      for (const [step, member] of Object.entries(value)) {
        const path = depth === 0 ? step : `${name}.${step}`;
        // The length first: it is known without hashing the text.
        if (path.length > paths.maxLength) continue;
        if (paths.wanted.has(path) || paths.parents.has(path)) {
          visit(member, path, elements, depth + 1);
        }
      }
    } else if (paths.wanted.has(name)) {
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
