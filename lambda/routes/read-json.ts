import { findDuplicateKey } from "../../shared/duplicate-keys.ts";
import { isObject } from "../../shared/json.ts";
import { parseJsonSafely } from "../../shared/json-fields.ts";

/** Reports a mistake at its path in the file. */
export type Refuse = (path: string, message: string) => void;

/**
 * The value of a JSON text that a person wrote. What JSON would change without a word is refused
 * with its path: a name that stands twice in one object, and a number that JSON rounds. Such a
 * number is NaN in the value, so that whoever reads on has nothing to add. Undefined: no JSON.
 */
export function readJson(text: string, refuse: Refuse): { readonly value: unknown } | undefined {
  const plain = text.replace(/^\uFEFF/, "");
  const parsed = parseJsonSafely(plain);
  if (parsed.kind === "malformed") {
    refuse("the file", `is not JSON: ${parsed.message}`);
    return undefined;
  }
  const twice = findDuplicateKey(plain);
  if (twice !== undefined) {
    refuse(
      `${named(twice.path)}:`,
      `one object has ${JSON.stringify(twice.name)} twice, and only the last would count; remove one`,
    );
  }
  // Only now and then does a file hold a number that needs a second look.
  if (!/\d{16}|\de[+-]?\d/i.test(plain.replaceAll(".", ""))) return { value: parsed.value };
  const rounded: unknown = JSON.parse(plain, keepRounded);
  return { value: withoutRounded(rounded, "", refuse) };
}

class RoundedNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** `context` is "JSON.parse source text access" (ES2026, in Node since 22). */
function keepRounded(name: string, value: unknown, context?: { source?: string }): unknown {
  if (name === "__proto__") return undefined;
  const source = context?.source;
  if (typeof value !== "number" || source === undefined) return value;
  return decimal(source) === decimal(String(value)) ? value : new RoundedNumber(source);
}

/** Digits and exponent, the same for each way to write one number. */
function decimal(text: string): string {
  const form = /^-?(?<whole>\d+)(?:\.(?<fraction>\d*))?(?:e(?<exponent>[+-]?\d+))?$/i.exec(text);
  if (form?.groups === undefined) return text;
  const { whole = "", fraction = "", exponent = "0" } = form.groups;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  const scale = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${text.startsWith("-") ? "-" : ""}${significant}e${scale}`;
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
