import { parseJson } from "../../json.ts";
import type { HttpAnswer } from "../http/http-message.ts";
import { findContradiction } from "./contradiction.ts";
import { ACTIVE_STATUSES, TERMINAL_STATUSES } from "./run-status.ts";

/** The body of an answer as JSON, or what it is instead. */
export type JsonBody =
  | { readonly kind: "json"; readonly value: unknown }
  /** `contradicts`: it is JSON, but says two things of one run by this member. `value` has the last. */
  | {
      readonly kind: "other";
      readonly what: string;
      readonly contradicts?: { readonly member: string; readonly value: unknown };
    };

/** `redact` cuts known secrets out of every text but the words and ids of the API. */
export function parseBody(body: string, redact: (text: string) => string): JsonBody {
  const text = withoutGuard(body);
  try {
    // Some gateways write the whole answer once more as a text.
    const inner = text.startsWith('"') ? parseJson(text) : undefined;
    if (typeof inner === "string" && /^\s*[[{]/.test(inner)) {
      const within = parseBody(inner.trim(), redact);
      if (within.kind === "json" || within.contradicts !== undefined) return within;
    }
    // A server may write any letter as an escape (Gson does so with `=` and `'`), and behind it a
    // secret would slip through.
    const suspicious = text.includes("\\") || redact(text) !== text;
    const redactText = (part: string) => (isWordOfTheApi(part) ? part : redact(part));
    const value = suspicious ? parseJson(text, redactText) : parseJson(text);
    const twice = findContradiction(text);
    if (twice !== undefined) {
      const what = `JSON that says two things of "${twice}"`;
      return { kind: "other", what, contradicts: { member: twice, value } };
    }
    return { kind: "json", value };
  } catch (error) {
    const deep = error instanceof Error && error.message.startsWith("nested");
    return { kind: "other", what: deep ? `JSON ${error.message}` : "something that is not JSON" };
  }
}

/**
 * An answer's JSON with all that is in it, to decide by, and not to show; `undefined` when it is no
 * JSON, or says two things: where they differ, none of them is a clear no.
 */
export function unredacted(answer: HttpAnswer): unknown {
  const json = parseBody(answer.body.trim(), text => text);
  return json.kind === "json" ? json.value : undefined;
}

/**
 * The same, but the later of two things: where it is asked whether a run may have begun, a run that
 * is named beside something else is one too.
 */
export function unredactedOrLast(answer: HttpAnswer): unknown {
  const json = parseBody(answer.body.trim(), text => text);
  return json.kind === "json" ? json.value : json.contradicts?.value;
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
