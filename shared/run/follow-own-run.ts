import { UserError } from "../user-error.ts";
import { followRun } from "./follow/follow-run.ts";
import type { Outcome } from "./outcome.ts";
import { concluded, readOpening, refused } from "./run-flow.ts";
import type { Task } from "./run-request.ts";
import type { StartedRun } from "./started-run.ts";

/** Starts nothing and follows a run that somebody began before, by its id. */
export async function followOwnRun(task: Task, auditId: string): Promise<Outcome> {
  let run: StartedRun | undefined;
  try {
    const { at, baseline, deadline } = await readOpening(task);
    const pastSeconds = baseline.kind === "value" ? baseline.value.pastSeconds : [];
    run = { kind: "started", auditId, origin: "started", at, pastSeconds };
    return concluded(task, run, await followRun(task, run, deadline));
  } catch (error) {
    // A mistake that comes up inside a call, such as a secret that may not be read.
    if (!(error instanceof UserError)) throw error;
    return refused(task, error.message, run);
  }
}
