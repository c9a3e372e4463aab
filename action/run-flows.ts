import { createRequestBudget } from "../shared/etlworks/request-budget.ts";
import { judge, type Verdict } from "../shared/run/verdict.ts";
import { createConnector } from "./inputs/connect.ts";
import { type FlowOfMany, findFlows } from "./inputs/find-flows.ts";
import type { FlowSelection } from "./inputs/flow-selection.ts";
import { lookUpOf } from "./look-up.ts";
import { readFlowDurations } from "./read-durations.ts";
import { concludeFlows } from "./report/conclude-flows.ts";
import { flowLabels } from "./report/flow-labels.ts";
import { countedFlows, describeFlowBriefly, type FlowResult } from "./report/flow-result.ts";
import { createFlowsLog, type FlowsLog } from "./report/flows-log.ts";
import { createLogCollector, type LogCollector } from "./report/log-collector.ts";
import { runFlowInTurn, type SharedByFlows } from "./run-flow-in-turn.ts";
import { commitStatusOf, concludeNotFound } from "./run-one-flow.ts";
import { shortLine } from "./runner/plain-text.ts";
import { saveStatus } from "./runner/step-state.ts";
import { deadlineOf, type Step } from "./step.ts";
import { takeTurns } from "./take-turns.ts";

/**
 * Several flows in one step: one process, one clock, one budget of requests and one report. Each
 * flow is run as a single one would be, so many at a time, and the same flow never twice at once.
 */
export async function runFlows(
  step: Step,
  selection: Exclude<FlowSelection, { kind: "one" }>,
): Promise<Verdict> {
  const { inputs, clock, runner } = step;
  const deadline = deadlineOf(step);
  const active = new Map<number, { readonly seen: boolean }>();
  // A cancelled job has to stop all of them within seconds, after a look at those not seen yet.
  const stopsToKeep = () =>
    inputs.stopRequest === undefined
      ? 0
      : active.values().reduce((sum, { seen }) => sum + (seen ? 1 : 2), 0);
  const budget = createRequestBudget({ ...step, stopsToKeep });
  const limited = budget.limit(step.send, { deadline });
  const clientOver = createConnector(inputs, { ...step, send: limited });
  const found = await findFlows(selection, inputs.parameters, lookUpOf(step, clientOver(limited)));
  if (found.kind !== "found") return concludeNotFound(step, found);

  const { flows } = found;
  const most = Math.min(inputs.maxParallel, flows.length);
  runner.line(`${countedFlows(flows.length)} on ${inputs.baseUrl.host}, at most ${most} at a time`);
  const status = commitStatusOf(step, "flows");
  let announced = false;
  // Not before: only from then on the post step knows enough to conclude it.
  const announce = async () => {
    if (status === undefined || announced) return;
    announced = true;
    const { context } = status;
    await saveStatus(step.runner, { context, concluded: false, flows: flows.length });
    status.pending(`Running ${countedFlows(flows.length)}`);
  };
  const labels = flowLabels(flows);
  const log = createFlowsLog({ ...step, labels });
  const logs = createLogCollector(step);
  const halt = new AbortController();
  let whyHalted = "";
  const stopStarting = (why: string) => {
    if (!halt.signal.aborted) whyHalted = why;
    halt.abort();
  };
  let runs = 0;
  const shared: SharedByFlows = {
    step,
    budget,
    clientOver,
    halt: halt.signal,
    whyHalted: () => whyHalted,
    nextRunIndex: () => ++runs,
    knownRuns: new Set(),
    leftRunning: new Map(),
  };
  const results: FlowResult[] = [];
  let fault: { readonly error: unknown } | undefined;
  const work = async ([index, flow]: [number, FlowOfMany]) => {
    const name = describeFlowBriefly(flow.id, flow.name);
    try {
      const label = labels[index] ?? name;
      results[index] = await play(flow, {
        index,
        label,
        shared,
        log,
        logs,
        active,
        announce,
        onEnd({ verdict, report }, credentialsRefused) {
          if (credentialsRefused) stopStarting(`Etlworks refused the credentials for ${name}`);
          else if (verdict === "fail" && inputs.failFast) {
            stopStarting(`${name} failed (${report.outcome.kind}), and fail-fast is true`);
          }
        },
      });
    } catch (error) {
      // A fault of ours. What is under way is followed to its end all the same.
      fault ??= { error };
      stopStarting("the step itself failed");
    }
  };
  // A list has the order that its writer gave it. A tag has none, so the longest go first: a long
  // one that starts last makes the whole take longer.
  const durations =
    selection.kind === "tag" && most > 1 && most < flows.length
      ? await readFlowDurations(flows, {
          ...step,
          client: clientOver(budget.limit(step.send, { urgency: "poll", deadline })),
        })
      : undefined;
  try {
    await takeTurns([...flows.entries()], {
      maxParallel: inputs.maxParallel,
      keyOf: ([, { id }]) => id,
      work,
      urgencyOf: ([, { id }]) => durations?.of(id) ?? 0,
    });
  } finally {
    durations?.close();
    log.close();
  }
  if (fault !== undefined) throw fault.error;
  const logFile = await logs.write();
  const durationMs = clock.monotonicMs() - step.startedAt;
  return concludeFlows(step, results, { status, durationMs, logFile });
}

interface Place {
  readonly index: number;
  readonly label: string;
  readonly shared: SharedByFlows;
  readonly log: FlowsLog;
  readonly logs: LogCollector;
  /** The runs that may have to be stopped, and whether a record of each was read. */
  readonly active: Map<number, { readonly seen: boolean }>;
  /** The first run has begun, or another one. */
  readonly announce: () => Promise<void>;
  /** How the flow ended is known. Its log is read after that, and others could begin meanwhile. */
  readonly onEnd: (result: FlowResult, credentialsRefused: boolean) => void;
}

/** One flow from its turn to its result, with all that is said about it. */
async function play(
  flow: FlowOfMany,
  { index, label, shared, log, logs, active, announce, onEnd }: Place,
): Promise<FlowResult> {
  const { step, budget } = shared;
  const { inputs } = step;
  const runner = log.runnerFor(index);
  log.begins(index);
  const { report, credentialsRefused } = await runFlowInTurn(flow, shared, {
    runner,
    async onEvent(event) {
      if (event.kind === "status") active.set(index, { seen: true });
      if (event.kind !== "started") return;
      active.set(index, { seen: false });
      await announce();
    },
  });
  active.delete(index);
  const { kind } = report.outcome;
  const verdict = judge(kind, inputs);
  const result: FlowResult = { label, report, verdict };
  onEnd(result, credentialsRefused);
  log.ended(result);
  if (kind !== "success" && kind !== "started") {
    runner.line(`${kind}: ${shortLine(report.message, 500)}`);
  }
  // A pause for a 429 may last minutes, and no log is worth more than the user's time.
  const client = shared.clientOver(budget.limit(step.send, { deadline: deadlineOf(step) }));
  const logShown = await logs.take(result, { client, runner });
  return { ...result, logShown };
}
