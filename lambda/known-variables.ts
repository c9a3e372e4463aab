import { isNear } from "../shared/did-you-mean.ts";
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

const PREFIX = /^ETLWORKS_?/i;

/**
 * A misspelt variable counts as one that is not set: with `ETLWORKS_URL` the key of an own instance
 * would go to the cloud, and with `ETLWORKS_EVENTBUS` nobody would be told of a failure. One that is
 * like none of ours is somebody else's. The sentence shows no value, which may be a key.
 */
export function refuseMisspeltVariables(
  variables: Readonly<Record<string, string | undefined>>,
): void {
  const isSet = (name: string) => (variables[name] ?? "").trim() !== "";
  const missing = KNOWN_VARIABLES.filter(known => !isSet(known));
  const misspelt = Object.keys(variables).flatMap(name => {
    if (!PREFIX.test(name) || KNOWN_VARIABLES.includes(name) || !isSet(name)) return [];
    const meant = missing.find(known => mayMean(name, known));
    return meant === undefined ? [] : `${name} is not known, did you mean ${meant}?`;
  });
  if (misspelt.length === 0) return;
  throw new UserError(`${misspelt.join(" ")} Correct the name, or remove the variable.`);
}

/** Mistyped, or one of its words left out, such as `ETLWORKS_URL`. */
function mayMean(name: string, known: string): boolean {
  const [given, wanted] = [name, known].map(text => text.replace(PREFIX, "").toUpperCase());
  if (given === undefined || wanted === undefined || given === "") return false;
  const words = new Set(wanted.split("_"));
  return isNear(given, wanted) || given.split("_").every(word => words.has(word));
}
