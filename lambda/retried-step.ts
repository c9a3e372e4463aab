import type { StepConfig } from "@aws/durable-execution-sdk-js";

/** What of the SDK's DurableContext a step needs. */
export interface StepOperations {
  step<T>(
    name: string,
    work: () => Promise<T>,
    config: Pick<StepConfig<T>, "retryStrategy">,
  ): Promise<T>;
}

const MAX_ATTEMPTS = 8;
const MAX_WAIT_SECONDS = 60;

/** A durable step whose work may be done again: after a death, and some times after an error. */
export function retriedStep<T>(
  operations: StepOperations,
  name: string,
  work: () => Promise<T>,
  attempts = MAX_ATTEMPTS,
): Promise<T> {
  return operations.step(name, work, {
    retryStrategy: (_error, attempt) =>
      attempt < attempts
        ? { shouldRetry: true, delay: { seconds: Math.min(2 ** attempt, MAX_WAIT_SECONDS) } }
        : { shouldRetry: false },
  });
}
