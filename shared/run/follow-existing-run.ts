import { UserError } from "../user-error.ts";
import { isMistakeOfSetup, pollUnseenRun } from "./first-polls.ts";
import { followRun } from "./follow/follow-run.ts";
import type { Outcome } from "./outcome.ts";
import { concluded, readOpening, refused, refusedBy } from "./run-flow.ts";
import type { Task } from "./run-request.ts";
import type { StartedRun } from "./started-run.ts";

/**
 * Starts nothing and follows a run that is there already to its end: one that an earlier step began
 * without waiting, or anybody else. The history tells how long such a run takes and, where it lists
 * the run, since when this one is running. The run counts as another's, so nobody here stops it.
 */
export async function followExistingRun(task: Task, auditId: string): Promise<Outcome> {
  let run: StartedRun | undefined;
  try {
    const { at, baseline, deadline } = await readOpening(task);
    const history = baseline.kind === "value" ? baseline.value : undefined;
    const startedAt = history?.active.find(active => active.auditId === auditId)?.startedAt;
    const found = await task.host.once("follow the run", async (): Promise<StartedRun> => {
      const now = task.host.clock.epochMs() + (history?.clockOffsetMs ?? 0);
      const age = startedAt === undefined ? 0 : Math.max(0, now - startedAt);
      const pastSeconds = history?.pastSeconds ?? [];
      const start = {
        kind: "started",
        auditId,
        origin: "attached",
        // Both of this moment: the history may have taken long to come.
        at: task.host.clock.monotonicMs() - age,
        pastSeconds,
      } as const;
      await task.report(start);
      return start;
    });
    run =
      found.kind === "done"
        ? found.value
        : { kind: "started", auditId, origin: "attached", at, pastSeconds: [] };
    const mistake = isMistakeOfSetup(baseline)
      ? await pollUnseenRun(task, auditId, deadline)
      : undefined;
    if (mistake !== undefined) return refusedBy(task, mistake, "read the status of the run", run);
    // It may have ended long ago: the first poll does not wait.
    return concluded(task, run, await followRun(task, run, deadline, { atOnce: true }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return refused(task, error.message, run);
  }
}
