import type { Ledger } from "./ledger/ledger.ts";
import type { Head } from "./ledger/ledger-contents.ts";
import { type LedgerRetries, retryLedger } from "./retry-ledger.ts";
import { MIN_LOOK_GAP_MS } from "./ripeness.ts";
import type { Wake } from "./wake.ts";

export interface WakeDependencies extends LedgerRetries {
  readonly ledger: Ledger;
  readonly wake: Wake;
}

/** What is new in a lane, for one that sleeps. */
export interface News {
  /** When something can be ripe by what is new alone. */
  readonly ripeAt: (head: Pick<Head, "begins">) => number;
  /** The highest number of what is new. */
  readonly last: number;
  /** The smallest `most` of its rules. */
  readonly most: number;
}

/** For whoever wants the lane to look at once, whatever it waits for. */
export const LOOK_AT_ONCE: News = { ripeAt: () => 0, last: 0, most: 1 };

/**
 * Makes sure that an execution of the lane exists that sees what was written before this call:
 * reads the generation and wakes it. Where a generation is known from before, that one is woken
 * beside the read; if it is still the one, that was all.
 *
 * A lane that sleeps for longer than the news allow is succeeded: the next generation looks at
 * once, and the sleeper finds itself replaced when its time comes.
 */
export async function wakeLane(
  lane: string,
  news: News,
  dependencies: WakeDependencies,
  known?: number,
): Promise<string | undefined> {
  const early = known === undefined ? undefined : settle(dependencies.wake(lane, known));
  const head = await retryLedger(dependencies, () => dependencies.ledger.readHead(lane));
  const gen = await rouse(lane, head, news, dependencies);
  if (early === undefined || gen !== known) return dependencies.wake(lane, gen);
  const woken = await early;
  if (woken.kind === "failed") throw woken.error;
  return woken.arn;
}

/** The generation that is to be woken. */
async function rouse(
  lane: string,
  head: Head,
  news: News,
  dependencies: WakeDependencies,
): Promise<number> {
  if (!wakesEarly(head, news)) return head.gen;
  // Whoever raised it before us wakes what is there now; so do we.
  return (await retryLedger(dependencies, () => dependencies.ledger.raise(lane, head.gen))).head
    .gen;
}

/** Whether the news can make something ripe before the lane looks again by itself. */
export function wakesEarly(head: Pick<Head, "begins" | "sleep">, news: News): boolean {
  const { sleep } = head;
  if (sleep === undefined) return false;
  if (news.ripeAt(head) < sleep.until - MIN_LOOK_GAP_MS) return true;
  // A group that waited is full with `full`; one that is new, with `most` numbers more.
  const full = Math.min(sleep.full ?? Number.POSITIVE_INFINITY, sleep.seen + news.most);
  return news.last >= full;
}

type Woken =
  | { readonly kind: "woken"; readonly arn: string | undefined }
  | { readonly kind: "failed"; readonly error: unknown };

/** Not awaited at once, so a failure must not count as one that nobody handles. */
async function settle(work: Promise<string | undefined>): Promise<Woken> {
  try {
    return { kind: "woken", arn: await work };
  } catch (error) {
    return { kind: "failed", error };
  }
}
