import type { Reply } from "../etlworks/reply.ts";
import { jittered } from "./backoff.ts";
import type { Host } from "./host.ts";

/** How long a read before the start may be tried again, unless the caller has less time. */
export const PATIENCE_MS = 60_000;

/**
 * Repeats a read that met a fault, a 429 or no connection, for up to a minute. Only for calls that
 * change nothing. `patienceMs` may make the minute shorter.
 */
export async function retryRead<Value>(
  host: Host,
  name: string,
  read: () => Promise<Reply<Value>>,
  patienceMs = PATIENCE_MS,
): Promise<Reply<Value>> {
  const limit = Math.min(PATIENCE_MS, patienceMs);
  const first: Attempts<Value> = { attempts: 0, since: null, at: 0, jitter: 0, reply: null };
  const state = await host.until(
    name,
    first,
    async ({ attempts, since }): Promise<Attempts<Value>> => {
      const begun = host.clock.monotonicMs();
      const reply = await read();
      const at = host.clock.monotonicMs();
      return { attempts: attempts + 1, since: since ?? begun, at, jitter: host.random(), reply };
    },
    attempts => nextDelay(attempts, limit),
  );
  return state.reply ?? { kind: "stopped", mayHaveArrived: false };
}

interface Attempts<Value> {
  readonly attempts: number;
  readonly since: number | null;
  readonly at: number;
  readonly jitter: number;
  readonly reply: Reply<Value> | null;
}

function nextDelay<Value>(
  { attempts, since, at, jitter, reply }: Attempts<Value>,
  patienceMs: number,
): number | "done" {
  if (reply === null || !isPassing(reply)) return "done";
  const asked = reply.kind === "rate-limited" ? (reply.retryAfterMs ?? 0) : 0;
  const delay = Math.max(asked, jittered(Math.min(10_000, 1_000 * 2 ** (attempts - 1)), jitter));
  return at + delay - (since ?? at) > patienceMs ? "done" : delay;
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
