import type { Batch, Out } from "../ledger/ledger-contents.ts";
import { retryLedger } from "../retry-ledger.ts";
import type { Glance } from "./durable-watch.ts";
import { type LaneDependencies, zombieMs } from "./lane-dependencies.ts";
import { whyRunnerEnded, whyStartUnknown } from "./runner-failure.ts";

/** What the wait for a batch's end comes to. */
export type Awaited =
  /** It has its outcome, and no runner of it is at work. */
  | { readonly kind: "out" }
  /** Its runner is gone and left this run behind. */
  | { readonly kind: "follow"; readonly auditId: string }
  /** It is another generation's now. */
  | { readonly kind: "lost" };

/** Looks become rare when a run goes on for hours. */
const MIN_GAP_MS = 10_000;
const MAX_GAP_MS = 300_000;

/** Races that were lost to somebody who changed the batch. */
const MAX_TURNS = 10;

/**
 * One look at a batch whose runner was started, by us or by an execution before us. The outcome
 * comes from the batch and never from what the invocation returned, which hides how it ended.
 *
 * When the runner is gone by AWS's word, and so long that no invocation of it can be at work any
 * more: a batch that it never began is `not-started`, which also keeps it from ever being begun; one
 * whose run is known is followed; and only what nobody can know is `start-unknown`.
 */
export async function awaitOut(
  lane: string,
  gen: number,
  id: number,
  childEndedAt: number,
  startedAt: number,
  dependencies: LaneDependencies,
  /** What AWS says of our own child's end, if it was no good one. */
  childFailure?: string,
): Promise<Glance<Awaited>> {
  const { ledger, epochMs } = dependencies;
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const batch = await retryLedger(dependencies, () => ledger.readBatch(lane, id));
    if (batch === undefined) return found({ kind: "lost" });
    if (batch.out !== undefined && batch.out.kind !== "start-unknown")
      return found({ kind: "out" });
    if (batch.st === "claimed" && batch.out === undefined && batch.gen !== gen) {
      return found({ kind: "lost" });
    }
    const gone = await goneAt(batch, childEndedAt, dependencies);
    const now = epochMs();
    if (gone === "at work") {
      const gap = Math.min(Math.max(MIN_GAP_MS, (now - startedAt) / 10), MAX_GAP_MS);
      return { kind: "wait", until: now + gap };
    }
    if (now < gone) return { kind: "wait", until: gone };
    if (batch.out !== undefined) return found({ kind: "out" });
    if (batch.auditId !== undefined) return found({ kind: "follow", auditId: batch.auditId });
    // Refused when the batch changed since it was read; the next turn sees how.
    await retryLedger(dependencies, () =>
      ledger.settleBatch(lane, id, batch, settlement(batch, now, childFailure)),
    );
  }
  return { kind: "wait", until: epochMs() + MIN_GAP_MS };
}

/** From when on no invocation of the batch's runner can be at work. */
async function goneAt(
  { runner, begunAt = 0 }: Batch,
  childEndedAt: number,
  dependencies: LaneDependencies,
): Promise<number | "at work"> {
  // Nobody began it, so it is our own child that has ended.
  if (runner === undefined) return childEndedAt + zombieMs(dependencies);
  const state = await dependencies.askExecution(runner);
  switch (state.kind) {
    case "running":
      return "at work";
    case "ended":
      return state.at + zombieMs(dependencies);
    case "unknown":
      // It ended days ago; or it is so new that not all of AWS has heard of it.
      return begunAt + zombieMs(dependencies);
  }
}

function settlement({ st }: Batch, at: number, childFailure: string | undefined): Out {
  return st === "claimed"
    ? {
        kind: "not-started",
        verdict: "fail",
        message: whyNotStarted(childFailure),
        at,
        by: "lane",
      }
    : {
        kind: "start-unknown",
        verdict: "fail",
        message: whyStartUnknown(childFailure) ?? DIED_AT_START,
        at,
        by: "lane",
      };
}

const DIED_AT_START =
  "The runner ended while it was starting the flow, so it is not known whether the run began. Look at the history of the flow in Etlworks. If there is no run, run the events again.";

/** Where the runner could not even be invoked, it has no log. */
function whyNotStarted(childFailure: string | undefined): string {
  if (childFailure === undefined) {
    return "The runner ended before it started the flow. Its log says why. Fix the cause, then run the events again.";
  }
  const why = whyRunnerEnded(childFailure);
  return `The runner ended before it started the flow (${why}). Its log may say more. Fix the cause, then run the events again.`;
}

function found(awaited: Awaited): Glance<Awaited> {
  return { kind: "found", found: awaited };
}
