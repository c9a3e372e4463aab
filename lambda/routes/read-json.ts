import { findDuplicateKey, findPrototypeKey } from "../../shared/duplicate-keys.ts";
import { keepRounded, RoundedNumber } from "../../shared/exact-number.ts";
import { isObject } from "../../shared/json.ts";
import { parseJsonSafely } from "../../shared/json-fields.ts";
import type { Refuse } from "../refuse.ts";

/**
 * The value of a JSON text that a person wrote. What JSON would change without a word is refused
 * with its path: a name that stands twice in one object, one that is dropped because it could reach a
 * prototype, and a number that JSON rounds. Such a
 * number is NaN in the value, so that whoever reads on has nothing to add. Undefined: no JSON.
 */
export function readJson(text: string, refuse: Refuse): { readonly value: unknown } | undefined {
  const parsed = parseJsonSafely(text, keepRounded);
  if (parsed.kind === "malformed") {
    // The parser repeats the text around its mistake. Of what is no list at all, such as a key that
    // was pasted there, nothing is repeated.
    const isList = /^\uFEFF?\s*[[{]/.test(text);
    const why = isList ? parsed.message : "it begins with neither [ nor {";
    refuse("the file", `is not JSON: ${why}`);
    return undefined;
  }
  const twice = findDuplicateKey(text);
  if (twice !== undefined) {
    refuse(
      `${named(twice.path)}:`,
      `one object has ${JSON.stringify(twice.name)} twice, and only the last would count; remove one`,
    );
  }
  const dropped = findPrototypeKey(text);
  if (dropped !== undefined) {
    refuse(
      `${named(dropped.path)}:`,
      'no member can be called "__proto__", so it would not count; rename or remove it',
    );
  }
  return { value: withoutRounded(parsed.value, "", refuse) };
}

function withoutRounded(value: unknown, path: string, refuse: Refuse): unknown {
  if (value instanceof RoundedNumber) {
    refuse(
      `${named(path)}:`,
      `the number ${shortened(value.source)} cannot be kept exactly; write one of at most 15 digits below 1.79e308`,
    );
    return Number.NaN;
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => withoutRounded(item, `${path}[${index}]`, refuse));
  }
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [
    name,
    withoutRounded(member, path === "" ? name : `${path}.${name}`, refuse),
  ]);
  return Object.fromEntries(members);
}

/** A bare list of routes is named as if it stood in the object form, as everywhere. */
function named(path: string): string {
  return path.startsWith("[") ? `routes${path}` : path;
}

function shortened(source: string): string {
  return source.length > 40 ? `${source.slice(0, 40)}…` : source;
}
