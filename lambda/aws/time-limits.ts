/** A service of the same region accepts a connection in milliseconds, or not at all. */
const CONNECT_MS = 3_000;

/**
 * For the `requestHandler` of an AWS client, which by itself waits for ever: for a connection, for the
 * beginning of an answer, and for the rest of one that has begun. The SDK tries a call three times, and
 * all three must fit into an invocation, with time left for the answer to AWS.
 */
export function timeLimits(answerMs: number) {
  return {
    connectionTimeout: CONNECT_MS,
    requestTimeout: answerMs,
    socketTimeout: answerMs,
    throwOnRequestTimeout: true,
  } as const;
}
