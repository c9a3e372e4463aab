import { compilePattern } from "../../../lambda/routes/pattern/compile.ts";
import { collectFields, fieldPaths } from "../../../lambda/routes/pattern/event-fields.ts";
import { engineFaultsIn } from "./engine-faults.ts";
import type { Question } from "./questions.ts";

/** What a pattern says of an event: it matches, it does not, or it is no pattern. */
export type Answer = "true" | "false" | "refused";

export type Agreement =
  | { readonly kind: "same" }
  /** The engine takes a pattern that we refuse, because it says nothing or cannot be kept exactly. */
  | { readonly kind: "refused by us alone"; readonly reason: string }
  /** The engine errs in a way that is known, and AWS's guide is with us. */
  | { readonly kind: "engine errs"; readonly reason: string; readonly ours: Answer }
  | { readonly kind: "difference"; readonly ours: Answer };

const REASONS = ["has more than the 15 digits", "must have at least one string"];

/** Holds our answer to a question against the engine's. */
export function compareAnswers(question: Question, engine: Answer): Agreement {
  const compiled = compilePattern(question.pattern);
  if (compiled.kind === "pattern") {
    const event = collectFields(question.event, fieldPaths(compiled.values.keys()));
    const ours = compiled.matches(event) ? "true" : "false";
    if (ours === engine) return { kind: "same" };
    const fault = engineFaultsIn(question.pattern).find(({ answers }) => answers === engine);
    return fault === undefined
      ? { kind: "difference", ours }
      : { kind: "engine errs", reason: fault.reason, ours };
  }
  if (engine === "refused") return { kind: "same" };
  const messages = compiled.mistakes.map(({ message }) => message).join("\n");
  const reason = REASONS.find(text => messages.includes(text));
  return reason === undefined
    ? { kind: "difference", ours: "refused" }
    : { kind: "refused by us alone", reason };
}
