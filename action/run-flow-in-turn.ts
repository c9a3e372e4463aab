import type { EtlworksClient } from "../shared/etlworks/etlworks-client.ts";
import type { SendHttp } from "../shared/etlworks/http/http.ts";
import { isTerminal } from "../shared/etlworks/replies/run-status.ts";
import { isStartRequest, type RequestBudget } from "../shared/etlworks/request-budget.ts";
import { WAITS_FOR_TURN } from "../shared/run/if-running.ts";
import type { RunEvent } from "../shared/run/run-request.ts";
import type { FlowOfMany } from "./inputs/find-flows.ts";
import { type RunReport, reportOfEarlyEnd } from "./report/run-report.ts";
import { runWithRetries } from "./run-with-retries.ts";
import type { WorkflowRunner } from "./runner/workflow-runner.ts";
import { deadlineOf, type Step } from "./step.ts";

/** What all flows of a step share. */
export interface SharedByFlows {
  readonly step: Step;
  readonly budget: RequestBudget;
  /** The same credentials for every sender. */
  readonly clientOver: (send: SendHttp) => EtlworksClient;
  /** Aborted when no further flow is to be started. */
  readonly halt: AbortSignal;
  /** Why, to follow a colon. */
  readonly whyHalted: () => string;
  /** Tells the runs of the step apart in what is kept for the post step. */
  readonly nextRunIndex: () => number;
  readonly knownRuns: Set<string>;
  /** The runs that this step began and has not seen to end, as far as they are known, by flow. */
  readonly leftRunning: Map<number, Set<string>>;
}

export interface FlowEnd {
  readonly report: RunReport;
  /** The server refused our credentials, so it will refuse them for every other flow. */
  readonly credentialsRefused: boolean;
}

/**
 * One flow's turn in a step that runs several: run as a single flow is, under the shared budget. A
 * halt ends it only as long as its start has not been sent.
 */
export async function runFlowInTurn(
  flow: FlowOfMany,
  shared: SharedByFlows,
  told: {
    readonly runner: WorkflowRunner;
    readonly onEvent: (event: RunEvent) => void | Promise<void>;
  },
): Promise<FlowEnd> {
  const { step, budget, halt } = shared;
  const { stop, clock } = step;
  const early = (kind: "skipped" | "timed-out", message: string): FlowEnd => {
    const about = { clean: step.clean, flowId: flow.id, flowName: flow.name };
    const report = reportOfEarlyEnd(kind, message, about);
    // Other flows were in the way, and not the connection.
    return { report: { ...report, waited: true }, credentialsRefused: false };
  };
  const left = () => early("skipped", `Flow ${flow.id} was not started: ${shared.whyHalted()}.`);
  const deadline = deadlineOf(step);
  if (halt.aborted && !stop.aborted) return left();
  if (clock.monotonicMs() >= deadline && !stop.aborted) {
    return early(
      "timed-out",
      `Flow ${flow.id} was not started: the flows before it took the whole timeout. Set a longer timeout or a larger max-parallel.`,
    );
  }
  const admission = await budget.admit({ signal: AbortSignal.any([stop, halt]), deadline });
  const gate = createStartGate(step.stop, halt);
  try {
    if (halt.aborted && !stop.aborted) return left();
    const running = shared.leftRunning.get(flow.id);
    const own = withOwnInputs(step, flow, running !== undefined);
    const rules = {
      deadline: deadlineOf(own),
      stopping: step.stop,
      ...(admission === undefined ? {} : { admission }),
    };
    const report = await runWithRetries(
      {
        ...own,
        runner: told.runner,
        client: shared.clientOver(budget.limit(gate.pass(step.send), rules)),
        stop: gate.stop,
        // The sign of life is one for all flows.
        every: () => () => undefined,
      },
      flow,
      {
        nextRunIndex: shared.nextRunIndex,
        knownRuns: shared.knownRuns,
        stopClient: shared.clientOver(budget.limit(step.send, { urgency: "stop" })),
        onEvent(event) {
          gate.note(event);
          return told.onEvent(event);
        },
        onEnd: gate.reopen,
      },
    );
    const { outcome, auditId } = report;
    const keptBack = outcome.kind === "aborted" && auditId === undefined && !stop.aborted;
    if (keptBack && halt.aborted) return left();
    if (mayBeRunning(report)) {
      const known = auditId === undefined ? [] : [auditId];
      shared.leftRunning.set(flow.id, new Set([...(running ?? []), ...known]));
    }
    const credentialsRefused = outcome.kind === "refused" && "unauthorized" in outcome;
    const met = outcome.kind === "busy" && running?.has(report.otherAuditId ?? "") === true;
    return { report: met ? metOwnRun(report) : report, credentialsRefused };
  } finally {
    admission?.release();
    gate.close();
  }
}

/** A run of this step that it did not see to end, or perhaps one. */
function mayBeRunning({ outcome, origin }: RunReport): boolean {
  if (outcome.kind === "start-unknown") return true;
  return (origin === "started" || origin === "adopted") && !isTerminal(outcome.kind);
}

function metOwnRun(report: RunReport): RunReport {
  const { flowId, otherAuditId } = report;
  const message = `Flow ${flowId} was not started: run ${otherAuditId}, which this step began before, is still running. Set if-running to wait to run one after the other.`;
  return { ...report, message, meetsOwnRun: true };
}

/**
 * The flow's own limit counts from its turn, and never beyond the limit of the step. One that meets a
 * run of this same step, which has other parameters, is neither skipped nor follows that run: both
 * would pass for work that nobody did.
 */
function withOwnInputs(step: Step, flow: FlowOfMany, meetsOwnRun: boolean): Step {
  const now = step.clock.monotonicMs();
  const { ifRunning } = step.inputs;
  const inputs = {
    ...step.inputs,
    parameters: flow.parameters,
    ...(meetsOwnRun && !WAITS_FOR_TURN[ifRunning] ? { ifRunning: "fail" as const } : {}),
  };
  return flow.timeoutMs > 0 && now + flow.timeoutMs < deadlineOf(step)
    ? { ...step, inputs: { ...inputs, timeoutMs: flow.timeoutMs }, startedAt: now }
    : { ...step, inputs };
}

/**
 * Keeps back a start that has not been sent when the halt comes, and ends what waits before it.
 * A start that is under way is not disturbed: its run is followed to the end.
 */
function createStartGate(stop: AbortSignal, halt: AbortSignal) {
  const own = new AbortController();
  let sent = false;
  const onStop = () => own.abort();
  const onHalt = () => {
    if (!sent) own.abort();
  };
  stop.addEventListener("abort", onStop);
  halt.addEventListener("abort", onHalt);
  if (stop.aborted || halt.aborted) own.abort();
  const reopen = () => {
    sent = false;
    if (halt.aborted) own.abort();
  };
  return {
    stop: own.signal,
    pass:
      (send: SendHttp): SendHttp =>
      async request => {
        if (isStartRequest(request)) {
          if (halt.aborted) return { kind: "stopped", mayHaveArrived: false };
          sent = true;
        }
        return send(request);
      },
    note(event: RunEvent) {
      // A run is followed to its end, also one of somebody else that no start of ours has begun.
      if (event.kind === "started") sent = true;
      // The start did nothing, and the next one has not been sent.
      if (event.kind === "busy" || event.kind === "start-delayed") reopen();
    },
    /** The run is over; another one would be a new start. */
    reopen,
    close() {
      stop.removeEventListener("abort", onStop);
      halt.removeEventListener("abort", onHalt);
    },
  };
}
