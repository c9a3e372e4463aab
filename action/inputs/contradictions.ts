import { SECRET_INPUTS } from "./login.ts";
import type { InputSource } from "./read-input.ts";

/** Inputs that are right each by itself and cannot be meant together. Adds a sentence for each. */
export function refuseContradictions(source: InputSource, problems: string[]): void {
  const has = (name: string) => source.optional(name) !== "";
  const retries = /[1-9]/.test(source.optional("retry-on-error"));
  const noWait = /^false$/i.test(source.optional("wait"));
  if (has("audit-id") && noWait) {
    problems.push("audit-id waits for a run, so it cannot be combined with wait: false.");
  }
  if (has("audit-id") && retries) {
    problems.push("audit-id starts nothing, so it cannot be combined with retry-on-error.");
  }
  if (noWait && retries) {
    problems.push(
      "retry-on-error has to wait for the run, so it cannot be combined with wait: false.",
    );
  }
}

/** Text for Etlworks or for what stands before it, in which such an expression may be meant. */
const MAY_HOLD_EXPRESSIONS = new Set(["parameters", "request-headers"]);

/**
 * An expression inside a variable, a secret or a string of another action is never replaced. Asked of
 * every input that takes any text; the others have refused it by themselves.
 */
export function refuseUnreplaced(source: InputSource, problems: string[]): void {
  for (const name of source.asked) {
    if (MAY_HOLD_EXPRESSIONS.has(name)) continue;
    if (!/\$\{\{.*\}\}/s.test(source.optional(name))) continue;
    if (problems.some(problem => problem.startsWith(`${name}: `))) continue;
    problems.push(
      `${name}: contains \${{ … }}, which GitHub did not replace. It replaces expressions in workflow files only, not inside a variable or a secret.`,
    );
  }
}

/** These are kept for the post step, sent in addresses or shown on GitHub. */
const PLAIN_INPUTS = ["base-url", "stop-request", "run-query", "status-context", "log-file"];

/** Shorter ones turn up in other words by chance. */
const MIN_LENGTH = 8;

export function refuseSecretsInPlainInputs(source: InputSource, problems: string[]): void {
  for (const name of PLAIN_INPUTS) {
    const value = source.optional(name);
    const held = SECRET_INPUTS.find(secret => {
      const text = source.optional(secret);
      return (
        text.length >= MIN_LENGTH &&
        (value.includes(text) || value.includes(encodeURIComponent(text.toWellFormed())))
      );
    });
    if (held !== undefined) {
      problems.push(
        `${name}: contains the ${held}, which would be shown in logs there. Remove it; every request is sent with the credentials anyway.`,
      );
    }
  }
}
