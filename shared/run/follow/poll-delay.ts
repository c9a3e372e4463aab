import { jittered, pollCostSeconds } from "../backoff.ts";
import { nextGapSeconds } from "../schedule.ts";
import type { FollowedRun, Following } from "./following.ts";

export const SOONEST_POLL_MS = 1_000;

/** The schedule's gap, or the user's interval; never less than `atLeastMs`. */
export function scheduled(run: FollowedRun, state: Following, atLeastMs: number): number {
  const { request, host } = run.task;
  const { pollIntervalMs } = request;
  const gapMs =
    pollIntervalMs ??
    nextGapSeconds({
      ageSeconds: (state.at - run.start.at) / 1_000,
      pastSeconds: run.start.pastSeconds,
      // The limit of 600 requests a minute belongs to the whole organisation (quickstart).
      pollCostSeconds: pollCostSeconds(state.rateLimits),
    }) * 1_000;
  const random = host.random();
  const delayMs = Math.max(
    pollIntervalMs === undefined ? jittered(gapMs, random) : gapMs,
    // Everybody was asked to come back at the same moment; do not.
    atLeastMs * (1 + 0.1 * random),
  );
  return clipped(run, state, delayMs);
}

/** No wait passes the deadline. */
export function clipped(
  { task, deadline }: FollowedRun,
  state: Following,
  delayMs: number,
): number {
  const now = Math.max(state.at, task.host.clock.monotonicMs());
  return Math.max(0, Math.min(delayMs, deadline - now));
}

/** 1, 2, 4 … 60 s: an answer that was lost is worth asking for again soon, at first. */
export function backOff(faultsInARow: number, random: number): number {
  return jittered(Math.min(60_000, 1_000 * 2 ** Math.min(faultsInARow - 1, 6)), random);
}
