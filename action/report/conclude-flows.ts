import type { Verdict } from "../../shared/run/verdict.ts";
import { cutToBytes } from "../runner/plain-text.ts";
import type { Step } from "../step.ts";
import { nextStep, settingsIn } from "./advice.ts";
import { type CommitStatus, finalState } from "./commit-status.ts";
import { concludeStatus } from "./conclude-status.ts";
import {
  countedFlows,
  countOutcomes,
  describeResults,
  type FlowResult,
  worstFirst,
} from "./flow-result.ts";
import { renderFlowsSummary } from "./flows-summary.ts";
import { type Result, toResult, writeOutputs } from "./outputs.ts";
import { redactedParameters } from "./redacted-parameters.ts";
import { MAX_MESSAGE_BYTES } from "./run-report.ts";

/**
 * Tells everybody how the flows of a step ended, as `conclude` does for one: outputs, summary, one
 * commit status, and one red annotation for all.
 */
export async function concludeFlows(
  step: Step,
  results: readonly FlowResult[],
  about: {
    readonly status: CommitStatus | undefined;
    readonly durationMs: number;
    /** Where the logs of the runs are. */
    readonly logFile: string | undefined;
  },
): Promise<Verdict> {
  const { inputs, runner, secrets } = step;
  const { status, durationMs, logFile } = about;
  const [worst] = worstFirst(results);
  if (worst === undefined) throw new Error("There are no flows to tell of.");
  const { verdict } = worst;
  const { kind } = worst.report.outcome;
  const { dryRun } = inputs;
  const message = dryRun
    ? `Dry run: ${countedFlows(results.length)} can be reached; nothing was started.`
    : describeResults(results, MAX_MESSAGE_BYTES);
  const counts = `${countedFlows(results.length)}: ${countOutcomes(results)}`;
  runner.line(counts);

  await writeOutputs(runner, worst.report, verdict, { message, results: resultsOf(results) });
  const advice = nextStep(worst.report, {
    logShown: worst.logShown === true,
    ...settingsIn(inputs),
    logFile,
    dryRun,
    // With the flow's own message.
    stopTold: true,
  });
  if (inputs.summary) {
    const parameters = redactedParameters(inputs.parameters, secrets.redact);
    const { host } = inputs.baseUrl;
    const told = { host, durationMs, parameters, nextStep: advice, dryRun };
    const markdown = renderFlowsSummary(results, told);
    await runner.summary(secrets.redact(markdown));
  }
  const state = finalState(kind, verdict);
  await concludeStatus(runner, status, { state, description: counts });
  const failed = results.filter(result => result.verdict === "fail").length;
  if (failed > 0) {
    const text = [message, advice].filter(part => part !== undefined).join("\n");
    await runner.error(text, `Etlworks: ${failed} of ${countedFlows(results.length)} failed`);
  } else if (kind === "warning" || (kind === "skipped" && !dryRun)) {
    await runner.warning(message, `Etlworks flows: ${kind}`);
  }
  return verdict;
}

/** An output can be handed to a process as one variable, which holds 128 KB on Linux. */
const MAX_RESULTS_BYTES = 100_000;

/** The list of all results; messages and names are cut only as far as the size demands it. */
function resultsOf(results: readonly FlowResult[]): string {
  const whole = results.map(({ report, verdict }) => toResult(report, verdict));
  let text = "";
  for (const most of [MAX_MESSAGE_BYTES, 1_024, 400, 200, 100, 40]) {
    text = JSON.stringify(whole.map(result => shortened(result, most)));
    if (Buffer.byteLength(text) <= MAX_RESULTS_BYTES) break;
  }
  return text;
}

function shortened(result: Result, bytes: number): Result {
  const { message, flowName } = result;
  return {
    ...result,
    message: cutToBytes(message, bytes),
    ...(flowName === undefined ? {} : { flowName: cutToBytes(flowName, bytes) }),
  };
}
