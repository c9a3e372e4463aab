import type { WaitForConditionConfig } from "@aws/durable-execution-sdk-js";
import type { PutEvent } from "../../aws/event-bus.ts";
import type { Log } from "../../log.ts";
import type { Metrics } from "../../metrics.ts";
import type { RunnerOrder } from "../../order.ts";
import type { StepOperations } from "../../retried-step.ts";
import type { ManifestStore } from "../manifest.ts";
import type { AskExecution } from "../wake.ts";
import type { WakeDependencies } from "../wake-lane.ts";

/** What of the SDK's DurableContext a lane uses. */
export interface LaneOperations extends StepOperations {
  waitForCondition<State>(
    name: string,
    check: (state: State) => Promise<State>,
    config: WaitForConditionConfig<State>,
  ): Promise<State>;
  /** Rejects with an `InvokeError` when the function ended in any other way than well. */
  invoke(name: string, functionArn: string, input: RunnerOrder): PromiseLike<unknown>;
}

/** What a lane execution works with. */
export interface LaneDependencies extends WakeDependencies {
  readonly operations: LaneOperations;
  readonly epochMs: () => number;
  readonly askExecution: AskExecution;
  /** The qualified ARN of the runner. */
  readonly runner: string;
  /** How long an invocation of the runner may take; so long can one be at work that AWS gave up. */
  readonly runnerTimeoutMs: number;
  /** Missing: nobody wants manifests. */
  readonly manifests?: ManifestStore;
  /** Missing: nobody is told. */
  readonly putEvent?: PutEvent;
  /** After so many operations the lane is left to a successor. Missing: about 1,000. */
  readonly manyOperations?: number;
  /** This execution, by its ARN. */
  readonly executionArn: string;
  readonly log: Log;
  /** Missing: nobody counts. */
  readonly metrics?: Pick<Metrics, "add">;
}

/** Left over after an invocation that AWS gave up could have ended, for clocks that differ. */
const ZOMBIE_RESERVE_MS = 30_000;

/** So long after its end by AWS's word can a runner still be inside a request. */
export function zombieMs({ runnerTimeoutMs }: Pick<LaneDependencies, "runnerTimeoutMs">): number {
  return runnerTimeoutMs + ZOMBIE_RESERVE_MS;
}
