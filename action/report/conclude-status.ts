import { type FinalState, saveStatus } from "../runner/step-state.ts";
import type { WorkflowRunner } from "../runner/workflow-runner.ts";
import type { CommitStatus } from "./commit-status.ts";

/**
 * Shows on the commit how the step ended, and keeps for the post step what is left to do. Where
 * GitHub cannot take the end, that is the end itself: the runs alone do not tell it, for a flow that
 * was never started has none, and a run may go well after the step has failed.
 */
export async function concludeStatus(
  runner: WorkflowRunner,
  status: CommitStatus | undefined,
  { state, description }: { readonly state: FinalState; readonly description: string },
): Promise<void> {
  if (status === undefined) return;
  const { context } = status;
  const end = await status.conclude(state, description);
  const kept = end === undefined ? { concluded: true } : { concluded: false, end };
  await saveStatus(runner, { context, ...kept });
}
