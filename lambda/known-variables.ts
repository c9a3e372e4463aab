import { UserError } from "../shared/user-error.ts";

/** Every variable of ours that a function reads. */
export const KNOWN_VARIABLES: readonly string[] = [
  "ETLWORKS_BASE_URL",
  "ETLWORKS_SECRET_ID",
  "ETLWORKS_LEDGER",
  "ETLWORKS_LANE",
  "ETLWORKS_RUNNER",
  "ETLWORKS_RUNNER_TIMEOUT",
  "ETLWORKS_MANIFESTS",
  "ETLWORKS_EVENT_BUS",
  "ETLWORKS_ROUTES",
  "ETLWORKS_ROUTES_FILE",
  "ETLWORKS_RUN_QUERY",
  "ETLWORKS_REQUEST_HEADERS",
  "ETLWORKS_STACK",
  "ETLWORKS_LOG_PARAMETERS",
  "ETLWORKS_ALLOW_HTTP",
];

const PREFIX = "ETLWORKS";

/**
 * A misspelt variable counts as one that is not set: with `ETLWORKS_URL` the key of an own instance
 * would go to the cloud, and with `ETLWORKS_EVENTBUS` nobody would be told of a failure. The sentence
 * shows no value, which may be a key.
 */
export function refuseUnknownVariables(
  variables: Readonly<Record<string, string | undefined>>,
): void {
  const unknown = Object.entries(variables).flatMap(([name, value]) =>
    name.toUpperCase().startsWith(PREFIX) &&
    !KNOWN_VARIABLES.includes(name) &&
    (value ?? "").trim() !== ""
      ? name
      : [],
  );
  if (unknown.length === 0) return;
  throw new UserError(
    `${unknown.join(", ")}: no such variable is known. Correct its name, or remove it. Known are ${KNOWN_VARIABLES.join(", ")}.`,
  );
}
