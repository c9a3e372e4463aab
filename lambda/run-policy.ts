import { DURATION_FORMS, parseDuration, whyNoUnit } from "../shared/duration.ts";
import { IF_RUNNING, type IfRunning } from "../shared/run/if-running.ts";

/** How a run is started and judged. Plain data: it travels to the runner as part of its input. */
export interface RunPolicy {
  /** What to do when another run of the flow is running. */
  readonly ifRunning: IfRunning;
  /** Milliseconds until we stop following the run; 0 means never. */
  readonly timeout: number;
  /** Whether a run that ended in `warning` counts as failed. */
  readonly failOnWarning: boolean;
}

/**
 * A day. Longer than the Action's hour: in a burst a run can wait hours for its turn, and waiting
 * costs a durable function nothing.
 */
export const DEFAULT_TIMEOUT = 24 * 3_600_000;

/** The fields of a policy, as a route and a direct invoke spell them. */
export const POLICY_FIELDS = ["ifRunning", "timeout", "failOnWarning"] as const;

/**
 * Reads the three policy fields. Each mistake is handed to `refuse` with the name of its field and
 * the default stands in, so that one pass can report all mistakes.
 */
export function parsePolicy(
  read: (name: (typeof POLICY_FIELDS)[number]) => unknown,
  refuse: (name: string, message: string) => void,
): RunPolicy {
  const ifRunning = read("ifRunning");
  const known = ifRunning === undefined ? "wait" : IF_RUNNING.find(word => word === ifRunning);
  if (known === undefined) {
    refuse("ifRunning", `${shown(ifRunning)} is not one of ${IF_RUNNING.join(", ")}`);
  }

  const timeout = parseTimeout(read("timeout"));
  if (timeout === undefined) {
    const written = read("timeout");
    const noUnit = whyNoUnit(written);
    refuse("timeout", noUnit ?? `${shown(written)} is not ${DURATION_FORMS}`);
  }

  const failOnWarning = read("failOnWarning");
  if (failOnWarning !== undefined && typeof failOnWarning !== "boolean") {
    refuse("failOnWarning", `${shown(failOnWarning)} is neither true nor false`);
  }

  return {
    ifRunning: known ?? "wait",
    timeout: timeout ?? DEFAULT_TIMEOUT,
    failOnWarning: failOnWarning === true,
  };
}

function parseTimeout(value: unknown): number | undefined {
  if (value === undefined) return DEFAULT_TIMEOUT;
  return typeof value === "string" || typeof value === "number"
    ? parseDuration(String(value))
    : undefined;
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
