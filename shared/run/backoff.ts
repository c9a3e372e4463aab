import type { Reply } from "../etlworks/replies/reply.ts";
import { defaultPollCostSeconds } from "./schedule.ts";

/** The cost after so many doublings (a 429, a lost race): at most 512 s, so gaps stay bounded. */
export function pollCostSeconds(doublings: number): number {
  return defaultPollCostSeconds * 2 ** Math.min(Math.max(0, doublings), 10);
}

/** Moves a wait by up to 10 % either way, so that many waiters do not ask at the same moment. */
export function jittered(milliseconds: number, random: number): number {
  return milliseconds * (0.9 + 0.2 * random);
}

/** How long a 429 asks to wait. "Come back in 0 s" is said by servers that do not mean it. */
export function waitAsked(reply: Reply<unknown>): number | undefined {
  const asked = reply.kind === "rate-limited" ? (reply.retryAfterMs ?? 0) : 0;
  return asked < 1_000 ? undefined : asked;
}
