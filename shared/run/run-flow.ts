import { formatDuration } from "../duration.ts";
import { explainFailure } from "../etlworks/explain-failure.ts";
import type { Failure } from "../etlworks/reply.ts";
import { UserError } from "../user-error.ts";
import { type Baseline, readBaseline } from "./baseline.ts";
import { type Followed, followRun } from "./follow-run.ts";
import type { Outcome, PollCounts } from "./outcome.ts";
import type { Task } from "./run-request.ts";
import { type Start, startRun } from "./start-run.ts";

/**
 * Runs a flow once and follows the run to its end. The same for every host.
 *
 * Returns how it ended, whatever happened on the way. Throws a UserError for what only the user can
 * put right: refused credentials, a role too small, a flow that is not there, a wrong address.
 */
export async function runFlow(task: Task): Promise<Outcome> {
  const opening = await open(task);
  const start = await startRun(task, opening);
  if (start.kind !== "started") return withoutRun(task, start);
  // Told to stop in the meantime: then it is for the caller to stop the run as well.
  if (!task.request.wait && !task.host.stop.aborted) return started(task, start);
  return concluded(task, start, await follow(task, start, opening.deadline));
}

/** A mistake that comes up on the way, such as a secret that may no longer be read, names the run. */
async function follow(task: Task, start: StartedRun, deadline: number): Promise<Followed> {
  try {
    return await followRun(task, start, deadline);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(mayGoOn(error.message, start.auditId));
  }
}

async function open(task: Task) {
  const { host, request } = task;
  const first: { at: number; baseline: Baseline | Failure } = {
    at: 0,
    baseline: { kind: "stopped", mayHaveArrived: false },
  };
  const { at, baseline } = await host.until(
    "history 1",
    first,
    async () => ({ at: host.clock.monotonicMs(), baseline: await readBaseline(task) }),
    () => "done",
  );
  const deadline =
    request.timeoutMs === 0
      ? Number.MAX_SAFE_INTEGER
      : at + request.timeoutMs - (request.spentMs ?? 0);
  return { at, baseline, deadline };
}

const NO_COUNTS: PollCounts = { polls: 0, faults: 0, rateLimits: 0 };

function withoutRun(task: Task, start: Exclude<Start, { kind: "started" }>): Outcome {
  const { flowId, timeoutMs } = task.request;
  const always = { flowId, counts: NO_COUNTS };
  switch (start.kind) {
    case "refused":
      throw new UserError(
        explainFailure(start.failure, { attempt: "run the flow", flowId, names: task.names }),
      );
    case "busy": {
      const message = `Another run of flow ${flowId} is running${named(start)}, so none was started.`;
      return { ...start, ...always, kind: "busy", message };
    }
    case "skipped": {
      const message = `Skipped: another run of flow ${flowId} is running${named(start)}.`;
      return { ...start, ...always, kind: "skipped", message };
    }
    case "not-started":
      return { ...start, ...always, message: `Flow ${flowId} was not started: ${start.message}` };
    case "start-unknown": {
      const message = `It is not known whether flow ${flowId} was started: ${start.reason}. Look into the flow's history in Etlworks before you run it again.`;
      return { ...always, kind: "start-unknown", message };
    }
    case "timed-out": {
      const message = `Flow ${flowId} was not started: ${start.why} (timeout ${formatDuration(timeoutMs)}).`;
      return { ...always, kind: "timed-out", message };
    }
    case "stopped":
      return { ...always, kind: "aborted", message: `Stopped before flow ${flowId} was started.` };
  }
}

function named(start: { readonly otherAuditId?: string }): string {
  return start.otherAuditId === undefined ? "" : ` (audit id ${start.otherAuditId})`;
}

type StartedRun = Extract<Start, { kind: "started" }>;

function mayGoOn(why: string, auditId: string): string {
  return `${why} The run may go on: audit id ${auditId}.`;
}

function started(task: Task, { auditId, origin }: StartedRun): Outcome {
  const { flowId } = task.request;
  const message = `Flow ${flowId} was started (audit id ${auditId}); not waiting for its end.`;
  return { kind: "started", flowId, auditId, origin, counts: NO_COUNTS, message };
}

function concluded(task: Task, { auditId, origin }: StartedRun, followed: Followed): Outcome {
  const { end, execution, elapsedMs, counts } = followed;
  const { flowId, timeoutMs } = task.request;
  const run = `run ${auditId} of flow ${flowId}`;
  const about = { flowId, auditId, origin, counts, elapsedMs };
  const watched = { ...about, ...(execution === undefined ? {} : { execution }) };
  switch (end.kind) {
    case "refused": {
      const attempt = "read the status of the run";
      const why = explainFailure(end.failure, { attempt, flowId, names: task.names });
      throw new UserError(mayGoOn(why, auditId));
    }
    case "ended": {
      const message = execution?.message ?? `Flow ${flowId} ended with status ${end.status}.`;
      return { kind: end.status, ...watched, message };
    }
    case "timed-out": {
      const message = `No end within ${formatDuration(timeoutMs)}: ${run} may go on.`;
      return { kind: "timed-out", ...watched, message };
    }
    case "lost": {
      const message = `The server has known nothing of ${run} for 2 minutes; it may go on.`;
      return { kind: "lost", ...watched, message };
    }
    case "stopped":
      return { kind: "aborted", ...watched, message: `Told to stop: ${run} may go on.` };
  }
}
