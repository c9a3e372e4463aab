import { isObject, type JsonObject, whyTooDeep } from "./json.ts";
import { messageOf } from "./thrown.ts";

/** What became of a text that should be JSON. */
export type ParsedJson =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "malformed"; readonly message: string };

/**
 * Parses JSON that came from outside. Members named `__proto__` are dropped, so that no later copy
 * of the value can reach a prototype. Never throws. Unlike the parser for Etlworks' answers it
 * leaves long numbers as numbers, because an event pattern tells 1 from "1". `readNumber` sees each
 * number with the text that it was written as. A byte order mark, which some editors and shells put
 * first, is no part of the text (RFC 8259, 8.1).
 */
export function parseJsonSafely(
  marked: string,
  readNumber: (value: number, source: string) => unknown = value => value,
): ParsedJson {
  const text = marked.replace(/^\uFEFF/, "");
  // `context` is "JSON.parse source text access" (ES2026, in Node since 22).
  const readMember = (name: string, member: unknown, context?: { source?: string }) => {
    if (name === "__proto__") return undefined;
    return typeof member === "number"
      ? readNumber(member, context?.source ?? String(member))
      : member;
  };
  const deep = whyTooDeep(text);
  if (deep !== undefined) return { kind: "malformed", message: `it is ${deep}` };
  try {
    return { kind: "json", value: JSON.parse(text, readMember) };
  } catch (error) {
    return { kind: "malformed", message: messageOf(error) };
  }
}

/** The own field of an object; undefined when it is missing or the value is no object. */
export function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The own field of an object when it is a text that is not empty. */
export function textField(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** The object without the fields that have no value. */
export function present(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
