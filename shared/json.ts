/** What survives a round trip through JSON: the shape of every result a host remembers. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Parses JSON and keeps whole numbers beyond 2^53 as text: Etlworks ids are 64-bit longs, and a
 * rounded id would name another run. `readText` sees every text once its escapes are resolved.
 * Throws SyntaxError as `JSON.parse` does.
 */
export function parseJson(text: string, readText?: (text: string) => string): unknown {
  // Looking at each value takes ten times as long, and hardly any answer needs it.
  if (readText === undefined && !/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === "string" ? (readText?.(value) ?? value) : keepLongNumber(value, context),
  );
}

/** `context` is "JSON.parse source text access" (ES2026, in Node since 22). */
function keepLongNumber(value: unknown, context?: { source?: string }): unknown {
  const source = context?.source ?? "";
  const rounded = Number.isInteger(value) && !Number.isSafeInteger(value);
  return rounded && /^-?\d+$/.test(source) ? source : value;
}
