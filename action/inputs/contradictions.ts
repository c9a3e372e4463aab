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

/** These are kept for the post step, sent in addresses or shown on GitHub. */
const PLAIN_INPUTS = ["base-url", "stop-request", "run-query", "status-context", "log-file"];
const SECRET_INPUTS = ["api-key", "password", "github-token"];

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
