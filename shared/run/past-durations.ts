import type { Execution } from "../etlworks/execution.ts";

/**
 * How long a flow's past runs took, in seconds, newest first: what the schedule learns from.
 *
 * Only runs that did their whole work count, which are `success` and `warning`: an error or a
 * cancellation ends at any moment and says nothing about the next run's length. A record without
 * both times, still running, or ending before it started is left out. Times are documented as
 * milliseconds since 1970; seconds, microseconds and nanoseconds are told apart by their size.
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
  const started = inSeconds(execution.startedAt);
  const ended = inSeconds(execution.endedAt);
  if (started === undefined || ended === undefined) return [];
  const seconds = ended - started;
  return seconds > 0 && seconds <= longestBelievable ? [{ started, seconds }] : [];
}

/** A year. A longer "run" is a clock that was wrong, not a run. */
const longestBelievable = 365 * 86_400;

/** A time since 1970 in seconds, whatever unit it came in: today is 1.8e9 s, 1.8e12 ms, 1.8e15 µs. */
function inSeconds(time: number | undefined): number | undefined {
  if (time === undefined || !Number.isFinite(time) || time <= 0) return undefined;
  if (time < 1e11) return time;
  if (time < 1e14) return time / 1e3;
  return time < 1e17 ? time / 1e6 : time / 1e9;
}
