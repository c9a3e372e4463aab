import { formatDuration } from "../duration.ts";
import { type Execution, startOf } from "../etlworks/replies/execution.ts";
import { isOfAnotherFlow } from "./other-flow.ts";
import type { Task } from "./run-request.ts";
import type { Baseline } from "./start/baseline.ts";
import type { StartedRun } from "./started-run.ts";

/** When a start was under way, by our wall clock. */
export interface Sending {
  readonly sentAt: number;
  /** When its answer failed; unknown when the host died meanwhile. */
  readonly failedAt?: number;
}

/** Who holds a run for ours: the flow, and the runs that are another's. */
export interface Owner extends Pick<Task, "foreignRuns" | "user"> {
  readonly request: Pick<Task["request"], "flowId">;
}

/** What is known about a start when a record is held against it. */
export interface Evidence {
  readonly task: Owner;
  readonly sending: Sending;
  /** Without it any run may be new. */
  readonly baseline: Baseline | undefined;
  /** The server's clock minus ours, where a `Date` header told it. */
  readonly clockOffsetMs: number | undefined;
  /** `host.clock.epochMs()` when the record was read. */
  readonly seenAt: number;
}

/**
 * Why a run cannot be the one that this start began, as a clause about the run; `undefined` when it
 * can. A run that was known before the start is not ours without a word.
 */
export function whyNotOurs(execution: Execution, evidence: Evidence): string | undefined {
  const { auditId } = execution;
  if (auditId === undefined) return "it has no audit id";
  if (evidence.baseline?.auditIds.includes(auditId) === true) return KNOWN_BEFORE;
  return whyAnothers(execution, evidence.task) ?? whyAnotherTime(execution, auditId, evidence);
}

/**
 * Whether a new run that is not ours by its time would be if the clock of the records were as far
 * behind as clocks can be. Beside it, another run whose time fits is not the only one.
 */
export function isJustBefore(execution: Execution, evidence: Evidence): boolean {
  const { sending, clockOffsetMs = 0, seenAt } = evidence;
  const startedAt = startOf(execution);
  if (startedAt === undefined || startedAt >= sending.sentAt + clockOffsetMs) return false;
  const byServer = {
    sentAt: sending.sentAt + clockOffsetMs,
    ...(sending.failedAt === undefined ? {} : { failedAt: sending.failedAt + clockOffsetMs }),
  };
  const loose = { sending: byServer, clockOffsetMs: undefined, seenAt: seenAt + clockOffsetMs };
  return whyNotOurs(execution, { ...evidence, ...loose }) === undefined;
}

/** Said of a run that the history listed before the start; not worth a word to anybody. */
export const KNOWN_BEFORE = "it was there before the start";

/** What a record says that a run of ours cannot have. */
export function whyAnothers(execution: Execution, task: Owner): string | undefined {
  const { auditId, flowId, user, scheduled, messageId, parentAuditId, retries = 0 } = execution;
  if (auditId !== undefined && task.foreignRuns?.has(auditId) === true) {
    return "another start of this process began it";
  }
  if (scheduled === true) return "a schedule started it";
  if (messageId !== undefined) return "a message to a listener started it";
  if (parentAuditId !== undefined || retries > 0) return "it is an automatic retry of another run";
  if (isOfAnotherFlow(execution, task)) return `it is a run of flow ${flowId}`;
  if (user !== undefined && task.user !== undefined && !isSameUser(user, task.user)) {
    return "another user started it";
  }
  return undefined;
}

function isSameUser(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function whyAnotherTime(
  execution: Execution,
  auditId: string,
  { baseline, sending, clockOffsetMs, seenAt }: Evidence,
): string | undefined {
  const { earliest, latest } = windowOf(sending, clockOffsetMs);
  const startedAt = startOf(execution);
  if (startedAt !== undefined) {
    if (startedAt < earliest) {
      return `it began ${atLeast(earliest - startedAt)} before the start was sent`;
    }
    return startedAt > latest
      ? `it began ${atLeast(startedAt - latest)} after the start had failed`
      : undefined;
  }
  // The server does not say when it began. Ids grow, and what is seen now began before now.
  if (BigInt(auditId) <= largestId(baseline)) return "its id is no newer than those known before";
  const seenBy = seenAt + (clockOffsetMs ?? 0);
  return seenBy > latest ? "it does not say when it began, and was first seen too late" : undefined;
}

/** Never "0s": what is allowed for the clocks was more than a second. */
function atLeast(milliseconds: number): string {
  return `${formatDuration(Math.max(1_000, milliseconds))} or more`;
}

/** The largest audit id that was known before the start; 0 when none was. */
export function largestId(baseline: Baseline | undefined): bigint {
  return (baseline?.auditIds ?? []).reduce(
    (most, id) => (BigInt(id) > most ? BigInt(id) : most),
    0n,
  );
}

/**
 * How many runs of the flow others have begun, to judge by its history, in the time in which ours
 * can have begun. A flow that is started all the time leaves no way to tell which new run is ours.
 */
export function expectedForeignStarts(baseline: Baseline, sending: Sending): number {
  const { earliest, latest } = windowOf(sending, baseline.clockOffsetMs);
  const recent = baseline.unscheduledStarts.filter(start => earliest - start < RECENT_MS);
  if (recent.length < MIN_STARTS) return 0;
  const oldest = recent.reduce((least, start) => Math.min(least, start), earliest);
  // A full page may end within the ten minutes: then its own length is the time that it covers.
  const full = baseline.unscheduledStarts.length >= FULL_PAGE;
  const covered = full ? Math.max(1, earliest - oldest) : RECENT_MS;
  return (recent.length / covered) * (latest - earliest);
}

const RECENT_MS = 600_000;
const FULL_PAGE = 20;

/** One or two are somebody who tries the flow again, and no stream of events. */
const MIN_STARTS = 3;

/** A start has 30 s. When the host died meanwhile, this is all that is known of when it ended. */
const MAX_SENDING_MS = 35_000;

/** When our run can have begun, by the server's clock. */
function windowOf({ sentAt, failedAt = sentAt + MAX_SENDING_MS }: Sending, offsetMs?: number) {
  const offset = offsetMs ?? 0;
  // A `Date` header is cut to the second and takes time to arrive; without one the clocks of two
  // well-kept machines differ by less than a minute.
  const tolerance = offsetMs === undefined ? 60_000 : 2_000;
  const earliest = sentAt + offset - tolerance;
  // Who begins the flow by hand does so seconds later; a start that is still under way somewhere,
  // after its answer failed, is rarer than that.
  const latest = failedAt + offset + tolerance + 3_000;
  return { earliest, latest };
}

/**
 * Whether the run that code 1 names can be one that our start began. `sentAt` is when we sent it, by
 * the server's clock; without it the time says nothing, since a wall clock of ours may have jumped.
 * In doubt it can: a start that is sent again by mistake loads the data twice.
 */
export function mayBeBegunBy(
  execution: Execution,
  sentAt: number | undefined,
  baseline: Baseline | undefined,
  task: Owner,
): boolean {
  const { auditId } = execution;
  if (auditId === undefined || baseline?.auditIds.includes(auditId) === true) return false;
  if (whyAnothers(execution, task) !== undefined) return false;
  if (startOf(execution) === undefined || sentAt === undefined) {
    return BigInt(auditId) > largestId(baseline);
  }
  const { newestAt } = baseline ?? {};
  const evidence = { sentAt, ...(newestAt === undefined ? {} : { newestAt }) };
  return whyNotBegun(execution, task.request.flowId, evidence) === undefined;
}

/** Far beyond what the clock of the records and that of the `Date` header can differ by. */
const LONG_BEFORE_MS = 60_000;

/** So far may the clocks be apart of two nodes that write into one history. */
const NODES_APART_MS = 10_000;

/**
 * Why the run that the answer to a start named is not the one that it began: a replayed answer, or
 * another flow's. `sentAt` is when we sent the start, by the server's clock; `newestAt` what the
 * history had shown by then, on the same clock as the record.
 */
export function whyNotBegun(
  execution: Execution,
  ourFlowId: number,
  { sentAt, newestAt }: { readonly sentAt?: number; readonly newestAt?: number },
): string | undefined {
  const { flowId } = execution;
  if (flowId !== undefined && flowId !== ourFlowId) return `it is a run of flow ${flowId}`;
  const startedAt = startOf(execution);
  if (startedAt === undefined) return undefined;
  const beforeMs = sentAt === undefined ? 0 : sentAt - startedAt;
  if (beforeMs > LONG_BEFORE_MS) {
    return `it began ${formatDuration(beforeMs)} before the start was sent`;
  }
  const olderMs = newestAt === undefined ? 0 : newestAt - startedAt;
  return olderMs > NODES_APART_MS
    ? `it began ${formatDuration(olderMs)} before the last entry in the history that was read first`
    : undefined;
}

/** A run that we hold for ours, and how we came to it. */
export type BelievedRun = Pick<StartedRun, "auditId" | "origin" | "sentAt" | "newestAt">;

/**
 * What a record says against the belief in a run, as a clause about the run; `undefined` when it
 * says nothing. `first`: no record of the run was held against it before.
 */
export function whyDisbelieved(
  run: BelievedRun,
  execution: Execution,
  task: Owner,
  first: boolean,
): string | undefined {
  switch (run.origin) {
    case "started":
      return first ? whyNotBegun(execution, task.request.flowId, run) : undefined;
    case "adopted": {
      // A history may say less of a run than its record, and that may say more at its end. Only a
      // retry may come to a run of our own.
      const { retries: _retries, ...unchanging } = execution;
      return whyAnothers(first ? execution : unchanging, task);
    }
    case "attached":
      return undefined;
  }
}

/** The same, said of a start that began another run or none. */
export function disbelief({ origin, auditId }: BelievedRun, why: string): string {
  return origin === "adopted"
    ? `run ${auditId} was taken for the one that the start began, but ${why}`
    : `the server answered the start with run ${auditId}, but ${why}`;
}
