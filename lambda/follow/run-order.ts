import { StepError } from "@aws/durable-execution-sdk-js";
import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import { endOf } from "../../shared/etlworks/replies/execution.ts";
import { followOwnRun } from "../../shared/run/follow-own-run.ts";
import { NO_COUNTS, type Outcome } from "../../shared/run/outcome.ts";
import { runFlow } from "../../shared/run/run-flow.ts";
import type { RunEvent, RunRequest, Task } from "../../shared/run/run-request.ts";
import { judge, type Verdict } from "../../shared/run/verdict.ts";
import { messageOf } from "../../shared/thrown.ts";
import type { PutEvent } from "../aws/event-bus.ts";
import type { BatchGate, BatchToRun, Begin } from "../batch-gate.ts";
import { SETTING_NAMES } from "../environment.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { retriedStep } from "../retried-step.ts";
import { createDurableHost, type DurableOperations } from "./durable-host.ts";
import { type FinishedBatch, finishedEvent } from "./finished-event.ts";
import { logRunEvents } from "./log-run-events.ts";
import { watchingClient } from "./watching-client.ts";

export interface OrderDependencies {
  readonly gate: BatchGate;
  readonly lane: string;
  /** This execution, by its ARN. */
  readonly runner: string;
  readonly epochMs: () => number;
  readonly random: () => number;
  readonly client: EtlworksClient;
  readonly runQuery: string;
  readonly logParameters: boolean;
  /** Missing: nobody is told. */
  readonly putEvent?: PutEvent;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What an order came to. */
export type OrderEnd =
  | { readonly kind: "ended"; readonly outcome: Outcome; readonly verdict: Verdict }
  /** The batch is another execution's; nothing was started. */
  | { readonly kind: "given-up"; readonly reason: string };

/**
 * Runs one batch of a lane once: passes the fence, starts the flow, follows the run to its end, and
 * notes the outcome on the batch in the ledger, where the lane reads it.
 *
 * AWS runs this code again at every replay, so whatever has an effect is done inside an operation.
 * Any error leaves the batch as it is: the lane knows then what to make of it.
 */
export async function runOrder(
  context: DurableOperations,
  dependencies: OrderDependencies,
): Promise<OrderEnd> {
  const { gate, lane } = dependencies;
  const begun = await retriedStep(context, "begin", async () => {
    const begin = await gate.begin();
    await tellBegin(begin, dependencies);
    return begin;
  });
  if (begun.kind === "given-up") return begun;

  const { batch } = begun;
  const log = dependencies.log.with({ route: batch.route, flow: batch.flow });
  const outcome = await run(begun, context, { ...dependencies, log });
  const { kind, message } = outcome;
  const verdict = judge(kind, batch.policy);
  if (kind === "start-unknown") {
    // An invocation of this execution that AWS gave up may still be inside the request, and note the
    // run's id. The lane waits until it cannot be, and then knows more than we do.
    await retriedStep(context, "report", async () => {
      tellEnd(batch, outcome, verdict, { ...dependencies, log });
      return null;
    });
    return { kind: "ended", outcome, verdict };
  }
  await retriedStep(context, "outcome", async () => {
    const noted = await gate.noteOut({ kind, verdict, message });
    if (noted === "another's") log.warn("the batch had got another outcome before this one");
    // Behind what may have to be tried again, so that it is counted once, and before what takes long.
    tellEnd(batch, outcome, verdict, { ...dependencies, log });
    return noted;
  });
  await tellOthers({ ...batch, lane }, outcome, verdict, context, { ...dependencies, log });
  return { kind: "ended", outcome, verdict };
}

/** The lane waits for it, so a bus that is gone may cost each batch seconds and not minutes. */
const BUS_ATTEMPTS = 4;

/** A bus that takes nothing must not make a good run look failed, nor hide how a bad one ended. */
async function tellOthers(
  batch: FinishedBatch,
  outcome: Outcome,
  verdict: Verdict,
  context: DurableOperations,
  { epochMs, log, metrics, putEvent, runner }: OrderDependencies,
): Promise<void> {
  const put = async () => {
    await putEvent?.(finishedEvent(batch, outcome, verdict, { arn: runner, at: epochMs() }));
    return null;
  };
  try {
    await retriedStep(context, "report", put, BUS_ATTEMPTS);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    await retriedStep(context, "report to the log", async () => {
      const reason = messageOf(error.cause ?? error);
      metrics.add("Untold");
      log.error("the end of the run could not be told to the event bus", { reason });
      return null;
    });
  }
}

async function run(
  begun: Exclude<Begin, { kind: "given-up" }>,
  context: DurableOperations,
  dependencies: OrderDependencies,
): Promise<Outcome> {
  const { epochMs, random } = dependencies;
  const { batch } = begun;
  const task: Task = {
    request: requestOf(batch, {}, dependencies),
    client: withParameters(dependencies.client, dependencies.gate),
    host: createDurableHost({ context, epochMs, random }),
    names: SETTING_NAMES,
    report: reportOf(batch, dependencies),
  };
  switch (begun.kind) {
    case "start":
      return runFlow(task);
    case "follow":
      return followOwnRun({ ...task, client: watchingClient(task.client) }, begun.auditId);
    case "refused": {
      const { message } = begun;
      return { kind: "refused", flowId: batch.flow, counts: NO_COUNTS, message };
    }
  }
}

/** What the core is asked for. */
export function requestOf(
  { flow, policy }: Pick<BatchToRun, "flow" | "policy">,
  parameters: RunRequest["parameters"],
  { runQuery, lane }: Pick<OrderDependencies, "runQuery" | "lane">,
): RunRequest {
  return {
    flowId: flow,
    parameters,
    runQuery,
    ifRunning: policy.ifRunning,
    wait: true,
    // The lane of a whole flow keeps our own starts of it apart, if it is the only one.
    adoption: lane === String(flow) && policy.sharedFlow !== true ? "strict" : "never",
    timeoutMs: policy.timeout,
    // Waiting costs nothing here, and an instance that is down comes back.
    patienceMs: policy.timeout === 0 ? Number.MAX_SAFE_INTEGER : policy.timeout,
  };
}

/**
 * The run's id goes to the batch in the very operation that learns it, before anything else can
 * fail: whoever comes after a dead runner follows the run by it. If the table does not take it then,
 * the next event of the run tries again.
 */
function reportOf(
  { route }: BatchToRun,
  dependencies: OrderDependencies,
): (event: RunEvent) => Promise<void> {
  const { gate, log, metrics } = dependencies;
  const write = logRunEvents(log);
  let noted = false;
  return async event => {
    if ("auditId" in event && !noted) {
      try {
        await gate.noteAuditId(event.auditId);
        noted = true;
      } catch (error) {
        // The run has begun: to fail here would lose it. It is noted with the next event.
        const reason = messageOf(error);
        log.error("the run's id could not be noted in the ledger", { reason });
      }
    }
    await write(event);
    if (event.kind === "started" && event.origin !== "attached") {
      metrics.add("Started", 1, { Route: route });
    }
  };
}

/** Sends the start with the batch's parameters, which no checkpoint holds. */
function withParameters(client: EtlworksClient, gate: BatchGate): EtlworksClient {
  return {
    ...client,
    async start(flowId, _parameters, runQuery, call) {
      let parameters: Readonly<Record<string, string>>;
      try {
        parameters = await gate.readParameters();
      } catch (error) {
        // Nothing was sent, so it may be tried again.
        const reason = messageOf(error);
        return { kind: "unreachable", permanent: false, message: reason };
      }
      return client.start(flowId, parameters, runQuery, call);
    },
  };
}

async function tellBegin(
  begin: Begin,
  { gate, log, logParameters }: OrderDependencies,
): Promise<void> {
  if (begin.kind === "given-up") {
    log.warn("nothing was started", { reason: begin.reason });
    return;
  }
  const { route, flow, count } = begin.batch;
  const shown = begin.kind === "start" && logParameters;
  log.info(begin.kind === "follow" ? "following the batch's run" : "batch begins", {
    route,
    flow,
    events: count,
    ...(shown && { parameters: await gate.readParameters() }),
  });
}

function tellEnd(
  { route }: Pick<BatchToRun, "route">,
  outcome: Outcome,
  verdict: Verdict,
  { epochMs, log, metrics }: OrderDependencies,
): void {
  const { kind, message, counts } = outcome;
  metrics.add("Outcomes", 1, { Route: route, Outcome: kind });
  const endedAt = "execution" in outcome ? endOf(outcome.execution ?? {}) : undefined;
  if (endedAt !== undefined) {
    // The two clocks are not the same one.
    const lateSeconds = Math.max(0, (epochMs() - endedAt) / 1_000);
    metrics.add("LatenessSeconds", lateSeconds, { Route: route });
  }
  const fields = {
    outcome: kind,
    auditId: "auditId" in outcome ? outcome.auditId : undefined,
    elapsedMs: "elapsedMs" in outcome ? outcome.elapsedMs : undefined,
    polls: counts.polls,
    faults: counts.faults,
    rateLimits: counts.rateLimits,
  };
  if (verdict === "pass") log.info(message, fields);
  else log.error(message, fields);
}
