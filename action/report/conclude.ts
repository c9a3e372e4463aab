import { formatDuration } from "../../shared/duration.ts";
import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import type { Verdict } from "../../shared/run/verdict.ts";
import type { Secrets } from "../../shared/secrets.ts";
import type { ActionInputs } from "../inputs/inputs.ts";
import { deadlineOf, type StepDependencies } from "../step.ts";
import { nextStep, settingsIn } from "./advice.ts";
import { type CommitStatus, finalState } from "./commit-status.ts";
import { concludeStatus } from "./conclude-status.ts";
import { takeRunLog } from "./console-log.ts";
import { writeOutputs } from "./outputs.ts";
import { redactedParameters } from "./redacted-parameters.ts";
import type { RunReport } from "./run-report.ts";
import { renderSummary } from "./summary.ts";

/** What the end of a step with one flow is told with. Unknown is what wrong inputs left unknown. */
export interface Concluding
  extends Pick<StepDependencies, "runner" | "workspace" | "stop" | "clock"> {
  readonly startedAt: number;
  readonly secrets: Secrets;
  readonly inputs: ActionInputs | undefined;
  readonly client: EtlworksClient | undefined;
}

/**
 * Tells everybody how the step ended: outputs, the run's log where it is wanted, summary, commit
 * status, and the one red annotation of a step that fails.
 */
export async function conclude(
  step: Concluding,
  report: RunReport,
  verdict: Verdict,
  status: CommitStatus | undefined,
): Promise<void> {
  const { inputs, runner, secrets } = step;
  const { redact } = secrets;
  const { kind } = report.outcome;
  await writeOutputs(runner, report, verdict);
  const log = await takeLog(step, report, verdict);
  const advice = nextStep(report, {
    dryRun: inputs?.dryRun === true,
    logShown: log.shown,
    logFile: log.written ? inputs?.logFile : undefined,
    ...(inputs === undefined ? {} : settingsIn(inputs)),
  });
  // Inputs that could not be read do not say that no summary is wanted.
  if (inputs?.summary !== false) {
    const about = {
      verdict,
      host: inputs?.baseUrl.host,
      parameters: redactedParameters(inputs?.parameters ?? {}, redact),
      nextStep: advice,
      dryRun: inputs?.dryRun === true && verdict === "pass",
    };
    await runner.summary(redact(renderSummary(report, about)));
  }
  const state = finalState(kind, verdict);
  await concludeStatus(runner, status, { state, description: describeBriefly(report) });
  const text = [report.message, advice].filter(part => part !== undefined).join("\n");
  const title =
    report.flowId === undefined
      ? `Etlworks flow: ${kind}`
      : `Etlworks flow ${report.flowId}: ${kind}`;
  if (verdict === "fail") await runner.error(text, title);
  else if (kind === "warning" || (kind === "skipped" && inputs?.dryRun !== true))
    await runner.warning(text, title);
}

async function takeLog(step: Concluding, report: RunReport, verdict: Verdict) {
  const { inputs, client, secrets, startedAt, clock } = step;
  const { flowId, auditId, outcome } = report;
  const known = flowId !== undefined && auditId !== undefined;
  // A step that was told to stop has no time for it.
  if (!known || inputs === undefined || client === undefined || outcome.kind === "aborted") {
    return { shown: false, written: false };
  }
  const show =
    inputs.showLog === "always" || (inputs.showLog === "on-failure" && verdict === "fail");
  const leftMs = deadlineOf({ inputs, startedAt }) - clock.monotonicMs();
  return takeRunLog(
    { flowId, auditId },
    { show, file: inputs.logFile },
    { ...step, client, redact: secrets.redact, leftMs },
  );
}

const STOPPED = {
  accepted: "",
  none: "",
  failed: " (could not be stopped)",
  unknown: " (not known whether it was stopped)",
} as const;

/** For the commit status: the outcome, how long it took, and the first line of why. */
function describeBriefly(report: RunReport): string {
  const { outcome, durationMs, message, stop } = report;
  const duration = durationMs === undefined ? "" : ` after ${formatDuration(durationMs)}`;
  const why = outcome.kind === "success" ? "" : `: ${message.split("\n", 1)[0]}`;
  const stopped = stop === undefined ? "" : STOPPED[stop.kind];
  return `${outcome.kind}${duration}${stopped}${why}`;
}
