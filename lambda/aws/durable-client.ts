import {
  DurableExecutionApiClient,
  type DurableExecutionClient,
  DurableExecutionClientError,
} from "@aws/durable-execution-sdk-js";

/**
 * The SDK's own client, but for one answer. To a process that AWS has replaced by another one the
 * service says `Invalid checkpoint token`; the SDK knows that sentence in other capitals only, takes
 * it for the end of the whole execution, and a run would be left behind without anybody who follows
 * it. Only this invocation is over.
 */
export function createDurableClient(
  inner: DurableExecutionClient = new DurableExecutionApiClient(),
): DurableExecutionClient {
  return {
    getExecutionState: (...given) => inner.getExecutionState(...given),
    async checkpoint(...given) {
      try {
        return await inner.checkpoint(...given);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (!/invalid checkpoint token/i.test(message)) throw error;
        throw new DurableExecutionClientError(message, { cause: error });
      }
    },
  };
}
