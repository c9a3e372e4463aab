import type { Host } from "./host.ts";

/** A request near the deadline still gets this long: with less it would hardly ever have an answer. */
const SHORTEST_MS = 1_000;

/** The time limit of a request, so that it does not pass the deadline by more than `leastMs`. */
export function limitedBy(
  deadline: number,
  { clock }: Host,
  usualMs: number,
  leastMs = SHORTEST_MS,
): number {
  return Math.min(usualMs, Math.max(leastMs, deadline - clock.monotonicMs()));
}
