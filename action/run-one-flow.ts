import { formatDuration } from "../shared/duration.ts";
import { followExistingRun } from "../shared/run/follow-existing-run.ts";
import type { Outcome } from "../shared/run/outcome.ts";
import { createProcessHost } from "../shared/run/process-host.ts";
import { runFlow } from "../shared/run/run-flow.ts";
import type { RunEvent, RunRequest } from "../shared/run/run-request.ts";
import { judge, type Verdict } from "../shared/run/verdict.ts";
import { type FlowToRun, findFlow } from "./inputs/find-flow.ts";
import type { FlowChoice } from "./inputs/flow-choice.ts";
import { rememberRun, rememberStatus } from "./remember.ts";
import {
  type CommitStatus,
  createCommitStatus,
  defaultStatusContext,
} from "./report/commit-status.ts";
import { conclude } from "./report/conclude.ts";
import { createRunLog } from "./report/progress-log.ts";
import {
  createRecorder,
  type EarlierRun,
  type RunReport,
  reportOfEarlyEnd,
} from "./report/run-report.ts";
import { shortLine } from "./runner/plain-text.ts";
import { type StopResult, sendStop } from "./runner/send-stop.ts";
import { deadlineOf, type Step } from "./step.ts";

/** One flow: finds it, runs it (again after an error, where that is wanted), follows it, reports. */
export async function runOneFlow(
  step: Step,
  choice: FlowChoice,
  auditId: string | undefined,
): Promise<Verdict> {
  const { inputs, client, clean } = step;
  const host = createProcessHost(step);
  const deadline = deadlineOf(step);
  const found = await findFlow(choice, {
    client,
    host,
    names: inputs.names,
    deadline,
    onDelay: reason =>
      step.runner.line(`The list of flows cannot be read yet (${reason}); trying again`),
  });
  if (found.kind !== "found") {
    const report =
      found.kind === "stopped"
        ? reportOfEarlyEnd(
            "aborted",
            "The job was cancelled before the flow was found; nothing was started.",
            { clean },
          )
        : reportOfEarlyEnd(
            "timed-out",
            `The flow was not started: ${found.why} (timeout ${formatDuration(inputs.timeoutMs)}).`,
            { clean },
          );
    await conclude(step, report, "fail", undefined);
    return "fail";
  }
  const status = commitStatusOf(step, found.flow);
  const report = await runWithRetries(step, found.flow, auditId, status);
  const verdict = judge(report.outcome.kind, inputs);
  const concluded = await conclude(step, report, verdict, status);
  if (status !== undefined && concluded) {
    await rememberStatus(step, { context: status.context, concluded });
  }
  return verdict;
}

/** Between a run that ended in error and the next one. What made it fail may be over then. */
const RETRY_AFTER_MS = 60_000;

async function runWithRetries(
  step: Step,
  flow: FlowToRun,
  auditId: string | undefined,
  status: CommitStatus | undefined,
): Promise<RunReport> {
  const { inputs, runner, clock } = step;
  const deadline = deadlineOf(step);
  const earlierRuns: EarlierRun[] = [];
  for (let attempt = 1; ; attempt++) {
    const last = await runOnce(step, flow, { auditId, attempt, status });
    const report = { ...last, earlierRuns: [...earlierRuns] };
    const again = attempt <= inputs.retryOnError && isSafeToRetry(report);
    if (!again || step.stop.aborted) return report;
    const first = report.message.split("\n", 1)[0] ?? "";
    const why = `Run ${report.auditId ?? ""} ended in error (${shortLine(first, 200)})`;
    if (clock.monotonicMs() + RETRY_AFTER_MS >= deadline) {
      runner.line(`${why}. There is no time left for another run`);
      return report;
    }
    runner.line(
      `${why}. Starting the flow again in ${formatDuration(RETRY_AFTER_MS)} (retry ${attempt} of ${inputs.retryOnError})`,
    );
    await step.sleep(RETRY_AFTER_MS, step.stop);
    if (step.stop.aborted) return report;
    earlierRuns.push({ auditId: report.auditId ?? "", message: report.message });
  }
}

/** Only a run that we know to have begun ourselves and that Etlworks says to have failed. */
function isSafeToRetry({ outcome, origin, auditId }: RunReport): boolean {
  return outcome.kind === "error" && origin === "started" && auditId !== undefined;
}

async function runOnce(
  step: Step,
  flow: FlowToRun,
  about: {
    readonly auditId: string | undefined;
    readonly attempt: number;
    readonly status: CommitStatus | undefined;
  },
): Promise<RunReport> {
  const { inputs, client, clock, clean, runner } = step;
  const { names, baseUrl } = inputs;
  const { auditId, attempt, status } = about;
  const recorder = createRecorder(clock, clean);
  const shownFlow =
    flow.name === undefined ? String(flow.id) : `${flow.id} "${shortLine(flow.name, 120)}"`;
  const followsGivenRun = auditId !== undefined;
  const log = createRunLog({ ...step, flow: shownFlow, baseUrl, followsGivenRun });
  const report = async (event: RunEvent) => {
    recorder.note(event);
    if (event.kind === "started") {
      const { auditId: id, origin } = event;
      await rememberRun(step, attempt, {
        flowId: flow.id,
        auditId: id,
        origin,
        phase: "following",
      });
      await runner.output("flow-id", String(flow.id));
      await runner.output("audit-id", id);
      if (status !== undefined) {
        await rememberStatus(step, { context: status.context, concluded: false });
        status.pending(`Running: audit id ${id}`);
      }
    }
    await log.report(event);
  };
  const request = requestFor(step, flow);
  const task = { request, client, host: createProcessHost(step), report, names };
  let outcome: Outcome;
  try {
    outcome = await (auditId === undefined ? runFlow(task) : followExistingRun(task, auditId));
  } finally {
    log.close();
  }
  const stop = await settle(step, attempt, outcome);
  return { ...recorder.report(outcome, flow.name), stop };
}

function requestFor(step: Step, flow: FlowToRun): RunRequest {
  const { parameters, runQuery, ifRunning, wait, timeoutMs, pollIntervalMs } = step.inputs;
  return {
    flowId: flow.id,
    parameters,
    runQuery,
    ifRunning,
    wait,
    timeoutMs,
    spentMs: step.clock.monotonicMs() - step.begunAt,
    ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
    // Long enough for a restart of a balancer, short enough for a wrong address to be noticed.
    patienceMs: 60_000,
  };
}

/** After the run: stop it where that was asked for, and tell the post step what is left to do. */
async function settle(
  step: Step,
  attempt: number,
  outcome: Outcome,
): Promise<StopResult | undefined> {
  const run = runOf(outcome);
  if (run === undefined) return undefined;
  const unfinished = outcome.kind === "timed-out" || outcome.kind === "aborted";
  const { stopRequest } = step.inputs;
  if (!unfinished || stopRequest === undefined) {
    await rememberRun(step, attempt, { ...run, phase: "settled" });
    return undefined;
  }
  await rememberRun(step, attempt, { ...run, phase: "stopping" });
  const result = await sendStop(run, { ...step, stopRequest, timeLimitMs: step.timeLeftMs() });
  return { ...result, sentence: step.clean(result.sentence) };
}

function runOf(outcome: Outcome) {
  if (!("auditId" in outcome) || outcome.auditId === undefined || outcome.origin === undefined) {
    return undefined;
  }
  return { flowId: outcome.flowId, auditId: outcome.auditId, origin: outcome.origin };
}

function commitStatusOf(step: Step, flow: FlowToRun): CommitStatus | undefined {
  const { inputs, environment, secrets } = step;
  const { githubToken: token, statusContext, baseUrl } = inputs;
  if (token === undefined) return undefined;
  const job = environment["GITHUB_JOB"] ?? "";
  const context =
    statusContext ?? defaultStatusContext({ host: baseUrl.host, job, flow: String(flow.id) });
  return createCommitStatus({ ...step, token, context, redact: secrets.redact });
}
