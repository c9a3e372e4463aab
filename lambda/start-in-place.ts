import type { EtlworksClient } from "../shared/etlworks-client.ts";
import type { Host } from "../shared/host.ts";
import { Mistake } from "../shared/mistake.ts";
import type { Outcome } from "../shared/outcome.ts";
import { runFlow } from "../shared/run-flow.ts";
import { judge } from "../shared/verdict.ts";
import type { Delivery } from "./dispatch.ts";
import { SETTING_NAMES } from "./environment.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { RunDecision } from "./run-identity.ts";
import { createRunLog } from "./run-log.ts";

/**
 * Starts the flow from within the dispatcher and does not follow it: the way without a runner.
 *
 * What did not start goes back to AWS, which delivers it again or parks it. A flow that is busy is
 * such a failure, since nobody here can wait for it.
 *
 * So is a start in doubt, and that is a choice: if the run did begin after all, the next delivery
 * starts another one. Between a file that is loaded twice and one that is never loaded, AWS's own
 * promise (at least once) is kept. Exactly once needs the runner. Whoever would rather look by
 * hand gives the queue `maxReceiveCount: 1`, and every doubt is parked in its dead-letter queue.
 */
export async function startInPlace(
  decision: RunDecision,
  parts: {
    readonly client: EtlworksClient;
    readonly host: Host;
    readonly runQuery: string;
    /** Milliseconds until the invocation must be over. */
    readonly timeLimitMs: number;
    readonly log: Log;
    readonly metrics: Metrics;
  },
): Promise<Delivery> {
  const { flow, parameters, policy } = decision;
  const { client, host, runQuery, timeLimitMs, log, metrics } = parts;
  try {
    const outcome = await runFlow({
      request: {
        flowId: flow,
        parameters,
        runQuery,
        ifRunning: policy.ifRunning === "wait" ? "fail" : policy.ifRunning,
        wait: false,
        timeoutMs: timeLimitMs,
        patienceMs: Math.min(PATIENCE_MS, timeLimitMs),
      },
      client,
      host,
      names: SETTING_NAMES,
      report: createRunLog(log),
    });
    return toDelivery(outcome, decision, metrics);
  } catch (error) {
    if (error instanceof Mistake) return { kind: "failed", message: error.message };
    throw error;
  }
}

/** AWS tries again later and for longer than we could. */
const PATIENCE_MS = 5_000;

function toDelivery(outcome: Outcome, decision: RunDecision, metrics: Metrics): Delivery {
  if (judge(outcome.kind, decision.policy) === "fail") {
    return { kind: "failed", message: outcome.message };
  }
  if (outcome.kind === "started" && outcome.origin !== "attached") {
    metrics.add("Started", 1, { Route: decision.route });
  }
  return { kind: "delivered", result: { outcome } };
}
