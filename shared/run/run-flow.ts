import { formatDuration } from "../duration.ts";
import { clause, explainFailure } from "../etlworks/explain-failure.ts";
import type { Failure } from "../etlworks/replies/reply.ts";
import { UserError } from "../user-error.ts";
import { describeFailing } from "./follow/failing-polls.ts";
import { followRun } from "./follow/follow-run.ts";
import type { Followed } from "./follow/following.ts";
import { NO_COUNTS, type Outcome } from "./outcome.ts";
import type { Task } from "./run-request.ts";
import { readBaseline } from "./start/baseline.ts";
import { type Start, startRun } from "./start/start-run.ts";
import type { StartedRun } from "./started-run.ts";

/**
 * Runs a flow once and follows the run to its end. The same for every host. Returns how it ended,
 * whatever happened on the way; what only the user can fix is the outcome `refused`.
 */
export async function runFlow(task: Task): Promise<Outcome> {
  let start: Start | undefined;
  try {
    const opening = await readOpening(task);
    start = await startRun(task, opening);
    if (start.kind !== "started") return withoutRun(task, start);
    // Told to stop in the meantime: then it is for the caller to stop the run as well.
    if (!task.request.wait && !task.host.stop.aborted) return started(task, start);
    return concluded(task, start, await followRun(task, start, opening.deadline));
  } catch (error) {
    // A mistake that comes up inside a call, such as a secret that may not be read.
    if (!(error instanceof UserError)) throw error;
    return refused(task, error.message, start?.kind === "started" ? start : undefined);
  }
}

/** What is known before anything is started, and until when there is time. */
export async function readOpening(task: Task) {
  const { host, request } = task;
  const { timeoutMs, spentMs = 0 } = request;
  return host.read("history 1", async () => {
    const at = host.clock.monotonicMs();
    const deadline = timeoutMs === 0 ? Number.MAX_SAFE_INTEGER : at + timeoutMs - spentMs;
    return { at, deadline, baseline: await readBaseline(task, deadline) };
  });
}

function withoutRun(task: Task, start: Exclude<Start, { kind: "started" }>): Outcome {
  const { flowId, timeoutMs } = task.request;
  const always = { flowId, counts: NO_COUNTS };
  switch (start.kind) {
    case "refused":
      return refusedBy(task, start.failure, "run the flow");
    case "busy": {
      const { active, ...busy } = start;
      const message = `Another run of flow ${flowId} is running${named(start)}, so none was started.${whyNotFollowed(active)}`;
      return { ...busy, ...always, kind: "busy", message };
    }
    case "skipped": {
      const { active: _active, ...skipped } = start;
      const message = `Skipped: another run of flow ${flowId} is running${named(start)}.`;
      return { ...skipped, ...always, kind: "skipped", message };
    }
    case "not-started":
      return { ...start, ...always, message: `Flow ${flowId} was not started: ${start.message}` };
    case "start-unknown":
      return startUnknown(task, start.reason);
    case "timed-out": {
      const timeout = formatDuration(timeoutMs);
      const why =
        start.askedMs === undefined
          ? `${start.why} when the ${timeout} timeout ended`
          : `${start.why} and asked to wait ${formatDuration(start.askedMs)}, longer than what was left of the ${timeout} timeout`;
      const message = `Flow ${flowId} was not started: ${clause(why)}.`;
      const limited = start.rateLimited === true ? ({ rateLimited: true } as const) : {};
      const failing = start.failing === true ? ({ failing: true } as const) : {};
      return { ...always, kind: "timed-out", ...limited, ...failing, message };
    }
    case "stopped":
      return {
        ...always,
        kind: "aborted",
        message: `Cancelled before flow ${flowId} was started.`,
      };
  }
}

function whyNotFollowed(active: "none" | "several" | undefined): string {
  switch (active) {
    case "none":
      return " It was not followed either: no active run of the flow could be found.";
    case "several":
      return " None was followed either: several are active, and nobody can say which one is meant.";
    case undefined:
      return "";
  }
}

function named(start: { readonly otherAuditId?: string }): string {
  return start.otherAuditId === undefined ? "" : ` (audit id ${start.otherAuditId})`;
}

export function startUnknown(
  { request }: { readonly request: Pick<Task["request"], "flowId"> },
  reason: string,
  counts = NO_COUNTS,
): Outcome {
  const { flowId } = request;
  const message = `It is not known whether flow ${flowId} was started: ${clause(reason)}. Check the flow's history in Etlworks before you run it again.`;
  return { kind: "start-unknown", flowId, counts, message };
}

function explain(task: Task, failure: Failure, attempt: string): string {
  const { names, request } = task;
  return explainFailure(failure, { attempt, flowId: request.flowId, names });
}

export function refused(
  task: Task,
  why: string,
  run?: StartedRun,
): Extract<Outcome, { kind: "refused" }> {
  const always = { kind: "refused", flowId: task.request.flowId, counts: NO_COUNTS } as const;
  if (run === undefined) return { ...always, message: why };
  const { auditId, origin } = run;
  return { ...always, auditId, origin, message: mayStillRun(why, auditId) };
}

/** What only the user can fix, as the server said it. */
export function refusedBy(
  task: Task,
  failure: Failure,
  attempt: string,
  run?: StartedRun,
): Extract<Outcome, { kind: "refused" }> {
  return { ...refused(task, explain(task, failure, attempt), run), ...unauthorized(failure) };
}

function unauthorized({ kind }: Failure): { readonly unauthorized?: true } {
  return kind === "unauthorized" ? { unauthorized: true } : {};
}

function mayStillRun(why: string, auditId: string): string {
  return `${why} The run may still be running in Etlworks: audit id ${auditId}.`;
}

function started(task: Task, { auditId, origin }: StartedRun): Outcome {
  const { flowId } = task.request;
  const what =
    origin === "attached"
      ? `was not started, because run ${auditId} of somebody else is running`
      : `was started (audit id ${auditId})`;
  const message = `Flow ${flowId} ${what}; not waiting for its end.`;
  return { kind: "started", flowId, auditId, origin, counts: NO_COUNTS, message };
}

export function concluded(
  task: Task,
  { auditId, origin }: StartedRun,
  followed: Followed,
): Outcome {
  const { end, execution, elapsedMs, counts } = followed;
  const { flowId, timeoutMs } = task.request;
  const run = `run ${auditId} of flow ${flowId}`;
  const about = { flowId, auditId, origin, counts, elapsedMs };
  const watched = { ...about, ...(execution === undefined ? {} : { execution }) };
  switch (end.kind) {
    case "refused": {
      const why = explain(task, end.failure, "read the status of the run");
      const message = mayStillRun(why, auditId);
      return { kind: "refused", ...watched, ...unauthorized(end.failure), message };
    }
    case "denied":
      return { kind: "refused", ...watched, message: mayStillRun(end.message, auditId) };
    case "not-ours":
      return startUnknown(task, end.why, counts);
    case "other-flow": {
      const message = `Run ${auditId} is a run of flow ${end.flowId}, not of flow ${flowId}. Check the audit id and ${task.names.flow}.`;
      return { kind: "refused", ...watched, message };
    }
    case "ended": {
      const message = execution?.message ?? `Flow ${flowId} ended with status ${end.status}.`;
      return { kind: end.status, ...watched, message };
    }
    case "timed-out": {
      const { failing, failingMs } = end;
      const noEnd = `No end within ${formatDuration(timeoutMs)}: ${run} may still be running in Etlworks.`;
      if (failing === undefined) return { kind: "timed-out", ...watched, message: noEnd };
      const message =
        failingMs === undefined
          ? mayStillRun(describeFailing(failing, counts.polls, timeoutMs), auditId)
          : `${noEnd} No status check in the last ${formatDuration(failingMs)} had a usable answer; the last one: ${clause(failing)}.`;
      return { kind: "timed-out", ...watched, failing: true, message };
    }
    case "lost": {
      const message =
        end.why === undefined
          ? `Etlworks has had no record of ${run} for 2 minutes. It may still be running.`
          : `No status check for 2 minutes has found a record of ${run}; the last one: ${end.why}. It may still be running.`;
      return { kind: "lost", ...watched, message };
    }
    case "stopped": {
      const message = `Cancelled: ${run} may still be running in Etlworks.`;
      return { kind: "aborted", ...watched, message };
    }
  }
}
