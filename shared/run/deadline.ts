import type { Call, Reply } from "../etlworks/replies/reply.ts";
import type { Host } from "./host.ts";
import { mistakeAsAnswer } from "./mistake-as-answer.ts";

/** A request near the deadline still gets this long: with less it would hardly ever have an answer. */
const MIN_LIMIT_MS = 1_000;

/** The time limit of a request, so that it does not pass the deadline by more than `leastMs`. */
export function limitedBy(
  deadline: number,
  { clock }: Host,
  usualMs: number,
  leastMs = MIN_LIMIT_MS,
): number {
  return Math.min(usualMs, Math.max(leastMs, deadline - clock.monotonicMs()));
}

/**
 * Asks only as long as there is time, so that requests in a row do not pass the deadline together. What
 * is asked in this way is about a run that may have begun.
 */
export async function askInTime<Value>(
  deadline: number,
  host: Host,
  usualMs: number,
  ask: (call: Call) => Promise<Reply<Value>>,
): Promise<Reply<Value>> {
  if (host.clock.monotonicMs() >= deadline) {
    const message = "there was no time left to ask";
    return { kind: "unreachable", permanent: false, message };
  }
  const call = { timeLimitMs: limitedBy(deadline, host, usualMs), signal: host.stop };
  return mistakeAsAnswer(() => ask(call));
}
