import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import { mapWithLimit } from "../../shared/map-with-limit.ts";
import { WAITS_FOR_TURN } from "../../shared/run/if-running.ts";
import type { Outcome } from "../../shared/run/outcome.ts";
import { createProcessHost, processClock, sleepInProcess } from "../../shared/run/process-host.ts";
import { runFlow } from "../../shared/run/run-flow.ts";
import type { RunRequest } from "../../shared/run/run-request.ts";
import { judge } from "../../shared/run/verdict.ts";
import type { Secrets } from "../../shared/secrets.ts";
import { connectEtlworks } from "../aws/etlworks-access.ts";
import { checkFlows } from "../check-setup.ts";
import type { Decision } from "../decision.ts";
import { type Environment, SETTING_NAMES, type Variables } from "../environment.ts";
import { logRunEvents } from "../follow/log-run-events.ts";
import type { Metrics } from "../metrics.ts";
import { plainParameters } from "../plain-parameters.ts";
import type { Launcher, LaunchRequest, LaunchResult } from "./launcher.ts";

/** A decision whose parameters need nothing of a batch. */
type PlainDecision = Pick<Decision, "route" | "flow" | "policy"> & {
  readonly parameters: Readonly<Record<string, string>>;
};

/**
 * Starts flows from within the dispatcher and does not follow them: the way without lanes.
 *
 * What did not start goes back to AWS, which delivers it again or parks it. A flow that is busy is
 * such a failure, since nobody here can wait for it.
 *
 * So is a start in doubt, and that is a choice: if the run did begin after all, the next delivery
 * starts another one. Between a file that is loaded twice and one that is never loaded, AWS's own
 * promise (at least once) is kept; the same holds for a record of which one flow started and
 * another did not. Exactly once needs lanes. Whoever would rather look by hand gives the queue
 * `maxReceiveCount: 1`, and every doubt is parked in its dead-letter queue.
 */
export function createInPlaceLauncher(dependencies: {
  readonly environment: Environment;
  readonly variables: Variables;
  readonly secrets: Secrets;
  readonly metrics: Metrics;
}): Launcher {
  const { environment, metrics } = dependencies;
  const { client, close } = connectEtlworks(dependencies);
  const start = { client, metrics, runQuery: environment.runQuery };
  return {
    // The runs of one record one after the other, so that it knows which of them began.
    launch: (records, remainingMs) =>
      mapWithLimit(records, RECORDS_AT_A_TIME, async requests => {
        const results: LaunchResult[] = [];
        for (const request of requests) {
          results.push(await startInPlace(request, remainingMs(), start));
        }
        return results;
      }),
    check: flows => checkFlows(flows, client),
    finish: close,
  };
}

function plainDecision(decision: Decision): PlainDecision | undefined {
  const parameters = plainParameters(decision.parameters);
  return parameters && { ...decision, parameters };
}

interface StartDependencies {
  readonly client: EtlworksClient;
  readonly runQuery: string;
  readonly metrics: Metrics;
}

/** AWS tries again later and for longer than we could. */
const PATIENCE_MS = 5_000;

/** Kept for the answer to AWS. */
const RESERVE_MS = 5_000;

/** How long what ends at the deadline may take to end. A last search for the run comes after it. */
const GRACE_MS = 1_000;

/** What a start takes when the server is slow. With less it would be sent only to end in doubt. */
const MIN_START_MS = 5_000;

/** Enough to hide the waits, little enough for a server that others use as well. */
const RECORDS_AT_A_TIME = 10;

async function startInPlace(
  request: LaunchRequest,
  remainingMs: number,
  dependencies: StartDependencies,
): Promise<LaunchResult> {
  const { log } = request;
  const decision = plainDecision(request.decision);
  if (decision === undefined) {
    const message =
      "The route has a batch, which needs lanes. Set ETLWORKS_LEDGER and ETLWORKS_LANE, or remove the batch.";
    return { kind: "failed", message };
  }
  const timeLimitMs = remainingMs - RESERVE_MS;
  if (timeLimitMs < MIN_START_MS) {
    const message =
      "There was no time left in this invocation, so nothing was sent. If this happens often, give the dispatcher a timeout of 60 seconds.";
    return { kind: "failed", message };
  }
  // Lambda ends an invocation without asking, and every record of a batch with it. What knows the
  // deadline ends by itself, and says more of why than being stopped does.
  const stop = new AbortController();
  const abandon = new AbortController();
  const timer = setTimeout(() => {
    stop.abort();
    abandon.abort();
  }, timeLimitMs + GRACE_MS);
  try {
    const outcome = await runFlow({
      request: inPlaceRequest(decision, dependencies.runQuery, timeLimitMs),
      client: dependencies.client,
      host: createProcessHost({
        clock: processClock,
        random: Math.random,
        stop: stop.signal,
        abandon: abandon.signal,
        sleep: sleepInProcess,
      }),
      names: SETTING_NAMES,
      report: logRunEvents(log),
    });
    return launchResult(outcome, decision, dependencies.metrics);
  } finally {
    clearTimeout(timer);
  }
}

/** What the core is asked for: a start in doubt and a busy flow are failures here. */
export function inPlaceRequest(
  { flow, parameters, policy }: PlainDecision,
  runQuery: string,
  timeLimitMs: number,
): RunRequest {
  return {
    flowId: flow,
    parameters,
    runQuery,
    ifRunning: WAITS_FOR_TURN[policy.ifRunning] ? "fail" : policy.ifRunning,
    wait: false,
    // Other events of this invocation and of others start the same flow at the same time.
    adoption: "never",
    timeoutMs: timeLimitMs,
    patienceMs: Math.min(PATIENCE_MS, timeLimitMs),
  };
}

function launchResult(outcome: Outcome, decision: PlainDecision, metrics: Metrics): LaunchResult {
  if (judge(outcome.kind, decision.policy) === "fail") {
    return { kind: "failed", message: outcome.message };
  }
  if (outcome.kind === "started" && outcome.origin !== "attached") {
    metrics.add("Started", 1, { Route: decision.route });
  }
  return { kind: "launched", result: { outcome } };
}
