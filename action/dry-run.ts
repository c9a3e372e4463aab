import { explainFailure } from "../shared/etlworks/explain-failure.ts";
import { ACTIVE_STATUSES, type Execution } from "../shared/etlworks/replies/execution.ts";
import type { Failure } from "../shared/etlworks/replies/reply.ts";
import { pastDurations } from "../shared/run/past-durations.ts";
import { createProcessHost } from "../shared/run/process-host.ts";
import { retryRead } from "../shared/run/retry-read.ts";
import type { Verdict } from "../shared/run/verdict.ts";
import { UserError } from "../shared/user-error.ts";
import { type FlowToRun, findFlow } from "./inputs/find-flow.ts";
import type { FlowChoice } from "./inputs/flow-choice.ts";
import { lookUpOf } from "./look-up.ts";
import { conclude } from "./report/conclude.ts";
import { redactedParameters } from "./report/redacted-parameters.ts";
import { type RunReport, reportOfEarlyEnd } from "./report/run-report.ts";
import { describeTypical } from "./report/typical-duration.ts";
import { shortLine } from "./runner/plain-text.ts";
import type { WorkflowRunner } from "./runner/workflow-runner.ts";
import { deadlineOf, type Step } from "./step.ts";

/**
 * `dry-run`: checks everything that can be checked without starting anything, and says so line by
 * line, also what could not be checked. Throws a UserError for what would stop a real run.
 */
export async function examineSetup(step: Step, choice: FlowChoice): Promise<Verdict> {
  const { runner, clean } = step;
  const host = createProcessHost(step);
  const deadline = deadlineOf(step);
  sayDryRun(runner);

  const found = await findFlow(choice, lookUpOf(step));
  if (found.kind === "timed-out") throw new UserError(`The dry run took too long: ${found.why}.`);
  const checked =
    found.kind === "found" ? await examineFlow(step, found.flow, deadline) : undefined;
  if (checked === undefined || host.stop.aborted) return concludeCancelled(step);
  await conclude(step, reportOfReached(checked, clean), "pass", undefined);
  return "pass";
}

export function sayDryRun(runner: WorkflowRunner): void {
  runner.line("Dry run: nothing will be started");
  runner.line("ok · the inputs are complete and well-formed");
}

export async function concludeCancelled(step: Step): Promise<Verdict> {
  const message = "The job was cancelled during the dry run; nothing was started.";
  const report = reportOfEarlyEnd("aborted", message, { clean: step.clean });
  await conclude(step, report, "fail", undefined);
  return "fail";
}

export function reportOfReached(flow: FlowToRun, clean: Step["clean"]): RunReport {
  const message = `Dry run: flow ${flow.id} can be reached; nothing was started.`;
  return reportOfEarlyEnd("skipped", message, { clean, flowId: flow.id, flowName: flow.name });
}

/** Throws a UserError for what would stop the flow from running. `undefined`: cancelled meanwhile. */
export async function examineFlow(
  step: Step,
  found: FlowToRun,
  deadline: number,
): Promise<FlowToRun | undefined> {
  const { runner, inputs, client } = step;
  const { names, baseUrl } = inputs;
  const host = createProcessHost(step);
  const flowId = found.id;
  const left = () => Math.max(1, deadline - host.clock.monotonicMs());
  const call = () => ({ timeLimitMs: Math.min(30_000, left()), signal: host.stop });
  const flow = await retryRead(host, "flow", () => client.flow(flowId, call()), left());
  const history = await retryRead(
    host,
    "history",
    () => client.history(flowId, { limit: 20, offset: 0 }, call()),
    left(),
  );
  if (host.stop.aborted) return undefined;
  const refuse = (failure: Failure): never => {
    throw new UserError(explainFailure(failure, { attempt: "read the flow", flowId, names }));
  };
  // Whether an Operator may read a flow is not documented; the history will do in its place.
  if (flow.kind !== "value" && (flow.kind !== "rejected" || history.kind !== "value")) refuse(flow);

  runner.line(`ok · ${baseUrl.host} answers and accepts ${names.credentials}`);
  const name = flow.kind === "value" ? flow.value.name : found.name;
  if (name === undefined)
    runner.line(`not checked · the name of flow ${flowId}: this role may not read it`);
  else runner.line(`ok · flow ${flowId} is "${shortLine(name, 120)}"`);
  if (history.kind === "value") describeHistory(step, history.value.executions);
  else
    runner.line(
      "not checked · the history cannot be read, so if the answer to the start is lost, nobody can tell whether it worked",
    );

  const parameters = redactedParameters(inputs.parameters, step.secrets.redact);
  runner.line(`would send · POST /v1/flows/${flowId}/run ${JSON.stringify(parameters)}`);
  runner.line(
    "not checked · whether the role may run the flow, and whether the flow knows these parameters",
  );
  return { id: flowId, ...(name === undefined ? {} : { name }) };
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
