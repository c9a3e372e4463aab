import type { HistoryPage } from "../../etlworks/etlworks-client.ts";
import { type Execution, startOf } from "../../etlworks/replies/execution.ts";
import type { Reply } from "../../etlworks/replies/reply.ts";
import { isActive, isTerminal } from "../../etlworks/replies/run-status.ts";
import { limitedBy } from "../deadline.ts";
import { isOfAnotherFlow } from "../other-flow.ts";
import { pastDurations } from "../past-durations.ts";
import type { Task } from "../run-request.ts";
import { readNewestRuns } from "./newest-runs.ts";

/** What the flow's history said just before a start. Plain data, remembered by the host. */
export interface Baseline {
  /** `host.clock.monotonicMs()` when it was read. */
  readonly at: number;
  /** `host.clock.epochMs()` when it was read. */
  readonly epochMs: number;
  /** Ids of the newest runs; a run that is not among them may be new. */
  readonly auditIds: readonly string[];
  readonly pastSeconds: readonly number[];
  /** Runs that are active. */
  readonly active: readonly ActiveRun[];
  /** When runs began that no schedule started, by the server's clock; at most the newest 20. */
  readonly unscheduledStarts: readonly number[];
  /** The newest time in the history, by the clock that its records have. */
  readonly newestAt?: number;
  /** The server's clock minus ours, milliseconds; from the `Date` header, exact to a second. */
  readonly clockOffsetMs?: number;
}

export interface ActiveRun {
  readonly auditId: string;
  readonly startedAt?: number;
}

/** The history is a help, never a condition: it may delay a start by this much and no more. */
const TIME_LIMIT_MS = 3_000;

export function readHistory(task: Task, timeLimitMs: number): Promise<Reply<HistoryPage>> {
  return readNewestRuns(task, { timeLimitMs, signal: task.host.stop });
}

/**
 * Reads the baseline for a start. A failure is returned as it is, and the start goes on without;
 * it only is told apart because a web site in place of the API explains what comes next.
 */
export async function readBaseline(task: Task, deadline: number): Promise<Reply<Baseline>> {
  const { clock } = task.host;
  const limitMs = limitedBy(deadline, task.host, TIME_LIMIT_MS);
  const startedAt = clock.monotonicMs();
  if (startedAt >= deadline) return { kind: "stopped", mayHaveArrived: false };
  let reply = await readHistory(task, limitMs);
  const left = limitMs - (clock.monotonicMs() - startedAt);
  // Without a baseline a lost answer to the start can never be cleared up; worth one more call.
  // The same when signing in took most of the time: the token is there now.
  if (isWorthAnother(reply) && left > 0) reply = await readHistory(task, left);
  return reply.kind === "value" ? { kind: "value", value: toBaseline(task, reply) } : reply;
}

function isWorthAnother(reply: Reply<unknown>): boolean {
  switch (reply.kind) {
    case "fault":
      return !reply.website;
    case "unreachable":
      return !reply.permanent;
    // Not Etlworks' own words: something on the way said it, and may let the next one through.
    case "unauthorized":
      return !reply.fromApi;
    case "rejected":
      return !reply.fromApi && reply.status === 403;
    case "absent":
      return reply.fromApi === false;
    case "value":
    case "rate-limited":
    case "stopped":
      return false;
  }
}

export function toBaseline(
  task: Task,
  reply: Extract<Reply<HistoryPage>, { kind: "value" }>,
): Baseline {
  const listed = newest(reply.value.executions);
  // A history may name runs of other flows; all of them are old, but nothing else holds for ours.
  const executions = listed.filter(execution => !isOfAnotherFlow(execution, task));
  const offset =
    reply.serverTime === undefined ? undefined : reply.serverTime - task.host.clock.epochMs();
  return {
    at: task.host.clock.monotonicMs(),
    epochMs: task.host.clock.epochMs(),
    auditIds: listed.flatMap(({ auditId }) => (auditId === undefined ? [] : [auditId])),
    pastSeconds: pastDurations(executions),
    active: executions.flatMap(toActiveRun),
    unscheduledStarts: unscheduledStarts(executions, task.host.clock.epochMs() + (offset ?? 0)),
    ...newestTime(listed, task.host.clock.epochMs() + (offset ?? 0)),
    ...(offset === undefined ? {} : { clockOffsetMs: offset }),
  };
}

function unscheduledStarts(executions: readonly Execution[], now: number): number[] {
  const some = executions.filter(({ scheduled }) => scheduled !== true);
  const starts = some.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [startedAt]));
  if (!some.some(({ localTimes }) => localTimes === true)) return starts;
  // Nobody knows how long ago they were. As if the newest were now: rather too many than too few.
  const last = Math.max(...starts);
  return starts.map(start => start + now - last);
}

/** None where it lies ahead: then the clocks of the records and of the headers have little in common. */
function newestTime(executions: readonly Execution[], now: number): { readonly newestAt?: number } {
  const times = executions.filter(({ localTimes }) => localTimes !== true).flatMap(timesPassed);
  const newestAt = Math.max(0, ...times);
  return newestAt === 0 || newestAt > now + CLOCKS_APART_MS ? {} : { newestAt };
}

/** Of a run that is active an end can only be planned, and of one that is queued the start too. */
function timesPassed({ status, startedAt = 0, endedAt = 0 }: Execution): number[] {
  if (status === "queued") return [];
  return status === undefined || isTerminal(status) ? [startedAt, endedAt] : [startedAt];
}

const CLOCKS_APART_MS = 60_000;

/** A server that ignores `limit` may list 100,000 runs. Ids grow, so the largest are the newest. */
function newest(executions: readonly Execution[]): readonly Execution[] {
  if (executions.length <= MAX_KEPT) return executions;
  const id = ({ auditId }: Execution) => BigInt(auditId ?? 0);
  return executions.toSorted((one, other) => Number(id(other) - id(one))).slice(0, MAX_KEPT);
}

/** As many as the server's own largest page. */
const MAX_KEPT = 200;

function toActiveRun(execution: Execution): ActiveRun[] {
  const { auditId, status } = execution;
  const startedAt = startOf(execution);
  if (auditId === undefined || !isActive(status)) return [];
  return [{ auditId, ...(startedAt === undefined ? {} : { startedAt }) }];
}
