import { finishDrop } from "../finish-drop.ts";
import type { HeadChange } from "../ledger/ledger.ts";
import type { Head, OpenBatch } from "../ledger/ledger-contents.ts";
import { LedgerFault } from "../ledger/ledger-fault.ts";
import { memberOf } from "../ledger/ticket.ts";
import { retryLedger } from "../retry-ledger.ts";
import { MIN_LOOK_GAP_MS, type Ripeness } from "../ripeness.ts";
import type { Glance } from "./durable-watch.ts";
import { findRipe } from "./find-ripe.ts";
import type { LaneDependencies } from "./lane-dependencies.ts";

/** What a look at the lane comes to. */
export type Look =
  /** This batch is open, and mine to see through. */
  | { readonly kind: "batch"; readonly batch: number }
  /** Nothing for this generation; one last look, and the end. */
  | { readonly kind: "over" };

/** Each turn is a race that was lost to somebody else, who got something done. */
const MAX_TURNS = 20;

/**
 * One look at the lane by generation `gen`, which decides what comes next. With `handOver` the lane
 * is left to a successor, unless a batch is open. `lookingSince` is the time of the first of several
 * looks for one batch.
 */
export async function look(
  lane: string,
  gen: number,
  handOver: boolean,
  dependencies: LaneDependencies,
  lookingSince = dependencies.epochMs(),
): Promise<Glance<Look>> {
  const over: Glance<Look> = { kind: "found", found: { kind: "over" } };
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const head = await retryLedger(dependencies, () => dependencies.ledger.readHead(lane));
    if (head.gen !== gen) return over;
    if (head.open !== undefined) return openBatch(head.open.id);
    if (handOver) {
      if (await leave(lane, head, dependencies)) return over;
      continue;
    }
    if (head.drop !== undefined) {
      await finishDrop(lane, head.drop, dependencies);
      continue;
    }
    const waiting: Known =
      head.hold === undefined
        ? await findRipe(lane, head, dependencies, lookingSince)
        : { kind: "empty" };
    switch (waiting.kind) {
      case "empty":
        if (await leave(lane, head, dependencies)) return over;
        continue;
      case "ripe":
      case "incomplete":
        if (await claim(lane, head, waiting, dependencies)) return openBatch(head.nb);
        continue;
      case "later": {
        const asleep = await sleepUntil(lane, head, waiting, dependencies, lookingSince);
        if (asleep !== undefined) return { kind: "wait", until: asleep };
      }
    }
  }
  return { kind: "wait", until: dependencies.epochMs() + MIN_LOOK_GAP_MS };
}

function openBatch(batch: number): Glance<Look> {
  return { kind: "found", found: { kind: "batch", batch } };
}

/**
 * Each of the following writes counts only if the head is as it was read. One whose answer was lost
 * is not asked for again: whether it was done, the next turn sees.
 */
async function taken(work: Promise<HeadChange>): Promise<HeadChange | undefined> {
  try {
    const change = await work;
    return change.kind === "done" ? change : undefined;
  } catch (error) {
    if (error instanceof LedgerFault && error.reason === "unanswered") return undefined;
    throw error;
  }
}

async function leave(
  lane: string,
  { gen, rev }: Head,
  { ledger }: LaneDependencies,
): Promise<boolean> {
  return (await taken(ledger.raise(lane, gen, rev))) !== undefined;
}

async function claim(
  lane: string,
  { nb, rev }: Head,
  ripe: Extract<Ripeness, { kind: "ripe" | "incomplete" }>,
  { ledger, log }: LaneDependencies,
): Promise<boolean> {
  const open: OpenBatch = {
    id: nb,
    members: ripe.members.map(memberOf),
    ...(ripe.kind === "incomplete" && { missing: ripe.missing }),
  };
  if ((await taken(ledger.claim(lane, rev, open))) === undefined) return false;
  log.info("batch claimed", { batch: nb, events: open.members.length });
  return true;
}

/**
 * First says until when it sleeps, then looks again: whoever writes a ticket and then reads the head
 * either is seen by this second look, or sees that the lane sleeps. Undefined: something changed.
 */
async function sleepUntil(
  lane: string,
  { rev }: Head,
  later: Later,
  dependencies: LaneDependencies,
  lookingSince: number,
): Promise<number | undefined> {
  const { ledger, epochMs } = dependencies;
  const until = Math.ceil(Math.max(later.at, epochMs() + MIN_LOOK_GAP_MS));
  const sleep = { until, seen: later.seen, ...(later.full !== undefined && { full: later.full }) };
  const asleep = await taken(ledger.fallAsleep(lane, rev, sleep));
  if (asleep === undefined) return undefined;
  const again = await findRipe(lane, asleep.head, dependencies, lookingSince);
  return again.kind === "later" && isNoEarlier(again, later) ? until : undefined;
}

/** Of all tickets that matter. */
type Known = Exclude<Ripeness, { kind: "unknown" }>;
type Later = Extract<Ripeness, { kind: "later" }>;

function isNoEarlier(one: Later, other: Later): boolean {
  const { full = Number.POSITIVE_INFINITY } = one;
  return (
    one.at >= other.at &&
    one.seen === other.seen &&
    full >= (other.full ?? Number.POSITIVE_INFINITY)
  );
}
