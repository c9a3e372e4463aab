import type { DurableContext } from "@aws/durable-execution-sdk-js";
import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import { isFlowId } from "../../shared/flow-id.ts";
import { field } from "../../shared/json-fields.ts";
import type { Host } from "../../shared/run/host.ts";
import type { Outcome } from "../../shared/run/outcome.ts";
import { runFlow } from "../../shared/run/run-flow.ts";
import type { RunRequest } from "../../shared/run/run-request.ts";
import { judge } from "../../shared/run/verdict.ts";
import { type CheckReport, checkFlows } from "../check-setup.ts";
import { SETTING_NAMES } from "../environment.ts";
import { type RunDecision, readRunDecision } from "../launch/run-key.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { createDurableHost, type DurableOperations } from "./durable-host.ts";
import { createRunLog } from "./run-log.ts";

export interface RunnerDependencies {
  readonly client: EtlworksClient;
  readonly runQuery: string;
  readonly logParameters: boolean;
  readonly epochMs: () => number;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * Runs one decision in a durable execution. A passing run returns its outcome; a failing one throws,
 * so that the execution is FAILED and AWS's own metric and event for that tell of it.
 *
 * AWS runs this code again at every replay, so whatever has an effect, the log included, is done
 * inside an operation.
 */
export async function runDurably(
  input: unknown,
  context: DurableOperations & Pick<DurableContext, "executionContext" | "lambdaContext">,
  dependencies: RunnerDependencies,
): Promise<Outcome | CheckReport> {
  const { epochMs, random } = dependencies;
  const host = createDurableHost({ context, epochMs, random });
  if (field(input, "check") === true) return check(input, host, dependencies);

  const decision = readRunDecision(input);
  const log = dependencies.log.with({
    requestId: context.lambdaContext.awsRequestId,
    durableExecutionName: executionName(context.executionContext.durableExecutionArn),
    route: decision.route,
    flow: decision.flow,
    ...(dependencies.logParameters && { parameters: decision.parameters }),
  });
  const end = await attempt(decision, host, { ...dependencies, log });
  await host.once("report", async () => tellEnd(decision, end, { ...dependencies, log }));
  if (end.kind === "thrown") throw end.error;
  if (judge(end.outcome.kind, decision.policy) === "fail") throw new RunFailed(end.outcome);
  return end.outcome;
}

/** The error of a FAILED execution. Its message is the outcome as JSON, for whoever reads it there. */
export class RunFailed extends Error {
  override readonly name = "RunFailed";
  constructor(outcome: Outcome) {
    super(JSON.stringify(outcome));
  }
}

type End =
  | { readonly kind: "ended"; readonly outcome: Outcome }
  | { readonly kind: "thrown"; readonly error: unknown };

async function attempt(
  decision: RunDecision,
  host: Host,
  dependencies: RunnerDependencies,
): Promise<End> {
  const { client, metrics } = dependencies;
  const note = createRunLog(dependencies.log);
  try {
    const outcome = await runFlow({
      request: requestOf(decision, dependencies.runQuery),
      client,
      host,
      names: SETTING_NAMES,
      async report(event) {
        await note(event);
        if (event.kind === "started" && event.origin !== "attached") {
          metrics.add("Started", 1, dimensionsOf(decision));
        }
      },
    });
    return { kind: "ended", outcome };
  } catch (error) {
    return { kind: "thrown", error };
  }
}

function requestOf({ flow, parameters, policy }: RunDecision, runQuery: string): RunRequest {
  return {
    flowId: flow,
    parameters,
    runQuery,
    ifRunning: policy.ifRunning,
    wait: true,
    timeoutMs: policy.timeout,
    // Waiting costs nothing here, and an instance that is down comes back.
    patienceMs: policy.timeout === 0 ? Number.MAX_SAFE_INTEGER : policy.timeout,
  };
}

async function tellEnd(
  decision: RunDecision,
  end: End,
  dependencies: RunnerDependencies,
): Promise<null> {
  const { log, metrics } = dependencies;
  const dimensions = dimensionsOf(decision);
  if (end.kind === "thrown") {
    metrics.add("Outcomes", 1, { ...dimensions, Outcome: "refused" });
    log.error(end.error instanceof Error ? end.error.message : String(end.error));
    return null;
  }
  const { outcome } = end;
  metrics.add("Outcomes", 1, { ...dimensions, Outcome: outcome.kind });
  const endedAt = "execution" in outcome ? outcome.execution?.endedAt : undefined;
  const lateSeconds =
    endedAt === undefined ? undefined : (dependencies.epochMs() - endedAt) / 1_000;
  // The two clocks are not the same one.
  if (lateSeconds !== undefined) {
    metrics.add("LatenessSeconds", Math.max(0, lateSeconds), dimensions);
  }
  const { kind, message, counts } = outcome;
  const fields = {
    outcome: kind,
    auditId: "auditId" in outcome ? outcome.auditId : undefined,
    elapsedMs: "elapsedMs" in outcome ? outcome.elapsedMs : undefined,
    polls: counts.polls,
    faults: counts.faults,
    rateLimits: counts.rateLimits,
  };
  if (judge(kind, decision.policy) === "pass") log.info(message, fields);
  else log.error(message, fields);
  return null;
}

function dimensionsOf({ route }: RunDecision) {
  return { Route: route };
}

async function check(
  input: unknown,
  host: Host,
  dependencies: RunnerDependencies,
): Promise<CheckReport> {
  const flows = field(input, "flows");
  const flowIds = Array.isArray(flows) ? flows.filter(isFlowId) : [];
  const checked = await host.once("check", async () => {
    const report = await checkFlows(flowIds, dependencies.client);
    if (report.ok) dependencies.log.info("the check found nothing wrong", { flows: report.flows });
    for (const problem of report.problems) dependencies.log.error(problem);
    return report;
  });
  if (checked.kind === "done") return checked.value;
  const problem = "The check was interrupted. Ask for it again.";
  return { ok: false, flows: {}, problems: [problem] };
}

/**
 * `…:function:runner:7/durable-execution/<name>/<id>`
 * https://docs.aws.amazon.com/lambda/latest/dg/durable-basic-concepts.html
 */
function executionName(arn: string): string {
  return arn.split("/")[2] ?? arn;
}
