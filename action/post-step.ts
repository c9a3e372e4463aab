import { TERMINAL_STATUSES } from "../shared/etlworks/execution.ts";
import { createSecrets } from "../shared/secrets.ts";
import { connect } from "./inputs/connect.ts";
import { readInputs } from "./inputs/inputs.ts";
import { sendStop } from "./runner/send-stop.ts";
import { readState, STATE_NAME } from "./runner/step-state.ts";
import type { StepDependencies } from "./step.ts";

/**
 * Runs after the job, whatever became of the step. If nobody saw the run end (the step was killed,
 * or could only ask for a stop), it looks once, and stops the run where the user gave a request for
 * that. It never fails the job.
 */
export async function postStep(dependencies: StepDependencies): Promise<void> {
  const { environment, runner } = dependencies;
  const secrets = createSecrets(form => runner.mask(form));
  try {
    const state = readState(environment[`STATE_${STATE_NAME}`] ?? "");
    if (state === undefined || state.phase === "settled") return;
    const inputs = readInputs(environment, secrets);
    const name = `Run ${state.auditId} of flow ${state.flowId}`;
    const { stopRequest } = inputs;
    const client = connect(inputs, { ...dependencies, secrets });
    const look = await client.execution(state.flowId, state.auditId, { timeLimitMs: 5_000 });
    const status = look.kind === "value" ? look.value.status : undefined;
    if (TERMINAL_STATUSES.some(terminal => terminal === status)) {
      runner.line(`${name} has ended: ${status}`);
      return;
    }
    if (stopRequest === undefined) {
      runner.line(
        `${name} was never seen to end and may go on; set stop-request to end it with the job`,
      );
      return;
    }
    await sendStop(state, { client, runner, stopRequest, timeLimitMs: 5_000 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    await runner.warning(
      secrets.redact(`The clean-up after the flow did not work: ${why}`),
      "Run Etlworks Flow",
    );
  }
}
