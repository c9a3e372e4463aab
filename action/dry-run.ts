import { explainFailure } from "../shared/etlworks/explain-failure.ts";
import type { Execution } from "../shared/etlworks/replies/execution.ts";
import { reasonOf } from "../shared/etlworks/replies/failure-reason.ts";
import type { Failure, Reply } from "../shared/etlworks/replies/reply.ts";
import { isActive } from "../shared/etlworks/replies/run-status.ts";
import { USUAL_TIME_LIMIT_MS } from "../shared/etlworks/transmit.ts";
import { pastDurations } from "../shared/run/past-durations.ts";
import { createProcessHost } from "../shared/run/process-host.ts";
import { isPassing, retryRead } from "../shared/run/retry-read.ts";
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
export async function examineSetup(
  step: Step,
  choice: FlowChoice,
  auditId: string | undefined,
): Promise<Verdict> {
  const { runner, clean } = step;
  const host = createProcessHost(step);
  const deadline = deadlineOf(step);
  sayDryRun(runner);

  const found = await findFlow(choice, lookUpOf(step));
  if (found.kind === "timed-out") throw new UserError(`The dry run took too long: ${found.why}.`);
  const checked =
    found.kind === "found"
      ? await examineFlow(step, found.flow, { deadline, auditId, patience: newPatience() })
      : undefined;
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

/** How the reads of a dry run are tried again: when one has been for its minute, no other one is. */
export interface Patience {
  over: boolean;
  told: boolean;
}

export function newPatience(): Patience {
  return { over: false, told: false };
}

/**
 * Throws a UserError for what would stop the flow from running, or from being followed where the
 * step is to follow a run. `undefined`: cancelled meanwhile.
 */
export async function examineFlow(
  step: Step,
  found: FlowToRun,
  about: {
    readonly deadline: number;
    readonly auditId?: string | undefined;
    readonly patience: Patience;
  },
): Promise<FlowToRun | undefined> {
  const { runner, inputs, client } = step;
  const { names, baseUrl } = inputs;
  const { deadline, auditId, patience } = about;
  const host = createProcessHost(step);
  const flowId = found.id;
  const left = () => Math.max(1, deadline - host.clock.monotonicMs());
  const call = () => ({ timeLimitMs: Math.min(USUAL_TIME_LIMIT_MS, left()), signal: host.stop });
  const read = <Value>(name: string, ask: () => Promise<Reply<Value>>) =>
    readPatiently(step, name, ask, patience, left());
  const refuse = (failure: Failure): never => {
    throw new UserError(explainFailure(failure, { attempt: "read the flow", flowId, names }));
  };
  const flow = await read("flow", () => client.flow(flowId, call()));
  if (host.stop.aborted) return undefined;
  if (flow.kind !== "value" && isPassing(flow)) refuse(flow);
  const history = await read("history", () =>
    client.history(flowId, { limit: 20, offset: 0 }, call()),
  );
  if (host.stop.aborted) return undefined;
  // Whether an Operator may read a flow is not documented; the history will do in its place.
  if (flow.kind !== "value" && (flow.kind !== "rejected" || history.kind !== "value")) refuse(flow);

  runner.line(`ok · ${baseUrl.host} answers and accepts ${names.credentials}`);
  const name = flow.kind === "value" ? flow.value.name : found.name;
  if (name === undefined)
    runner.line(`not checked · the name of flow ${flowId}: this role may not read it`);
  else runner.line(`ok · flow ${flowId} is "${shortLine(name, 120)}"`);
  if (history.kind === "value") describeHistory(step, history.value.executions, auditId);
  else
    runner.line(
      "not checked · the history cannot be read, so if the answer to the start is lost, nobody can tell whether it worked",
    );

  if (auditId === undefined) describeStart(step, flowId);
  else {
    const run = await read("run", () => client.execution(flowId, auditId, call()));
    if (host.stop.aborted) return undefined;
    describeRun(step, { flowId, auditId }, run);
  }
  return { id: flowId, ...(name === undefined ? {} : { name }) };
}

async function readPatiently<Value>(
  step: Step,
  name: string,
  ask: () => Promise<Reply<Value>>,
  patience: Patience,
  leftMs: number,
): Promise<Reply<Value>> {
  const host = createProcessHost(step);
  const askAndTell = async () => {
    const reply = await ask();
    const again = reply.kind !== "value" && isPassing(reply) && !host.stop.aborted;
    if (again && !patience.told) {
      patience.told = true;
      step.runner.line(`No usable answer yet (${reasonOf(reply)}); trying again`);
    }
    return reply;
  };
  const reply = await retryRead(host, name, askAndTell, patience.over ? 0 : leftMs);
  if (isPassing(reply)) patience.over = true;
  return reply;
}

function describeStart({ runner, inputs, secrets }: Step, flowId: number): void {
  const parameters = JSON.stringify(redactedParameters(inputs.parameters, secrets.redact));
  const query = inputs.runQuery === "" ? "" : `?${inputs.runQuery}`;
  runner.line(`would send · POST /v1/flows/${flowId}/run${query} ${parameters}`);
  runner.line(
    "not checked · whether the role may run the flow, and whether the flow knows these parameters",
  );
}

/** The run that the step is to follow. */
function describeRun(
  { runner, inputs }: Step,
  { flowId, auditId }: { readonly flowId: number; readonly auditId: string },
  reply: Reply<Execution>,
): void {
  const { names } = inputs;
  if (reply.kind === "absent") {
    throw new UserError(
      `audit-id: Etlworks has no record of run ${auditId} of flow ${flowId} (${reply.message}). Use the audit-id output of the step that started the run, and check ${names.flow}.`,
    );
  }
  if (reply.kind !== "value") {
    const about = { attempt: "read the status of the run", flowId, names };
    throw new UserError(explainFailure(reply, about));
  }
  const { flowId: actual = flowId, status = "" } = reply.value;
  if (actual !== flowId) {
    throw new UserError(
      `audit-id: run ${auditId} is a run of flow ${actual}, not of flow ${flowId}. Check audit-id and ${names.flow}.`,
    );
  }
  runner.line(`ok · run ${auditId} is ${shortLine(status, 80)}`);
  runner.line(`would follow · run ${auditId}; nothing is started`);
}

function describeHistory(
  step: Step,
  executions: readonly Execution[],
  auditId: string | undefined,
): void {
  const { runner, inputs } = step;
  const [latest] = executions;
  const last =
    latest === undefined ? "no run yet" : `last run ${latest.auditId ?? ""} ${latest.status ?? ""}`;
  const usual = describeTypical(pastDurations(executions));
  runner.line(`ok · history: ${shortLine(last, 120)}${usual}`);
  const active = executions.some(({ status }) => isActive(status));
  // A run that is only followed is in nobody's way.
  if (active && auditId === undefined) {
    runner.line(`note · a run of this flow is running now; if-running is ${inputs.ifRunning}`);
  }
}
