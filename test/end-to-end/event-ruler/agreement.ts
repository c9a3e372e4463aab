import { compilePattern, fieldsOf } from "../../../lambda/routes/pattern/event-pattern.ts";
import type { Question } from "./questions.ts";

/** What a pattern says of an event: it matches, it does not, or it is no pattern. */
export type Answer = "true" | "false" | "refused";

export type Agreement =
  | { readonly kind: "same" }
  /** The engine takes a pattern that we refuse, for a reason that event-pattern.ts writes down. */
  | { readonly kind: "refused by us alone"; readonly reason: string }
  | { readonly kind: "difference"; readonly ours: Answer };

const REASONS = [
  "compares one field with numbers and with IP addresses",
  "compares one field with a wildcard that begins with *",
  "forgets one of the two branches",
  'must not be empty; {"prefix": ""} matches every text',
  "ignores the case of a character beyond U+FFFF",
  "has more than the 15 digits",
  "must hold at least one text",
];

/** Holds our answer to a question against the engine's. */
export function compareAnswers(question: Question, engine: Answer): Agreement {
  const compiled = compilePattern(question.pattern);
  if (compiled.kind === "pattern") {
    const ours = compiled.matches(fieldsOf(question.event)) ? "true" : "false";
    return ours === engine ? { kind: "same" } : { kind: "difference", ours };
  }
  if (engine === "refused") return { kind: "same" };
  const messages = compiled.mistakes.map(({ message }) => message).join("\n");
  const reason = REASONS.find(text => messages.includes(text));
  return reason === undefined
    ? { kind: "difference", ours: "refused" }
    : { kind: "refused by us alone", reason };
}
