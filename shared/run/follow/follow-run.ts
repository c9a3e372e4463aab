import type { Execution } from "../../etlworks/replies/execution.ts";
import type { Reply } from "../../etlworks/replies/reply.ts";
import { UserError } from "../../user-error.ts";
import { limitedBy } from "../deadline.ts";
import type { Task } from "../run-request.ts";
import type { StartedRun } from "../started-run.ts";
import { endAtDeadline, tellFailing } from "./failing-polls.ts";
import type { Followed, FollowedRun, Following } from "./following.ts";
import { SOONEST_POLL_MS, scheduled } from "./poll-delay.ts";
import { type Denied, readPoll } from "./read-poll.ts";

/**
 * Polls a run until the server says that it ended, the deadline comes, its record stays away, or
 * the server goes on to refuse us. Nothing else ends it: faults of the network and of the server
 * only cost time. `deadline` is on `host.clock.monotonicMs()`.
 */
export async function followRun(
  task: Task,
  start: StartedRun,
  deadline: number,
  /** `atOnce`: the run may have ended already, so the first poll does not wait. */
  { atOnce = false }: { readonly atOnce?: boolean } = {},
): Promise<Followed> {
  const run: FollowedRun = { task, start, deadline };
  const first: Following = {
    at: start.at,
    begun: atOnce,
    // The same credentials began the run. Of a run that was there before, nothing is known yet.
    accepted: !atOnce,
    polls: 0,
    faults: 0,
    rateLimits: 0,
    faultsInARow: 0,
    failingSince: null,
    failingTold: false,
    lastFailure: null,
    denied: false,
    refused: null,
    absent: null,
    status: null,
    execution: null,
    end: null,
    delayMs: 0,
  };
  const state = await task.host.until(
    "follow",
    first,
    current => (current.begun ? poll(run, current) : plan(run, current)),
    ({ end, delayMs }) => (end === null ? delayMs : "done"),
  );
  return {
    end: state.end ?? { kind: "stopped" },
    ...(state.execution === null ? {} : { execution: state.execution }),
    elapsedMs: Math.max(0, state.at - start.at),
    counts: { polls: state.polls, faults: state.faults, rateLimits: state.rateLimits },
  };
}

/** The poll at the deadline itself is short: the user's limit has passed. */
const LAST_POLL_MS = 5_000;
const USUAL_POLL_MS = 30_000;

/**
 * The schedule knows how long a flow takes when it goes well. The commonest surprise, a flow that
 * fails at once, would be noticed minutes late; one poll this soon costs a single request.
 */
const FIRST_POLL_MS = 30_000;

/** The first gap: a poll right after the start would only say that it started. */
async function plan(run: FollowedRun, state: Following): Promise<Following> {
  const at = Math.max(state.at, run.task.host.clock.monotonicMs());
  const begun = { ...state, at, begun: true };
  const delayMs = scheduled(run, begun, 0);
  // A timeout that is shorter than a minute leaves time for a second poll when the first one fails.
  const half = Math.max(SOONEST_POLL_MS, (run.deadline - at) / 2);
  const longest = run.task.request.pollIntervalMs ?? Math.min(FIRST_POLL_MS, half);
  return { ...begun, delayMs: Math.min(delayMs, longest) };
}

async function poll(run: FollowedRun, state: Following): Promise<Following> {
  const { host } = run.task;
  const reply = await ask(run);
  // A wall clock may jump back; the age of a run may not.
  const at = Math.max(state.at, host.clock.monotonicMs());
  const polled = { ...state, at, polls: state.polls + 1, denied: false };
  const next = await readPoll(run, polled, reply);
  const told = await tellFailing(run, next);
  return told.end === null && at >= run.deadline ? { ...told, end: endAtDeadline(told) } : told;
}

/** A mistake that comes up inside the call, such as a secret that may not be read, is an answer too. */
async function ask({ task, start, deadline }: FollowedRun): Promise<Reply<Execution> | Denied> {
  const { host, client, request } = task;
  const timeLimitMs = limitedBy(deadline, host, USUAL_POLL_MS, LAST_POLL_MS);
  try {
    const call = { timeLimitMs, signal: host.stop };
    return await client.execution(request.flowId, start.auditId, call);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: "denied", message: error.message };
  }
}
