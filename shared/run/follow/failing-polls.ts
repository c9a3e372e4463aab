import { formatDuration } from "../../duration.ts";
import { clause } from "../../etlworks/explain-failure.ts";
import { TELL_FAILING_AFTER_MS } from "../tell-failing.ts";
import type { Followed, FollowedRun, Following } from "./following.ts";

/** A poll without a usable answer. */
export function failedPoll(state: Following, why: string): Following {
  return { ...state, failingSince: state.failingSince ?? state.at, lastFailure: why };
}

/** One line for each time in which the polls have failed for a minute. */
export async function tellFailing(
  { task, start }: FollowedRun,
  state: Following,
): Promise<Following> {
  const { failingSince, lastFailure, failingTold, at, end } = state;
  if (end !== null || failingTold || failingSince === null || lastFailure === null) return state;
  const failingMs = at - failingSince;
  if (failingMs < TELL_FAILING_AFTER_MS) return state;
  const { auditId } = start;
  await task.report({ kind: "polls-failing", auditId, reason: lastFailure, failingMs });
  return { ...state, failingTold: true };
}

/** What the last polls say of the end, when the time is over. */
export function endAtDeadline(state: Following): Followed["end"] {
  const { at, denied, lastFailure, execution, failingSince, failingTold } = state;
  if (lastFailure === null || failingSince === null) return { kind: "timed-out" };
  if (denied) return { kind: "denied", message: lastFailure };
  if (execution === null) return { kind: "timed-out", failing: lastFailure };
  // A fault now and then is nothing to tell.
  return failingTold
    ? { kind: "timed-out", failing: lastFailure, failingMs: at - failingSince }
    : { kind: "timed-out" };
}

/** Why nothing could be learned of a run, for the sentence at the deadline. */
export function describeFailing(failing: string, polls: number, timeoutMs: number): string {
  const within = formatDuration(timeoutMs);
  const why = clause(failing);
  return polls === 1
    ? `The one status check within ${within} had no usable answer: ${why}.`
    : `None of ${polls} status checks within ${within} had a usable answer; the last one: ${why}.`;
}
