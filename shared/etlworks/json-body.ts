import { findDuplicateKey } from "../duplicate-keys.ts";
import { parseJson } from "../json.ts";
import { ACTIVE_STATUSES, TERMINAL_STATUSES } from "./execution.ts";

/** The body of an answer as JSON, or what it is instead. */
export type JsonBody =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "other"; readonly what: string };

/** `redact` cuts known secrets out of every text but the words and ids of the API. */
export function parseBody(
  body: string,
  redact: (text: string) => string,
  inText = false,
): JsonBody {
  const text = withoutGuard(body);
  try {
    // Some gateways write the whole answer once more as a text.
    const inner = !inText && text.startsWith('"') ? parseJson(text) : undefined;
    if (typeof inner === "string" && /^\s*[[{]/.test(inner)) {
      const within = parseBody(inner.trim(), redact, true);
      if (within.kind === "json") return within;
    }
    // A server may write any letter as an escape (Gson does so with `=` and `'`), and behind it a
    // secret would slip through.
    const suspicious = text.includes("\\") || redact(text) !== text;
    const redactText = (part: string) => (isWordOfTheApi(part) ? part : redact(part));
    const value = suspicious ? parseJson(text, redactText) : parseJson(text);
    const twice = text.length > MAX_ERROR ? undefined : findDuplicateKey(text, decides);
    if (twice !== undefined) return { kind: "other", what: `JSON that says "${twice.name}" twice` };
    return { kind: "json", value };
  } catch (error) {
    const deep = error instanceof Error && error.message.startsWith("nested");
    return { kind: "other", what: deep ? `JSON ${error.message}` : "something that is not JSON" };
  }
}

/** No error of Etlworks is so long; a log may have 10 MB. */
export const MAX_ERROR = 100_000;

/** Nobody can tell which of two is meant, and a run must not end by the wrong one. */
function decides(name: string): boolean {
  return name === "status" || name === "auditId" || name === "success";
}

/** What stands before JSON so that no web page can run it as a script. */
function withoutGuard(body: string): string {
  return body.replace(/^(?:\)\]\}'?,?|while ?\(1\);|for ?\(;;\);|\{\} ?&&)\s*/, "");
}

/** Statuses and ids, which everything hangs on and which say nothing of a secret. */
function isWordOfTheApi(text: string): boolean {
  const word = text.trim().toLowerCase();
  return /^\d{1,19}$/.test(word) || STATUSES.has(word);
}

const STATUSES: ReadonlySet<string> = new Set([...ACTIVE_STATUSES, ...TERMINAL_STATUSES]);
