import type { Reply } from "../etlworks/replies/reply.ts";
import { jittered, waitAsked } from "./backoff.ts";
import type { Host } from "./host.ts";

/** How long a read before the start may be tried again, unless the caller has less time. */
export const PATIENCE_MS = 60_000;

/**
 * Repeats a read that met a fault, a 429 or no connection, for up to a minute. Only for calls that
 * change nothing. `patienceMs` may make the minute shorter. A server that says when to come back is
 * waited for beyond the minute, for all of `patienceMs`.
 */
export async function retryRead<Value>(
  host: Host,
  name: string,
  read: () => Promise<Reply<Value>>,
  patienceMs = PATIENCE_MS,
): Promise<Reply<Value>> {
  const first: Attempts<Value> = {
    attempts: 0,
    first: null,
    since: null,
    at: 0,
    jitter: 0,
    reply: null,
  };
  const state = await host.until(
    name,
    first,
    async (before): Promise<Attempts<Value>> => {
      const startedAt = host.clock.monotonicMs();
      const reply = await read();
      return {
        attempts: before.attempts + 1,
        first: before.first ?? startedAt,
        // The minute is for what nobody announced.
        since:
          before.reply !== null && waitAsked(before.reply) !== undefined
            ? startedAt
            : (before.since ?? startedAt),
        at: host.clock.monotonicMs(),
        jitter: host.random(),
        reply,
      };
    },
    attempts => nextDelay(attempts, patienceMs),
  );
  return state.reply ?? { kind: "stopped", mayHaveArrived: false };
}

interface Attempts<Value> {
  readonly attempts: number;
  readonly first: number | null;
  /** When the first of the reads began since the last that was told when to come back. */
  readonly since: number | null;
  readonly at: number;
  readonly jitter: number;
  readonly reply: Reply<Value> | null;
}

function nextDelay<Value>(
  { attempts, first, since, at, jitter, reply }: Attempts<Value>,
  patienceMs: number,
): number | "done" {
  if (reply === null || !isPassing(reply)) return "done";
  const asked = waitAsked(reply) ?? 0;
  const delay = Math.max(asked, jittered(Math.min(10_000, 1_000 * 2 ** (attempts - 1)), jitter));
  const unannounced = asked > 0 ? 0 : at + delay - (since ?? at);
  const all = at + delay - (first ?? at);
  return unannounced > PATIENCE_MS || all > patienceMs ? "done" : delay;
}

/** Whether the same read may have an answer a moment later. */
export function isPassing(reply: Reply<unknown>): boolean {
  switch (reply.kind) {
    case "rate-limited":
      return true;
    case "unreachable":
      return !reply.permanent;
    case "fault":
      return !reply.website;
    case "value":
    case "unauthorized":
    case "rejected":
    case "absent":
    case "stopped":
      return false;
  }
}
