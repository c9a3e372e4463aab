import type { Verdict } from "../shared/run/verdict.ts";
import { messageOf } from "../shared/thrown.ts";
import { UserError } from "../shared/user-error.ts";
import { examineSetup } from "./dry-run.ts";
import { examineFlows } from "./dry-run-flows.ts";
import { connect } from "./inputs/connect.ts";
import { type ActionInputs, readInputs } from "./inputs/inputs.ts";
import type { CommitStatus } from "./report/commit-status.ts";
import { conclude } from "./report/conclude.ts";
import { reportOfEarlyEnd } from "./report/run-report.ts";
import { runFlows } from "./run-flows.ts";
import { earlyStatusOf, runOneFlow } from "./run-one-flow.ts";
import { plainLines, shortLine, visibleText } from "./runner/plain-text.ts";
import type { Step, StepDependencies } from "./step.ts";

/**
 * The step itself: runs the flow, follows it, reports. Returns the exit code. However it ends, it
 * has an outcome, a result and a summary, and one red annotation when it fails.
 */
export async function runStep(dependencies: StepDependencies): Promise<0 | 1> {
  const { environment, secrets, workspace, runner, clock } = dependencies;
  const startedAt = clock.monotonicMs();
  const clean = (text: string) => secrets.redact(visibleText(text));
  let inputs: ActionInputs | undefined;
  let status: CommitStatus | undefined;
  try {
    inputs = readInputs(environment, secrets, workspace);
    const client = connect(inputs, dependencies);
    const step: Step = { ...dependencies, inputs, client, clean, startedAt };
    status = earlyStatusOf(step);
    await warnOfInputs(inputs.warnings, runner);
    return (await run(step)) === "pass" ? 0 : 1;
  } catch (error) {
    // What only the user can fix says itself what to change. Anything else is a fault of ours.
    const message = messageOf(error);
    const early = reportOfEarlyEnd("refused", message, { clean });
    await conclude(
      { ...dependencies, inputs, startedAt, client: undefined },
      early,
      "fail",
      status,
    );
    if (!(error instanceof UserError) && error instanceof Error && error.stack !== undefined) {
      runner.group("Stack", plainLines(error.stack));
    }
    return 1;
  }
}

/**
 * GitHub shows ten warnings of a step. What comes later (that the run is somebody else's, say) must
 * find its place among them.
 */
const MAX_ANNOTATIONS = 5;

async function warnOfInputs(
  warnings: readonly string[],
  runner: StepDependencies["runner"],
): Promise<void> {
  for (const [index, warning] of warnings.entries()) {
    if (index < MAX_ANNOTATIONS) await runner.warning(warning, "Check the inputs");
    else runner.line(`Warning: ${shortLine(warning, 500)}`);
  }
}

function run(step: Step): Promise<Verdict> {
  const { flow, dryRun } = step.inputs;
  switch (flow.kind) {
    case "one":
      return dryRun
        ? examineSetup(step, flow.choice, flow.auditId)
        : runOneFlow(step, flow.choice, flow.auditId);
    case "several":
    case "tag":
      return dryRun ? examineFlows(step, flow) : runFlows(step, flow);
  }
}
