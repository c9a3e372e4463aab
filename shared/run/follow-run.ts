import { formatDuration } from "../duration.ts";
import {
  ACTIVE_STATUSES,
  type Execution,
  TERMINAL_STATUSES,
  type TerminalStatus,
} from "../etlworks/execution.ts";
import type { Failure, Reply } from "../etlworks/reply.ts";
import { UserError } from "../user-error.ts";
import { jittered, pollCostSeconds } from "./backoff.ts";
import { limitedBy } from "./deadline.ts";
import { isOfAnotherFlow } from "./other-flow.ts";
import type { PollCounts } from "./outcome.ts";
import type { RunEvent, Task } from "./run-request.ts";
import { nextGapSeconds } from "./schedule.ts";
import { prolonged, type Spell } from "./spell.ts";
import type { StartedRun } from "./started-run.ts";
import { disbelief, whyDisbelieved } from "./whose-run.ts";

/** How following a run ended. */
export interface Followed {
  readonly end:
    | { readonly kind: "ended"; readonly status: TerminalStatus }
    | { readonly kind: "lost" | "stopped" }
    /**
     * `failing`: no poll had a usable answer; why the last one had none. With `failingMs`, none since
     * so long.
     */
    | { readonly kind: "timed-out"; readonly failing?: string; readonly failingMs?: number }
    | { readonly kind: "refused"; readonly failure: Failure }
    /** Our side cannot ask any more, such as a secret that may not be read. */
    | { readonly kind: "denied"; readonly message: string }
    /** The run that the start's answer named began before we sent it, or is another flow's. */
    | { readonly kind: "not-ours"; readonly why: string }
    /** The run that we were told to follow is a run of this flow. */
    | { readonly kind: "other-flow"; readonly flowId: number };
  readonly execution?: Execution;
  readonly elapsedMs: number;
  readonly counts: PollCounts;
}

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
  const run: Run = { task, start, deadline };
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

interface Run {
  readonly task: Task;
  readonly start: StartedRun;
  readonly deadline: number;
}

/** What is carried from poll to poll. Plain data. */
interface Following {
  /** When the last poll ended. */
  readonly at: number;
  readonly begun: boolean;
  /** The server has taken these credentials for this run. */
  readonly accepted: boolean;
  readonly polls: number;
  readonly faults: number;
  readonly rateLimits: number;
  readonly faultsInARow: number;
  /** When the first of the polls ended that have had no usable answer since. */
  readonly failingSince: number | null;
  readonly failingTold: boolean;
  /** Why the last poll had no usable answer; null when it had one. */
  readonly lastFailure: string | null;
  /** The last poll was not even sent: our side could not ask. */
  readonly denied: boolean;
  /** How long the server has refused us in its own words. */
  readonly refused: Spell | null;
  /** How long the server has known nothing of the run. */
  readonly absent: Spell | null;
  readonly status: string | null;
  readonly execution: Execution | null;
  readonly end: Followed["end"] | null;
  /** Until the next poll. */
  readonly delayMs: number;
}

/** After this long without a trace the run is lost (a record needs seconds to appear). */
const LOST_AFTER_MS = 120_000;

/** How long a refusal must go on, when the same credentials have been accepted before. */
const REFUSED_AFTER_MS = 60_000;

/** A run without a deadline is not followed for ever when our side cannot ask. */
const DENIED_AFTER_MS = 86_400_000;

const SOONEST_POLL_MS = 1_000;

const TELL_FAILING_AFTER_MS = 60_000;

/** The poll at the deadline itself is short: the user's limit has passed. */
const LAST_POLL_MS = 5_000;
const USUAL_POLL_MS = 30_000;

/**
 * The schedule knows how long a flow takes when it goes well. The commonest surprise, a flow that
 * fails at once, would be noticed minutes late; one poll this soon costs a single request.
 */
const FIRST_POLL_MS = 30_000;

/** The first gap: a poll right after the start would only say that it started. */
async function plan(run: Run, state: Following): Promise<Following> {
  const at = Math.max(state.at, run.task.host.clock.monotonicMs());
  const begun = { ...state, at, begun: true };
  const delayMs = scheduled(run, begun, 0);
  // A timeout that is shorter than a minute leaves time for a second poll when the first one fails.
  const half = Math.max(SOONEST_POLL_MS, (run.deadline - at) / 2);
  const longest = run.task.request.pollIntervalMs ?? Math.min(FIRST_POLL_MS, half);
  return { ...begun, delayMs: Math.min(delayMs, longest) };
}

async function poll(run: Run, state: Following): Promise<Following> {
  const { host } = run.task;
  const reply = await ask(run);
  // A wall clock may jump back; the age of a run may not.
  const at = Math.max(state.at, host.clock.monotonicMs());
  const polled = { ...state, at, polls: state.polls + 1, denied: false };
  const next = await read(run, polled, reply);
  const told = await tellFailing(run, next);
  return told.end === null && at >= run.deadline ? { ...told, end: endAtDeadline(told) } : told;
}

/** A mistake that comes up inside the call, such as a secret that may not be read, is an answer too. */
async function ask({ task, start, deadline }: Run): Promise<Reply<Execution> | Denied> {
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

interface Denied {
  readonly kind: "denied";
  readonly message: string;
}

async function read(
  run: Run,
  state: Following,
  reply: Reply<Execution> | Denied,
): Promise<Following> {
  switch (reply.kind) {
    case "value":
      return readStatus(run, state, reply.value);
    case "absent":
      return readAbsence(run, state, reply.message);
    case "rate-limited": {
      const next = failed({ ...state, rateLimits: state.rateLimits + 1 }, TOO_MANY);
      const delayMs = scheduled(run, next, reply.retryAfterMs ?? 0);
      await run.task.report({ kind: "rate-limited", auditId: run.start.auditId, delayMs });
      return { ...next, delayMs };
    }
    case "unauthorized":
      return reply.fromApi
        ? refused(run, state, reply)
        : missed(run, state, `401: ${reply.message}`);
    case "rejected": {
      const credentials = reply.status === 400 || reply.status === 403;
      return reply.fromApi && credentials
        ? refused(run, state, reply)
        : missed(run, state, `${reply.status}: ${reply.message}`);
    }
    case "unreachable":
      return missed(run, state, reply.message);
    case "fault":
      return missed(run, state, reply.message, reply.retryAfterMs);
    case "denied": {
      const { message } = reply;
      const forever =
        state.failingSince !== null && state.at - state.failingSince > DENIED_AFTER_MS;
      if (forever) return { ...state, end: { kind: "denied", message } };
      return { ...(await missed(run, state, message)), denied: true };
    }
    case "stopped":
      return { ...state, end: { kind: "stopped" } };
  }
}

const TOO_MANY = "429, too many requests";

/** A poll without a usable answer. */
function failed(state: Following, why: string): Following {
  return { ...state, failingSince: state.failingSince ?? state.at, lastFailure: why };
}

/** So long at most is a service left alone that says when it is back: the usual longest gap. */
const MAX_BREAK_MS = 300_000;

/** A fault: ask again soon at first, but not before the service is back. */
async function missed(
  run: Run,
  state: Following,
  reason: string,
  backInMs = 0,
): Promise<Following> {
  const faultsInARow = state.faultsInARow + 1;
  const next = failed({ ...state, faults: state.faults + 1, faultsInARow }, reason);
  const random = run.task.host.random();
  const breakMs = Math.min(MAX_BREAK_MS, backInMs) * (1 + 0.1 * random);
  const delayMs = clipped(run, next, Math.max(breakMs, backOff(faultsInARow, random)));
  await run.task.report({ kind: "poll-failed", auditId: run.start.auditId, reason, delayMs });
  return { ...next, delayMs };
}

/** The server's own refusal. One node may not know the key yet, or any more; it is asked again. */
async function refused(
  run: Run,
  state: Following,
  failure: Extract<Failure, { kind: "unauthorized" | "rejected" }>,
): Promise<Following> {
  const spell = prolonged(state.refused, state, REFUSED_AFTER_MS);
  const left = (state.accepted ? REFUSED_AFTER_MS : 0) - spell.lastedMs;
  if (left <= 0) return { ...state, end: { kind: "refused", failure } };
  const status = failure.kind === "rejected" ? failure.status : 401;
  const next = await missed(run, { ...state, refused: spell }, `${status}: ${failure.message}`);
  // The poll that decides comes when the minute is over, but no sooner after this one than any other.
  return { ...next, delayMs: Math.min(next.delayMs, Math.max(SOONEST_POLL_MS, left)) };
}

async function readAbsence(run: Run, state: Following, message: string): Promise<Following> {
  const absent = prolonged(state.absent, state, LOST_AFTER_MS);
  const next = failed(
    { ...state, accepted: true, faultsInARow: 0, refused: null, absent },
    message,
  );
  if (absent.lastedMs >= LOST_AFTER_MS) return { ...next, end: { kind: "lost" } };
  // Normal just after a start, so the gaps stay short until it is found or given up.
  const delayMs = Math.min(10_000, Math.max(1_000, absent.lastedMs / 4));
  return { ...next, delayMs: clipped(run, next, jittered(delayMs, run.task.host.random())) };
}

async function readStatus(run: Run, state: Following, execution: Execution): Promise<Following> {
  const { task, start } = run;
  const doubt = whyDisbelieved(start, execution, task, state.execution === null);
  if (doubt !== undefined) {
    const why = disbelief(start, doubt);
    await task.report({ kind: "not-ours", auditId: start.auditId, reason: why });
    return { ...state, end: { kind: "not-ours", why } };
  }
  const { flowId } = execution;
  if (flowId !== undefined && isOfAnotherFlow(execution, task)) {
    return state.execution === null && start.origin === "attached"
      ? { ...state, end: { kind: "other-flow", flowId } }
      : missed(run, state, `the answer is about a run of flow ${flowId}`);
  }
  const status = execution.status ?? "";
  const terminal = TERMINAL_STATUSES.find(word => word === status);
  if (status !== state.status) {
    const known = terminal !== undefined || ACTIVE_STATUSES.some(word => word === status);
    const elapsedMs = state.at - start.at;
    const event: RunEvent = { kind: "status", auditId: start.auditId, status, known, elapsedMs };
    await task.report(event);
  }
  const next: Following = { ...state, ...ALIVE, status, execution };
  if (terminal !== undefined) return { ...next, end: { kind: "ended", status: terminal } };
  return { ...next, delayMs: scheduled(run, next, 0) };
}

/**
 * The one sign of life of a run: a usable answer about it. Whatever else the server says (an error,
 * a 429, a refusal, another run's record) it can say of a run that does not exist.
 */
const ALIVE = {
  accepted: true,
  faultsInARow: 0,
  failingSince: null,
  failingTold: false,
  lastFailure: null,
  refused: null,
  absent: null,
} as const;

/** One line for each time in which the polls have failed for a minute. */
async function tellFailing({ task, start }: Run, state: Following): Promise<Following> {
  const { failingSince, lastFailure, failingTold, at, end } = state;
  if (end !== null || failingTold || failingSince === null || lastFailure === null) return state;
  const failingMs = at - failingSince;
  if (failingMs < TELL_FAILING_AFTER_MS) return state;
  const { auditId } = start;
  await task.report({ kind: "polls-failing", auditId, reason: lastFailure, failingMs });
  return { ...state, failingTold: true };
}

function endAtDeadline(state: Following): Followed["end"] {
  const { at, denied, lastFailure, execution, failingSince, failingTold } = state;
  if (lastFailure === null || failingSince === null) return { kind: "timed-out" };
  if (denied) return { kind: "denied", message: lastFailure };
  if (execution === null) return { kind: "timed-out", failing: lastFailure };
  // A fault now and then is nothing to tell.
  return failingTold
    ? { kind: "timed-out", failing: lastFailure, failingMs: at - failingSince }
    : { kind: "timed-out" };
}

/** The schedule's gap, or the user's interval; never less than `atLeastMs`. */
function scheduled(run: Run, state: Following, atLeastMs: number): number {
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
function clipped({ task, deadline }: Run, state: Following, delayMs: number): number {
  const now = Math.max(state.at, task.host.clock.monotonicMs());
  return Math.max(0, Math.min(delayMs, deadline - now));
}

/** 1, 2, 4 … 60 s: an answer that was lost is worth asking for again soon, at first. */
function backOff(faultsInARow: number, random: number): number {
  return jittered(Math.min(60_000, 1_000 * 2 ** Math.min(faultsInARow - 1, 6)), random);
}

/** Why nothing could be learned of a run, for the sentence at the deadline. */
export function describeFailing(failing: string, polls: number, timeoutMs: number): string {
  const within = formatDuration(timeoutMs);
  return polls === 1
    ? `The one status check within ${within} had no usable answer: ${failing}.`
    : `None of ${polls} status checks within ${within} had a usable answer; the last one: ${failing}.`;
}
