import type { DurableOperations } from "../../../lambda/follow/durable-host.ts";
import type { Timeline } from "./timeline.ts";

/** What an execution used of what AWS counts. */
export interface ExecutionToll {
  operations: number;
  /** Waits, each of which ends an invocation and begins another one. */
  waits: number;
  writtenBytes: number;
}

/**
 * AWS's side of one durable execution that never dies: everything is remembered because nothing is
 * ever replayed. Enough for counting; the conformance suite plays the deaths.
 */
export function createRememberingContext(
  time: Timeline,
): DurableOperations & { readonly toll: ExecutionToll } {
  const toll: ExecutionToll = { operations: 0, waits: 0, writtenBytes: 0 };
  const remember = <Value>(value: Value): Value => {
    toll.operations += 1;
    toll.writtenBytes += Buffer.byteLength(JSON.stringify(value) ?? "");
    return value;
  };
  return {
    toll,
    step: async (_name, work) => remember(await work()),
    async waitForCondition(_name, check, config) {
      let state = config.initialState;
      for (let count = 1; ; count++) {
        state = remember(await check(state));
        const decision = config.waitStrategy(state, count);
        if (!decision.shouldContinue) return state;
        toll.waits += 1;
        const seconds = "seconds" in decision.delay ? (decision.delay.seconds ?? 0) : 0;
        await time.sleep(seconds * 1_000);
      }
    },
  };
}
