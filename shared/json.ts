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

/** As deep as AWS's own parser goes, and shallow enough for every function that walks through it. */
const MAX_DEPTH = 1_000;

/**
 * Parses JSON and keeps whole numbers beyond 2^53 as text: Etlworks ids are 64-bit longs, and a
 * rounded id would name another run. `readText` sees every text once its escapes are resolved.
 * Throws SyntaxError as `JSON.parse` does, and for values nested deeper than any API needs: walking
 * through them would end in "Maximum call stack size exceeded".
 */
export function parseJson(text: string, readText?: (text: string) => string): unknown {
  const deep = whyTooDeep(text);
  if (deep !== undefined) throw new SyntaxError(deep);
  // Looking at each value takes ten times as long, and hardly any answer needs it.
  if (readText === undefined && !/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === "string"
      ? (readText?.(value) ?? value)
      : keepLongNumber(value, context?.source),
  );
}

/** `source` is how the value is written ("JSON.parse source text access": ES2026, in Node since 22). */
function keepLongNumber(value: unknown, source: unknown): unknown {
  const rounded = Number.isInteger(value) && !Number.isSafeInteger(value);
  return rounded && /^-?\d+$/.test(String(source)) ? source : value;
}

/**
 * The one bound on nesting, wherever JSON is read: a clause when brackets are nested too deep. One
 * pass without an expression: on a text that is no JSON at all, one could take minutes.
 */
export function whyTooDeep(text: string): string | undefined {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      depth += 1;
      if (depth > MAX_DEPTH) return `nested deeper than ${MAX_DEPTH} levels`;
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth -= 1;
  }
  return undefined;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d];
