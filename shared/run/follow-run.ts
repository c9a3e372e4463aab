import {
  ACTIVE_STATUSES,
  type Execution,
  TERMINAL_STATUSES,
  type TerminalStatus,
} from "../etlworks/execution.ts";
import type { Failure, Reply } from "../etlworks/reply.ts";
import { jittered, pollCostSeconds } from "./backoff.ts";
import type { PollCounts } from "./outcome.ts";
import type { RunEvent, Task } from "./run-request.ts";
import { nextGapSeconds } from "./schedule.ts";
import type { StartedRun } from "./started-run.ts";

/** How following a run ended. */
export interface Followed {
  readonly end:
    | { readonly kind: "ended"; readonly status: TerminalStatus }
    | { readonly kind: "timed-out" | "lost" | "stopped" }
    | { readonly kind: "refused"; readonly failure: Failure };
  readonly execution?: Execution;
  readonly elapsedMs: number;
  readonly counts: PollCounts;
}

/**
 * Looks at a run until the server says that it ended, the deadline comes, its record stays away, or
 * the server refuses us. Nothing else ends it: faults of the network and of the server only cost
 * time. `deadline` is on `host.clock.monotonicMs()`.
 */
export async function followRun(
  task: Task,
  start: StartedRun,
  deadline: number,
): Promise<Followed> {
  const first: Following = {
    at: start.at,
    begun: false,
    polls: 0,
    faults: 0,
    faultsInARow: 0,
    rateLimits: 0,
    absentSince: null,
    status: null,
    execution: null,
    end: null,
    delayMs: 0,
  };
  const state = await task.host.until(
    "follow",
    first,
    current =>
      current.begun ? look(task, start, deadline, current) : plan(task, start, deadline, current),
    ({ end, delayMs }) => (end === null ? delayMs : "done"),
  );
  return {
    end: state.end ?? { kind: "stopped" },
    ...(state.execution === null ? {} : { execution: state.execution }),
    elapsedMs: Math.max(0, state.at - start.at),
    counts: { polls: state.polls, faults: state.faults, rateLimits: state.rateLimits },
  };
}

/** What is carried from look to look. Plain data. */
interface Following {
  /** When the last look ended. */
  readonly at: number;
  readonly begun: boolean;
  readonly polls: number;
  readonly faults: number;
  readonly faultsInARow: number;
  readonly rateLimits: number;
  /** Since when the server has known nothing of the run. */
  readonly absentSince: number | null;
  readonly status: string | null;
  readonly execution: Execution | null;
  readonly end: Followed["end"] | null;
  /** Until the next look. */
  readonly delayMs: number;
}

/** After this long without a trace the run is lost (facts: a record needs seconds to appear). */
const LOST_AFTER_MS = 120_000;

/** The look at the deadline itself is short: the user's limit has passed. */
const LAST_LOOK_MS = 5_000;
const USUAL_LOOK_MS = 30_000;

/**
 * The schedule knows how long a flow takes when it goes well. The commonest surprise, a flow that
 * fails at once, would be noticed minutes late; one look this soon costs a single request.
 */
const FIRST_LOOK_MS = 30_000;

/** The first gap: a look right after the start would only say that it started. */
async function plan(
  task: Task,
  start: StartedRun,
  deadline: number,
  state: Following,
): Promise<Following> {
  const at = Math.max(state.at, task.host.clock.monotonicMs());
  const begun = { ...state, at, begun: true };
  const delayMs = scheduled(task, start, deadline, begun, 0);
  const longest = task.request.pollIntervalMs ?? FIRST_LOOK_MS;
  return { ...begun, delayMs: Math.min(delayMs, longest) };
}

async function look(
  task: Task,
  start: StartedRun,
  deadline: number,
  state: Following,
): Promise<Following> {
  const { host, client, request } = task;
  const begun = host.clock.monotonicMs();
  const timeLimitMs = Math.min(USUAL_LOOK_MS, Math.max(LAST_LOOK_MS, deadline - begun));
  const reply = await client.execution(request.flowId, start.auditId, {
    timeLimitMs,
    signal: host.stop,
  });
  // A wall clock may jump back; the age of a run may not.
  const at = Math.max(state.at, host.clock.monotonicMs());
  const polled = { ...state, at, polls: state.polls + 1 };
  const next = await read(task, start, deadline, polled, reply);
  return next.end === null && at >= deadline ? { ...next, end: { kind: "timed-out" } } : next;
}

async function read(
  task: Task,
  start: StartedRun,
  deadline: number,
  state: Following,
  reply: Reply<Execution>,
): Promise<Following> {
  const missed = async (reason: string): Promise<Following> => {
    const faultsInARow = state.faultsInARow + 1;
    const next = { ...state, faults: state.faults + 1, faultsInARow, absentSince: null };
    const delayMs = clipped(task, deadline, next, backOff(faultsInARow, task.host.random()));
    await task.report({ kind: "poll-failed", auditId: start.auditId, reason, delayMs });
    return { ...next, delayMs };
  };
  switch (reply.kind) {
    case "value":
      return readStatus(task, start, deadline, state, reply.value);
    case "absent": {
      const absentSince = state.absentSince ?? state.at;
      const next = { ...state, faultsInARow: 0, absentSince };
      if (state.at - absentSince >= LOST_AFTER_MS) return { ...next, end: { kind: "lost" } };
      // Normal just after a start, so the gaps stay short until it is found or given up.
      const delayMs = Math.min(10_000, Math.max(1_000, (state.at - absentSince) / 4));
      return {
        ...next,
        delayMs: clipped(task, deadline, next, jittered(delayMs, task.host.random())),
      };
    }
    case "rate-limited": {
      const next = { ...state, rateLimits: state.rateLimits + 1, absentSince: null };
      const asked = reply.retryAfterMs ?? 0;
      const delayMs = scheduled(task, start, deadline, next, asked);
      await task.report({ kind: "rate-limited", auditId: start.auditId, delayMs });
      return { ...next, delayMs };
    }
    case "unauthorized":
      return { ...state, end: { kind: "refused", failure: reply } };
    case "rejected":
      return reply.status === 400 || reply.status === 403
        ? { ...state, end: { kind: "refused", failure: reply } }
        : missed(`${reply.status}: ${reply.message}`);
    case "unreachable":
    case "fault":
      return missed(reply.message);
    case "stopped":
      return { ...state, end: { kind: "stopped" } };
  }
}

async function readStatus(
  task: Task,
  start: StartedRun,
  deadline: number,
  state: Following,
  execution: Execution,
): Promise<Following> {
  const status = execution.status ?? "";
  const terminal = TERMINAL_STATUSES.find(word => word === status);
  if (status !== state.status) {
    const known = terminal !== undefined || ACTIVE_STATUSES.some(word => word === status);
    const elapsedMs = state.at - start.at;
    const event: RunEvent = { kind: "status", auditId: start.auditId, status, known, elapsedMs };
    await task.report(event);
  }
  const next = { ...state, status, execution, faultsInARow: 0, absentSince: null };
  if (terminal !== undefined) return { ...next, end: { kind: "ended", status: terminal } };
  return { ...next, delayMs: scheduled(task, start, deadline, next, 0) };
}

/** The schedule's gap, or the user's interval; never less than `atLeastMs`. */
function scheduled(
  task: Task,
  start: StartedRun,
  deadline: number,
  state: Following,
  atLeastMs: number,
): number {
  const { pollIntervalMs } = task.request;
  const gapMs =
    pollIntervalMs ??
    nextGapSeconds({
      ageSeconds: (state.at - start.at) / 1_000,
      pastSeconds: start.pastSeconds,
      // The limit of 600 requests a minute belongs to the whole organisation (quickstart).
      pollCostSeconds: pollCostSeconds(state.rateLimits),
    }) * 1_000;
  const random = task.host.random();
  const delayMs = Math.max(
    pollIntervalMs === undefined ? jittered(gapMs, random) : gapMs,
    // Everybody was asked to come back at the same moment; do not.
    atLeastMs * (1 + 0.1 * random),
  );
  return clipped(task, deadline, state, delayMs);
}

/** No wait passes the deadline. */
function clipped(task: Task, deadline: number, state: Following, delayMs: number): number {
  const now = Math.max(state.at, task.host.clock.monotonicMs());
  return Math.max(0, Math.min(delayMs, deadline - now));
}

/** 1, 2, 4 … 60 s: an answer that was lost is worth asking for again soon, at first. */
function backOff(faultsInARow: number, random: number): number {
  return jittered(Math.min(60_000, 1_000 * 2 ** Math.min(faultsInARow - 1, 6)), random);
}
