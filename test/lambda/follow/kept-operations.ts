import { StepError, type StepSemantics } from "@aws/durable-execution-sdk-js";
import type { DurableOperations } from "../../../lambda/follow/durable-host.ts";
import type { CallerTime } from "../../virtual/caller-time.ts";

/**
 * The operations of one durable execution without the SDK: each runs once, its result goes through
 * JSON, and whoever asks for it again is given what was kept. Waits pass at once, by the given clock.
 */
export interface KeptOperations {
  readonly context: DurableOperations;
  /** What was begun, in order; a replay adds nothing. */
  readonly begun: readonly BegunOperation[];
  /** The waits between checks, in seconds. */
  readonly waits: readonly unknown[];
}

interface BegunOperation {
  readonly name: string;
  readonly semantics?: StepSemantics | undefined;
  /** What the first error of a step leads to. */
  readonly afterError?: unknown;
}

export function createKeptOperations(
  time: Pick<CallerTime, "sleep">,
  /** Steps that AWS knows as begun, by a process that is gone. */
  interrupted: readonly string[] = [],
): KeptOperations {
  const begun: BegunOperation[] = [];
  const waits: unknown[] = [];
  const kept = new Map<string, string>();

  async function once<T>(name: string, work: () => Promise<T>): Promise<T> {
    const text = kept.get(name) ?? JSON.stringify({ value: await work() });
    kept.set(name, text);
    return fromJson<{ readonly value: T }>(text).value;
  }

  const context: DurableOperations = {
    async step(name, work, { semantics, retryStrategy }) {
      if (!kept.has(name)) {
        begun.push({ name, semantics, afterError: retryStrategy?.(new Error("first"), 1) });
      }
      if (interrupted.includes(name)) {
        const cause = new Error("The step was interrupted.");
        cause.name = "StepInterruptedError";
        throw new StepError("The step was interrupted.", cause);
      }
      return once(name, () => attempts(work, retryStrategy));
    },
    waitForCondition(name, check, { initialState, waitStrategy }) {
      if (!kept.has(name)) begun.push({ name });
      return once(name, async () => {
        let state = initialState;
        for (let count = 1; ; count++) {
          state = fromJson(JSON.stringify(await check(state)));
          const decision = waitStrategy(state, count);
          if (!decision.shouldContinue) return state;
          waits.push(decision.delay);
          await time.sleep(secondsOf(decision.delay) * 1_000);
        }
      });
    },
  };
  return { context, begun, waits };
}

/** What an operation wrote itself: its type is what it was then. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- nothing else can tell it
function fromJson<Value>(text: string): Value {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- by the name of its operation
  return JSON.parse(text) as Value;
}

/** As often as the step's strategy says, and without the waits. */
async function attempts<T>(
  work: () => Promise<T>,
  retryStrategy: ((error: Error, count: number) => { readonly shouldRetry: boolean }) | undefined,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await work();
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      if (retryStrategy?.(reason, count).shouldRetry !== true) {
        throw new StepError(reason.message, reason);
      }
    }
  }
}

function secondsOf(delay: { readonly seconds?: number }): number {
  return delay.seconds ?? Number.NaN;
}
