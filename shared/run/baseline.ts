import type { HistoryPage } from "../etlworks/etlworks-client.ts";
import { ACTIVE_STATUSES, type Execution } from "../etlworks/execution.ts";
import type { Reply } from "../etlworks/reply.ts";
import { pastDurations } from "./past-durations.ts";
import type { Task } from "./run-request.ts";

/** What the flow's history said just before a start. Plain data, remembered by the host. */
export interface Baseline {
  /** `host.clock.monotonicMs()` when it was read. */
  readonly at: number;
  /** `host.clock.epochMs()` when it was read. */
  readonly epochMs: number;
  /** Ids of the newest runs; a run that is not among them may be new. */
  readonly auditIds: readonly string[];
  readonly pastSeconds: readonly number[];
  /** Runs that are going on. */
  readonly active: readonly ActiveRun[];
  /** When runs began that no schedule started, by the server's clock; at most the newest 20. */
  readonly unscheduledStarts: readonly number[];
  /** The server's clock minus ours, milliseconds; from the `Date` header, exact to a second. */
  readonly clockOffsetMs?: number;
}

export interface ActiveRun {
  readonly auditId: string;
  readonly startedAt?: number;
}

/** Enough for the schedule (20 lengths) and for telling a new run from old ones. */
const HISTORY_PAGE = { limit: 20, offset: 0 } as const;

/** The history is a help, never a condition: it may delay a start by this much and no more. */
const TIME_LIMIT_MS = 3_000;

export function readHistory(task: Task, timeLimitMs = TIME_LIMIT_MS): Promise<Reply<HistoryPage>> {
  const call = { timeLimitMs, signal: task.host.stop };
  return task.client.history(task.request.flowId, HISTORY_PAGE, call);
}

/**
 * Reads the baseline for a start. A failure is returned as it is, and the start goes on without;
 * it only is told apart because a web site in place of the API explains what comes next.
 */
export async function readBaseline(task: Task): Promise<Reply<Baseline>> {
  const { clock } = task.host;
  const begun = clock.monotonicMs();
  let reply = await readHistory(task);
  const left = TIME_LIMIT_MS - (clock.monotonicMs() - begun);
  // Without a baseline a lost answer to the start can never be cleared up; worth one more call.
  // The same when signing in took most of the time: the token is there now.
  const worthwhile =
    (reply.kind === "fault" && !reply.website) ||
    (reply.kind === "unreachable" && !reply.permanent);
  if (worthwhile && left > 0) reply = await readHistory(task, left);
  return reply.kind === "value" ? { kind: "value", value: toBaseline(task, reply) } : reply;
}

export function toBaseline(
  task: Task,
  reply: Extract<Reply<HistoryPage>, { kind: "value" }>,
): Baseline {
  const { executions } = reply.value;
  const offset =
    reply.serverTime === undefined ? undefined : reply.serverTime - task.host.clock.epochMs();
  return {
    at: task.host.clock.monotonicMs(),
    epochMs: task.host.clock.epochMs(),
    auditIds: executions.flatMap(({ auditId }) => (auditId === undefined ? [] : [auditId])),
    pastSeconds: pastDurations(executions),
    active: executions.flatMap(toActiveRun),
    unscheduledStarts: executions.flatMap(({ startedAt, scheduled }) =>
      startedAt === undefined || scheduled === true ? [] : [startedAt],
    ),
    ...(offset === undefined ? {} : { clockOffsetMs: offset }),
  };
}

function toActiveRun(execution: Execution): ActiveRun[] {
  const { auditId, status, startedAt } = execution;
  if (auditId === undefined || !ACTIVE_STATUSES.some(active => active === status)) return [];
  return [{ auditId, ...(startedAt === undefined ? {} : { startedAt }) }];
}

/** When a start was under way, by our wall clock. */
export interface Sending {
  readonly sentAt: number;
  /** When its answer failed; unknown when the host died meanwhile. */
  readonly failedAt?: number;
}

/**
 * The runs in a history that can come from this sending: not known before, begun while it was under
 * way, and not by a schedule. Where the server gives no start time, an id larger than every known
 * one must do.
 */
export function runsSince(
  executions: readonly Execution[],
  baseline: Baseline,
  sending: Sending,
): string[] {
  const known = new Set(baseline.auditIds);
  const largest = baseline.auditIds.reduce(
    (most, id) => (BigInt(id) > most ? BigInt(id) : most),
    0n,
  );
  const { earliest, latest } = windowOf(baseline, sending);
  const fresh = new Set<string>();
  for (const { auditId, startedAt, scheduled } of executions) {
    if (auditId === undefined || known.has(auditId) || scheduled === true) continue;
    const fits =
      startedAt === undefined
        ? BigInt(auditId) > largest
        : startedAt >= earliest && startedAt <= latest;
    if (fits) fresh.add(auditId);
  }
  return [...fresh];
}

/**
 * How many runs of the flow others have begun, to judge by its history, in the time in which ours
 * can have begun. A flow that is started all the time leaves no way to tell which new run is ours.
 */
export function expectedForeignStarts(baseline: Baseline, sending: Sending): number {
  const { earliest, latest } = windowOf(baseline, sending);
  const recent = baseline.unscheduledStarts.filter(start => earliest - start < RECENT_MS);
  if (recent.length < MIN_STARTS) return 0;
  const oldest = recent.reduce((least, start) => Math.min(least, start), earliest);
  // A full page may end within the ten minutes: then its own length is the time that it covers.
  const full = baseline.unscheduledStarts.length >= HISTORY_PAGE.limit;
  const covered = full ? Math.max(1, earliest - oldest) : RECENT_MS;
  return (recent.length / covered) * (latest - earliest);
}

const RECENT_MS = 600_000;

/** One or two are somebody who tries the flow again, and no stream of events. */
const MIN_STARTS = 3;

/** A start has 30 s. When the host died meanwhile, this is all that is known of when it ended. */
const MAX_SENDING_MS = 35_000;

/** When our run can have begun, by the server's clock. */
function windowOf(baseline: Baseline, sending: Sending) {
  const { sentAt, failedAt = sentAt + MAX_SENDING_MS } = sending;
  const offset = baseline.clockOffsetMs ?? 0;
  // A `Date` header is cut to the second and takes time to arrive; without one the clocks of two
  // well-kept machines differ by less than a minute.
  const tolerance = baseline.clockOffsetMs === undefined ? 60_000 : 2_000;
  const earliest = sentAt + offset - tolerance;
  // Who begins the flow by hand does so seconds later; a start that is still under way somewhere,
  // after its answer failed, is rarer than that.
  const latest = failedAt + offset + tolerance + 3_000;
  return { earliest, latest };
}
