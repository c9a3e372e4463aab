import { formatDuration } from "../shared/duration.ts";
import type { EtlworksClient } from "../shared/etlworks/etlworks-client.ts";
import { followExistingRun } from "../shared/run/follow-existing-run.ts";
import type { Outcome } from "../shared/run/outcome.ts";
import { createProcessHost } from "../shared/run/process-host.ts";
import { runFlow, startUnknown } from "../shared/run/run-flow.ts";
import type { RunEvent, RunRequest } from "../shared/run/run-request.ts";
import type { FlowToRun } from "./inputs/find-flow.ts";
import { claimOf } from "./inputs/login.ts";
import { createRunMemory, type RunMemory } from "./remember.ts";
import { createProgressLog } from "./report/progress-log.ts";
import { createRecorder, type EarlierRun, type RunReport } from "./report/run-report.ts";
import { shortLine } from "./runner/plain-text.ts";
import { deadlineOf, type Step } from "./step.ts";
import { stopUnfinished } from "./stop-unfinished.ts";

/** In what a single flow and one of several differ. */
export interface RunSetting {
  /** Start nothing, follow this run. */
  readonly auditId?: string | undefined;
  /** Tells the runs of the step apart in what is kept for the post step. */
  readonly nextRunIndex: () => number;
  /** Sends the stop request. */
  readonly stopClient: EtlworksClient;
  /** Told of every event, when what the post step needs is saved. */
  readonly onEvent: (event: RunEvent) => void | Promise<void>;
  /** The runs that this step began so far, for no start is to take one of them for its own. */
  readonly knownRuns: Set<string>;
  /** A run is over, as far as this step is concerned. */
  readonly onEnd?: () => void;
}

/** Between a run that ended in error and the next one. What made it fail may be over then. */
const RETRY_AFTER_MS = 60_000;

/** Runs a flow, again after an error where that is wanted, and follows each run to its end. */
export async function runWithRetries(
  step: Step,
  flow: FlowToRun,
  setting: RunSetting,
): Promise<RunReport> {
  const { inputs, runner, clock } = step;
  const deadline = deadlineOf(step);
  const earlierRuns: EarlierRun[] = [];
  let before: RunMemory | undefined;
  let failed: RunReport | undefined;
  for (let attempt = 1; ; attempt++) {
    const memory = createRunMemory(step, setting.nextRunIndex(), flow.id);
    const last = await runOnce(step, flow, { ...setting, memory, before });
    before = memory;
    setting.onEnd?.();
    if (failed !== undefined && beganNothing(last)) {
      const why = last.outcome.kind === "aborted" ? "nothing more is to be started" : last.message;
      runner.line(`The flow was not started again: ${shortLine(why, 300)}`);
      return failed;
    }
    const report = { ...last, earlierRuns: [...earlierRuns] };
    failed = report;
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

/**
 * The retry was left for a reason that says nothing of the flow. Then the run that ended in error is
 * how the flow ended: a retry that was skipped would pass, and hide it.
 */
function beganNothing({ outcome, auditId }: RunReport): boolean {
  const left = ["busy", "skipped", "timed-out", "aborted"].includes(outcome.kind);
  return left && auditId === undefined;
}

async function runOnce(
  step: Step,
  flow: FlowToRun,
  setting: RunSetting & {
    readonly memory: RunMemory;
    /** Of the run in whose place this one is started. */
    readonly before: RunMemory | undefined;
  },
): Promise<RunReport> {
  const { inputs, client, clock, clean } = step;
  const { names, baseUrl } = inputs;
  const { auditId, memory, before } = setting;
  const recorder = createRecorder(clock, clean);
  const shownFlow =
    flow.name === undefined ? String(flow.id) : `${flow.id} "${shortLine(flow.name, 120)}"`;
  const followsGivenRun = auditId !== undefined;
  const { wait } = inputs;
  const log = createProgressLog({ ...step, flow: shownFlow, baseUrl, followsGivenRun, wait });
  const report = async (event: RunEvent) => {
    recorder.note(event);
    await memory.note(event);
    if (event.kind === "started") await before?.replaced();
    if (event.kind === "not-ours") setting.knownRuns.add(event.auditId);
    await setting.onEvent(event);
    await log.report(event);
  };
  const request = requestFor(step, flow);
  const claim = claimOf(inputs.login, setting.knownRuns);
  const task = {
    request,
    client,
    host: createProcessHost(step),
    report,
    names,
    ...claim,
  };
  let outcome: Outcome;
  try {
    outcome = await (auditId === undefined ? runFlow(task) : followExistingRun(task, auditId));
  } finally {
    log.close();
  }
  await memory.concluded();
  const stop = await stopUnfinished({ ...step, client: setting.stopClient }, outcome, {
    memory,
    claim,
  });
  if (stop?.kind === "not-ours") {
    const { auditId: id, reason } = stop;
    await report({ kind: "not-ours", auditId: id, reason });
    return recorder.report(startUnknown(task, reason, outcome.counts), flow.name);
  }
  // The history may list it only later, when it would look like a new run.
  if ("auditId" in outcome && outcome.auditId !== undefined) setting.knownRuns.add(outcome.auditId);
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
    spentMs: step.clock.monotonicMs() - step.startedAt,
    ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
    // A job has the flow to itself as a rule; the core looks for what speaks against it.
    adoption: "strict",
    // Long enough for a restart of a balancer, short enough for a wrong address to be noticed.
    patienceMs: 60_000,
  };
}
