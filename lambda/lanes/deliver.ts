import { messageOf } from "../../shared/thrown.ts";
import type { Decision } from "../decision.ts";
import type { PutEntry } from "./ledger/ledger.ts";
import { ticketOf } from "./ledger/ticket.ts";
import { retryLedger } from "./retry-ledger.ts";
import { ripeWith } from "./ripeness.ts";
import { type News, type WakeDependencies, wakeLane } from "./wake-lane.ts";

export interface DeliverDependencies extends WakeDependencies {
  readonly epochMs: () => number;
}

/** What became of one decision. */
export type Delivered =
  /** It is in the ledger, and an execution of its lane exists that will see it. */
  | { readonly kind: "delivered" }
  /** Another copy of the event came before and waits; its lane was woken again. */
  | { readonly kind: "duplicate"; readonly state: "waiting" }
  /** Another copy of the event came before; this became of it. */
  | { readonly kind: "duplicate"; readonly state: "told"; readonly outcome: string }
  /** Nothing is promised: it goes back to AWS, which delivers it again or parks it. */
  | { readonly kind: "failed"; readonly message: string };

/** Delivers decisions; the results are in their order. Each lane is woken once. */
export async function deliver(
  decisions: readonly Decision[],
  dependencies: DeliverDependencies,
): Promise<readonly Delivered[]> {
  const results: Delivered[] = [];
  const lanes = Map.groupBy(decisions.entries(), ([, { lane }]) => lane);
  await Promise.all(
    [...lanes].map(async ([lane, ofLane]) => {
      const delivered = await deliverToLane(
        lane,
        ofLane.map(([, decision]) => decision),
        dependencies,
      );
      for (const [place, [index]] of ofLane.entries()) {
        results[index] = delivered[place] ?? failed("it was not delivered");
      }
    }),
  );
  return results;
}

/**
 * Three round trips for any number of events of one lane, and a fourth when the generation moved in
 * between: numbers, beside the head; entries; the head again, beside the wake-up.
 *
 * The order is what matters: **the entry is written, then the generation is read, then it is
 * woken.** An execution that ends raises the generation and looks once more, so whoever reads the
 * generation after the write wakes somebody who sees the entry.
 */
async function deliverToLane(
  lane: string,
  decisions: readonly Decision[],
  dependencies: DeliverDependencies,
): Promise<readonly Delivered[]> {
  const { ledger } = dependencies;
  const at = dependencies.epochMs();
  const numbers = retryLedger(dependencies, () => ledger.takeNumbers(lane, decisions.length, at));
  const head = retryLedger(dependencies, () => ledger.readHead(lane));
  const opening = await settle(Promise.all([numbers, head]));
  if (opening.kind === "failed") return decisions.map(() => failed(opening.message));

  const [{ first }, { gen }] = opening.value;
  const written = await Promise.all(
    decisions.map((decision, index) => write(decision, first + index, at, dependencies)),
  );
  // A copy of the event may wait in another lane, when the route has got another one since.
  const wakings = new Map<string, Promise<Settled<unknown>>>();
  for (const { waitsIn } of written) {
    if (waitsIn === undefined || wakings.has(waitsIn)) continue;
    const news = newsOf(decisions, first, at);
    wakings.set(
      waitsIn,
      settle(wakeLane(waitsIn, news, dependencies, waitsIn === lane ? gen : undefined)),
    );
  }
  return Promise.all(
    written.map(async ({ waitsIn, result }) => {
      const woken = waitsIn === undefined ? undefined : await wakings.get(waitsIn);
      return woken?.kind === "failed" ? failed(woken.message) : result;
    }),
  );
}

interface Written {
  readonly result: Delivered;
  /** The lane in which it waits, which must be woken. */
  readonly waitsIn?: string;
}

async function write(
  decision: Decision,
  seq: number,
  at: number,
  dependencies: DeliverDependencies,
): Promise<Written> {
  const put = await settle(
    retryLedger(dependencies, () => dependencies.ledger.putEntry({ seq, at, decision })),
  );
  if (put.kind === "failed") return { result: failed(put.message) };
  return readPut(put.value, decision.lane, seq);
}

function readPut(put: PutEntry, lane: string, seq: number): Written {
  if (put.kind === "written") return { result: { kind: "delivered" }, waitsIn: lane };
  const { entry } = put;
  if (entry.state === "told") {
    return { result: { kind: "duplicate", state: "told", outcome: entry.outcome ?? "" } };
  }
  // The answer to our own write may have been lost. Else its dispatcher may have died before it woke
  // the lane, so a copy that waits wakes as well.
  const isOurs = entry.lane === lane && entry.seq === seq;
  const result: Delivered = isOurs
    ? { kind: "delivered" }
    : { kind: "duplicate", state: "waiting" };
  return { result, waitsIn: entry.lane };
}

function newsOf(decisions: readonly Decision[], first: number, at: number): News {
  const tickets = decisions.map((decision, index) =>
    ticketOf({ seq: first + index, at, decision }),
  );
  return {
    last: first + decisions.length - 1,
    most: Math.min(...tickets.map(({ rule }) => rule?.most ?? 1)),
    ripeAt: ({ begins }) => Math.min(...tickets.map(ticket => ripeWith(ticket, begins))),
  };
}

type Settled<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly message: string };

async function settle<T>(work: Promise<T>): Promise<Settled<T>> {
  try {
    return { kind: "done", value: await work };
  } catch (error) {
    return failed(messageOf(error));
  }
}

function failed(message: string): { readonly kind: "failed"; readonly message: string } {
  return { kind: "failed", message };
}
