import type { DurableContext } from "@aws/durable-execution-sdk-js";
import { isFlowId } from "../../shared/flow-id.ts";
import { field } from "../../shared/json-fields.ts";
import type { Outcome } from "../../shared/run/outcome.ts";
import { UserError } from "../../shared/user-error.ts";
import type { BatchGate } from "../batch-gate.ts";
import { type CheckReport, checkFlows } from "../check-setup.ts";
import { type RunnerOrder, readRunnerOrder } from "../order.ts";
import { createDurableHost, type DurableOperations } from "./durable-host.ts";
import { type OrderDependencies, type OrderEnd, runOrder } from "./run-order.ts";

/** What lives longer than one execution. */
export type RunnerDependencies = Omit<OrderDependencies, "gate" | "lane" | "runner"> & {
  /** The way to an order's batch. Missing without a ledger; then only the setup can be checked. */
  readonly gateOf?: (order: RunnerOrder, runner: string) => BatchGate;
};

type GivenUp = Extract<OrderEnd, { kind: "given-up" }>;

/**
 * Runs one order of a lane in a durable execution. A passing run returns its outcome; a failing one
 * throws, so that the execution is FAILED and AWS's own metric and event for that tell of it.
 */
export async function runDurably(
  input: unknown,
  context: DurableOperations & Pick<DurableContext, "executionContext" | "lambdaContext">,
  dependencies: RunnerDependencies,
): Promise<Outcome | GivenUp | CheckReport> {
  if (field(input, "check") === true) return check(input, context, dependencies);
  const { gateOf } = dependencies;
  const order = readRunnerOrder(input);
  if (order === undefined) {
    throw new UserError(
      "The runner's input is not an order of a lane. Deploy all functions from one release, and start flows through the dispatcher.",
    );
  }
  if (gateOf === undefined) {
    throw new UserError(
      "ETLWORKS_LEDGER is not set, so the runner cannot find its batch. Set it to the name of the ledger's table.",
    );
  }
  const runner = context.executionContext.durableExecutionArn;
  const log = dependencies.log.with({
    requestId: context.lambdaContext.awsRequestId,
    durableExecutionName: executionName(runner),
    lane: order.lane,
    batch: order.batch,
  });
  const { lane } = order;
  const gate = gateOf(order, runner);
  const end = await runOrder(context, { ...dependencies, gate, lane, log, runner });
  if (end.kind === "given-up") return end;
  if (end.verdict === "fail") throw new RunFailed(end.outcome);
  return end.outcome;
}

/** By its name; the log has told of the run's end then. */
export const RUN_FAILED = "RunFailed";

/** The error of a FAILED execution. Its message is the outcome as JSON, for whoever reads it there. */
export class RunFailed extends Error {
  override readonly name = RUN_FAILED;
  constructor(outcome: Outcome) {
    super(JSON.stringify(outcome));
  }
}

async function check(
  input: unknown,
  context: DurableOperations,
  dependencies: RunnerDependencies,
): Promise<CheckReport> {
  const { epochMs, random } = dependencies;
  const flows = field(input, "flows");
  const flowIds = Array.isArray(flows) ? flows.filter(isFlowId) : [];
  const host = createDurableHost({ context, epochMs, random });
  const checked = await host.once("check", async () => {
    const report = await checkFlows(flowIds, dependencies.client);
    if (report.ok) dependencies.log.info("the check found nothing wrong", { flows: report.flows });
    for (const problem of report.problems) dependencies.log.error(problem);
    return report;
  });
  if (checked.kind === "done") return checked.value;
  const problem = "The check was interrupted. Run it again.";
  return { ok: false, flows: {}, problems: [problem] };
}

/**
 * `…:function:runner:7/durable-execution/<name>/<id>`
 * https://docs.aws.amazon.com/lambda/latest/dg/durable-basic-concepts.html
 */
function executionName(arn: string): string {
  return arn.split("/")[2] ?? arn;
}
