import type { Parameters } from "../inputs/parameters.ts";

/** Names that say what they hold. GitHub masks registered secrets; these are hidden besides. */
const SECRET_NAME =
  /pass|pwd|secret|token|key|credential|private|auth|jwt|sas|signature|conn(ection)?[-_]?str|dsn/i;

/**
 * A registered secret is masked by GitHub only letter by letter as it was registered: cut off, or
 * with a sign that HTML or JSON writes otherwise, it would be readable. Such values are not shown.
 */
const MAX_SHOWN = 200;
const WRITTEN_OTHERWISE = /[&<>"'`\\\p{Cc}]/u;

/**
 * The parameters as they may be shown: without known secrets, and without the values whose names
 * say that they are one. Before anything is escaped, since an escaped secret is not recognised.
 */
export function redactedParameters(
  parameters: Parameters,
  redact: (text: string) => string,
): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      redact(name),
      SECRET_NAME.test(name) ? "***" : shownValue(redact(value)),
    ]),
  );
}

function shownValue(value: string): string {
  const hidden = value.length > MAX_SHOWN || WRITTEN_OTHERWISE.test(value);
  return hidden ? `(${value.length} characters)` : value;
}
