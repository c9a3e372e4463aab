import { formatDuration } from "../shared/duration.ts";
import type { EtlworksClient } from "../shared/etlworks/etlworks-client.ts";
import type { Outcome } from "../shared/run/outcome.ts";
import { createProcessHost } from "../shared/run/process-host.ts";
import { runFlow } from "../shared/run/run-flow.ts";
import type { RunEvent, RunRequest } from "../shared/run/run-request.ts";
import { judge, type Verdict } from "../shared/run/verdict.ts";
import { createSecrets } from "../shared/secrets.ts";
import { UserError } from "../shared/user-error.ts";
import { examineSetup } from "./dry-run.ts";
import { connect } from "./inputs/connect.ts";
import { type FlowToRun, findFlow } from "./inputs/find-flow.ts";
import { type ActionInputs, readInputs } from "./inputs/inputs.ts";
import { emptyParameters } from "./inputs/parameters.ts";
import { nextStep } from "./report/advice.ts";
import { type CommitStatus, createCommitStatus, finalState } from "./report/commit-status.ts";
import { printRunLog } from "./report/console-log.ts";
import { writeOutputs } from "./report/outputs.ts";
import { createRunLog } from "./report/progress-log.ts";
import { redactedParameters } from "./report/redacted-parameters.ts";
import { createRecorder, MAX_MESSAGE_BYTES, type RunReport } from "./report/run-report.ts";
import { renderSummary } from "./report/summary.ts";
import { cutToBytes, plainLines, shortLine } from "./runner/plain-text.ts";
import { sendStop } from "./runner/send-stop.ts";
import { STATE_NAME, type StepState, writeState } from "./runner/step-state.ts";
import type { WorkflowRunner } from "./runner/workflow-runner.ts";
import type { StepDependencies } from "./step.ts";

/**
 * The step itself: runs the flow, follows it, reports. Returns the exit code. The one red
 * annotation of a failing step is written here and nowhere else.
 */
export async function runStep(dependencies: StepDependencies): Promise<0 | 1> {
  const secrets = createSecrets(form => dependencies.runner.mask(form));
  try {
    const inputs = readInputs(dependencies.environment, secrets);
    const step = {
      ...dependencies,
      secrets,
      inputs,
      client: connect(inputs, { ...dependencies, secrets }),
    };
    return (await (inputs.dryRun ? examineSetup(step) : runAndReport(step))) === "pass" ? 0 : 1;
  } catch (error) {
    const whole = secrets.redact(error instanceof Error ? error.message : String(error));
    const message = cutToBytes(whole, MAX_MESSAGE_BYTES);
    await dependencies.runner.error(message, "Run Etlworks Flow");
    await orWarn(dependencies.runner, () => dependencies.runner.output("message", message));
    // A mistake says itself what to change. Anything else is a fault of ours: show where.
    if (!(error instanceof UserError) && error instanceof Error && error.stack !== undefined) {
      dependencies.runner.group("Stack", plainLines(secrets.redact(error.stack)));
    }
    return 1;
  }
}

/** What the phases of a step work with. */
export interface Step extends StepDependencies {
  readonly inputs: ActionInputs;
  readonly client: EtlworksClient;
  readonly secrets: ReturnType<typeof createSecrets>;
}

async function runAndReport(step: Step): Promise<Verdict> {
  const { inputs, client } = step;
  const host = createProcessHost(step);
  const begun = step.clock.monotonicMs();
  await warnOfEmptyParameters(step);
  const flow = await findFlow(inputs.flow, { client, host, names: inputs.names });
  if (flow === undefined) return abortedEarly(step);

  const recorder = createRecorder(step.clock);
  const shownFlow =
    flow.name === undefined ? String(flow.id) : `${flow.id} "${shortLine(flow.name, 120)}"`;
  const log = createRunLog({ ...step, flow: shownFlow, baseUrl: inputs.baseUrl });
  const status = githubStatusOf(step, flow.id);
  const report = async (event: RunEvent) => {
    recorder.note(event);
    if (event.kind === "started") {
      const { auditId, origin } = event;
      await remember(step, { flowId: flow.id, auditId, origin, phase: "following" });
      status?.pending(`Running: audit id ${event.auditId}`);
    }
    await log.report(event);
  };
  const { names } = inputs;
  const request = toRequest(inputs, flow, step.clock.monotonicMs() - begun);
  let outcome: Outcome;
  try {
    outcome = await runFlow({ request, client, host, report, names });
  } finally {
    log.close();
  }
  await settle(step, outcome);
  return conclude(step, recorder.report(outcome, flow.name), status);
}

async function abortedEarly({ runner }: Step): Promise<Verdict> {
  const message = "Told to stop before the flow was found; nothing was started.";
  await runner.output("outcome", "aborted");
  await runner.output("message", message);
  await runner.error(message, "Etlworks flow: aborted");
  return "fail";
}

function toRequest(inputs: ActionInputs, flow: FlowToRun, spentMs: number): RunRequest {
  const { parameters, runQuery, ifRunning, wait, timeoutMs, pollIntervalMs } = inputs;
  return {
    flowId: flow.id,
    parameters,
    runQuery,
    ifRunning,
    wait,
    timeoutMs,
    spentMs,
    ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
    // Long enough for a restart of a balancer, short enough for a wrong address to be noticed.
    patienceMs: 60_000,
  };
}

/** Also for the dry run. */
export async function warnOfEmptyParameters({ inputs, runner }: Step): Promise<void> {
  const empty = emptyParameters(inputs.parameters);
  if (empty.length === 0) return;
  const names = empty.map(name => `"${name}"`).join(", ");
  await runner.warning(
    `Empty parameter ${names}: Etlworks does not replace the token of an empty parameter, so the flow sees it as it was written.`,
    "Empty parameter",
  );
}

/** Before the first look: the id as an output and as state, so that no later death loses it. */
async function remember(step: Step, state: StepState): Promise<void> {
  const { runner } = step;
  const { flowId, auditId, origin, phase } = state;
  // A full disk must not cost us the run that has just begun.
  await orWarn(runner, async () => {
    await runner.saveState(STATE_NAME, writeState({ flowId, auditId, origin, phase }));
    if (phase !== "following") return;
    await runner.output("flow-id", String(flowId));
    await runner.output("audit-id", auditId);
  });
}

/** For what is written beside the run and does not decide about it. */
async function orWarn(runner: WorkflowRunner, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    await runner.warning(`A file of the runner could not be written: ${why}`, "Run Etlworks Flow");
  }
}

/** After the run: stop it where that was asked for, and tell the post step what is left to do. */
async function settle(step: Step, outcome: Outcome): Promise<void> {
  const run = runOf(outcome);
  if (run === undefined) return;
  const unfinished = outcome.kind === "timed-out" || outcome.kind === "aborted";
  const { stopRequest } = step.inputs;
  if (!unfinished || stopRequest === undefined) {
    return remember(step, { ...run, phase: "settled" });
  }
  await remember(step, { ...run, phase: "stopping" });
  await sendStop(run, { ...step, stopRequest, timeLimitMs: step.timeLeftMs() });
}

function runOf(outcome: Outcome) {
  if (!("auditId" in outcome) || outcome.auditId === undefined || outcome.origin === undefined) {
    return undefined;
  }
  return { flowId: outcome.flowId, auditId: outcome.auditId, origin: outcome.origin };
}

function githubStatusOf(step: Step, flowId: number): CommitStatus | undefined {
  const token = step.inputs.githubToken;
  return token === undefined ? undefined : createCommitStatus({ ...step, token, flowId });
}

async function conclude(
  step: Step,
  report: RunReport,
  status: CommitStatus | undefined,
): Promise<Verdict> {
  const { inputs, runner, secrets } = step;
  const { outcome } = report;
  const verdict = judge(outcome.kind, inputs);
  const advice = nextStep(outcome, inputs.stopRequest !== undefined);

  const wanted =
    inputs.showLog === "always" || (inputs.showLog === "on-failure" && verdict === "fail");
  await writeOutputs(runner, report, secrets.redact);
  if (wanted && report.auditId !== undefined && outcome.kind !== "aborted") {
    await printRunLog(report.flowId, report.auditId, step);
  }
  if (inputs.summary) {
    const about = {
      verdict,
      host: inputs.baseUrl.host,
      parameters: redactedParameters(inputs.parameters, secrets.redact),
      nextStep: advice,
    };
    const markdown = secrets.redact(renderSummary(report, about));
    await orWarn(runner, () => runner.summary(markdown));
  }
  await status?.conclude(
    finalState(outcome.kind, verdict),
    secrets.redact(describeBriefly(report)),
  );
  const text = [report.message, advice].filter(part => part !== undefined).join("\n");
  const title = `Etlworks flow ${report.flowId}: ${outcome.kind}`;
  if (verdict === "fail") await runner.error(secrets.redact(text), title);
  else if (outcome.kind === "warning" || outcome.kind === "skipped") {
    await runner.warning(secrets.redact(text), title);
  }
  return verdict;
}

/** For the commit status: the outcome, how long it took, and the first line of why. */
function describeBriefly(report: RunReport): string {
  const { outcome, durationMs, message } = report;
  const duration = durationMs === undefined ? "" : ` after ${formatDuration(durationMs)}`;
  const why = outcome.kind === "success" ? "" : `: ${message.split("\n", 1)[0]}`;
  return `${outcome.kind}${duration}${why}`;
}
