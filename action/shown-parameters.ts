import type { Parameters } from "./parameters.ts";

/** Names that say what they hold. GitHub masks registered secrets; these are hidden besides. */
const SECRET_NAME = /pass(word|wd|phrase)?|secret|token|api[-_]?key|credential|private/i;

/**
 * The parameters as they may be shown: without known secrets, and without the values whose names
 * say that they are one. Before anything is escaped, since an escaped secret is not recognised.
 */
export function shownParameters(
  parameters: Parameters,
  redact: (text: string) => string,
): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      redact(name),
      SECRET_NAME.test(name) ? "***" : redact(value),
    ]),
  );
}
