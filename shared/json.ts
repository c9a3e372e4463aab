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
 * rounded id would name another run. Throws SyntaxError as `JSON.parse` does.
 */
export function parseJson(text: string): unknown {
  return JSON.parse(text, keepLongNumbers);
}

/** The third argument is "JSON.parse source text access" (ES2026, in Node since 22). */
function keepLongNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const exact =
    typeof value !== "number" || Number.isSafeInteger(value) || !Number.isInteger(value);
  const source = context?.source;
  return exact || source === undefined || !/^-?\d+$/.test(source) ? value : source;
}
