import type { DurableOperations } from "../../../lambda/follow/durable-host.ts";
import type { LaneOperations } from "../../../lambda/lanes/loop/lane-dependencies.ts";
import { field } from "../../../shared/json-fields.ts";
import type { VirtualTime } from "../../virtual/virtual-time.ts";

/** What AWS bills for durable executions and their functions. */
export interface DurableToll {
  operations: number;
  mostOperations: number;
  writtenBytes: number;
  /** Each begin of an execution, and each return from a wait. */
  invocations: number;
  executions: number;
}

/**
 * AWS's side of one execution that never dies: nothing is replayed, so everything is done once and
 * counted. Deaths are played in the laboratory.
 */
export function createCountingContext(
  time: Pick<VirtualTime, "sleep">,
  toll: DurableToll,
  invoke: (input: unknown) => Promise<unknown> = async () => null,
): DurableOperations & LaneOperations {
  let operations = 0;
  toll.executions += 1;
  toll.invocations += 1;
  const remember = <Value>(value: Value): Value => {
    operations += 1;
    toll.operations += 1;
    toll.mostOperations = Math.max(toll.mostOperations, operations);
    toll.writtenBytes += Buffer.byteLength(JSON.stringify(value) ?? "");
    return value;
  };
  return {
    async step(_name, work, config) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return remember(await work());
        } catch (error) {
          const failed = error instanceof Error ? error : new Error(String(error));
          const decision = config.retryStrategy?.(failed, attempt);
          if (decision?.shouldRetry !== true) throw error;
          remember(failed.message);
          toll.invocations += 1;
          await time.sleep(secondsOf(decision.delay) * 1_000);
        }
      }
    },
    async waitForCondition(_name, check, config) {
      let state = config.initialState;
      for (let count = 1; ; count += 1) {
        state = remember(await check(state));
        const decision = config.waitStrategy(state, count);
        if (!decision.shouldContinue) return state;
        toll.invocations += 1;
        await time.sleep(secondsOf(decision.delay) * 1_000);
      }
    },
    async invoke(_name, _function, input) {
      remember(input);
      const result = await invoke(input);
      toll.invocations += 1;
      toll.writtenBytes += Buffer.byteLength(JSON.stringify(result) ?? "");
      return result;
    },
  };
}

function secondsOf(delay: unknown): number {
  const seconds = field(delay, "seconds");
  return typeof seconds === "number" ? seconds : 1;
}
