import type { Execution } from "../etlworks/replies/execution.ts";

/**
 * How long a flow's past runs took, in seconds, newest first: what the schedule learns from.
 *
 * Only runs that did their whole work count, which are `success` and `warning`: an error or a
 * cancellation ends at any moment and says nothing about the next run's length. A record without
 * both times, still running, or ending before it started is left out.
 */
export function pastDurations(history: readonly Execution[]): number[] {
  return history
    .flatMap(completeRun)
    .toSorted((one, other) => other.started - one.started)
    .map(run => run.seconds);
}

interface CompleteRun {
  readonly started: number;
  readonly seconds: number;
}

function completeRun(execution: Execution): CompleteRun[] {
  const status = execution.status?.toLowerCase();
  if (status !== "success" && status !== "warning") return [];
  const started = execution.startedAt ?? 0;
  const seconds = ((execution.endedAt ?? 0) - started) / 1_000;
  if (!(started > 0)) return [];
  return seconds > 0 && seconds <= longestBelievable ? [{ started, seconds }] : [];
}

/** A year. A longer "run" is a clock that was wrong, not a run. */
const longestBelievable = 365 * 86_400;
