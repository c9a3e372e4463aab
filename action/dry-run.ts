import { ACTIVE_STATUSES, type Execution } from "../shared/etlworks/execution.ts";
import { explainFailure } from "../shared/etlworks/explain-failure.ts";
import type { Failure } from "../shared/etlworks/reply.ts";
import { pastDurations } from "../shared/run/past-durations.ts";
import { createProcessHost } from "../shared/run/process-host.ts";
import { retryRead } from "../shared/run/retry-read.ts";
import type { Verdict } from "../shared/run/verdict.ts";
import { UserError } from "../shared/user-error.ts";
import { findFlow } from "./inputs/find-flow.ts";
import { redactedParameters } from "./report/redacted-parameters.ts";
import { MAX_MESSAGE_BYTES } from "./report/run-report.ts";
import { describeTypical } from "./report/typical-duration.ts";
import { type Step, warnOfEmptyParameters } from "./run-step.ts";
import { cutToBytes, shortLine } from "./runner/plain-text.ts";

/**
 * `dry-run`: checks everything that can be checked without starting anything, and says so line by
 * line, also what could not be checked. Throws a UserError for what would stop a real run.
 */
export async function examineSetup(step: Step): Promise<Verdict> {
  const { runner, inputs, client } = step;
  const { names, baseUrl } = inputs;
  const host = createProcessHost(step);
  runner.line("Dry run: nothing will be started");
  runner.line("ok · the inputs are complete and well-formed");

  await warnOfEmptyParameters(step);
  const found = await findFlow(inputs.flow, { client, host, names });
  if (found === undefined) throw new UserError("Told to stop during the dry run.");
  const flowId = found.id;
  const flow = await retryRead(host, "flow", () => client.flow(flowId, { signal: host.stop }));
  const history = await retryRead(host, "history", () =>
    client.history(flowId, { limit: 20, offset: 0 }, { signal: host.stop }),
  );
  const refuse = (failure: Failure): never => {
    throw new UserError(explainFailure(failure, { attempt: "read the flow", flowId, names }));
  };
  // Whether an Operator may read a flow is not documented; the history will do in its place.
  if (flow.kind !== "value" && (flow.kind !== "rejected" || history.kind !== "value")) refuse(flow);

  runner.line(`ok · ${baseUrl.host} answers and accepts ${names.credentials}`);
  await runner.output("flow-id", String(flowId));
  const name = flow.kind === "value" ? flow.value.name : found.name;
  if (name === undefined)
    runner.line(`not checked · the name of flow ${flowId}: this role may not read it`);
  else {
    runner.line(`ok · flow ${flowId} is "${shortLine(name, 120)}"`);
    const shown = cutToBytes(step.secrets.redact(name), MAX_MESSAGE_BYTES);
    await runner.output("flow-name", shown);
  }
  if (history.kind === "value") describeHistory(step, history.value.executions);
  else
    runner.line(
      "not checked · the history cannot be read, so a lost answer to a start could not be cleared up",
    );

  const parameters = redactedParameters(inputs.parameters, step.secrets.redact);
  runner.line(`would send · POST /v1/flows/${flowId}/run ${JSON.stringify(parameters)}`);
  runner.line(
    "not checked · whether the role may run the flow, and whether the flow knows these parameters",
  );
  await runner.output("message", `Dry run: flow ${flowId} can be reached; nothing was started.`);
  return "pass";
}

function describeHistory(step: Step, executions: readonly Execution[]): void {
  const { runner, inputs } = step;
  const [latest] = executions;
  const last =
    latest === undefined ? "no run yet" : `last run ${latest.auditId ?? ""} ${latest.status ?? ""}`;
  const usual = describeTypical(pastDurations(executions));
  runner.line(`ok · history: ${shortLine(last, 120)}${usual}`);
  if (executions.some(({ status }) => ACTIVE_STATUSES.some(active => active === status))) {
    runner.line(`note · a run of this flow is running now; if-running is ${inputs.ifRunning}`);
  }
}
