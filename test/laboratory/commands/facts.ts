import type { Entry } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import type { MemoryTable } from "../../virtual/memory-ledger.ts";

/** What lies in the table at one moment. */
export interface Facts {
  readonly entries: ReadonlyMap<string, Entry>;
  /** All that is there, as text: the same text, the same table. */
  readonly text: string;
}

export function factsOf({ entries, lanes }: MemoryTable): Facts {
  const written = [...lanes].filter(
    ([, { head, counter, tickets }]) => head.rev > 0 || counter !== undefined || tickets.size > 0,
  );
  const text = JSON.stringify([
    [...entries.values()],
    written.map(([name, { counter, listed, head, tickets, batches }]) => [
      name,
      counter,
      listed,
      head,
      [...tickets],
      [...batches],
    ]),
  ]);
  return { entries: new Map(entries), text };
}

/** The entries that are new, that wait again, that were dropped, between two moments. */
export function changesBetween(before: Facts, after: Facts) {
  const entries = [...after.entries.values()];
  const was = ({ identity }: Entry) => before.entries.get(identity);
  const again = entries.filter(entry => (was(entry)?.round ?? entry.round) < entry.round);
  const dropped = entries.filter(
    entry => entry.outcome === "dropped" && was(entry)?.state === "waiting",
  );
  const added = entries.filter(entry => was(entry) === undefined);
  const others = entries.filter(entry => {
    const old = was(entry);
    return (
      old !== undefined &&
      JSON.stringify(old) !== JSON.stringify(entry) &&
      !again.includes(entry) &&
      !dropped.includes(entry)
    );
  });
  return { again, dropped, added, others };
}

/** Entries that wait for a batch, by lane: those of the open batch do not. */
export function waitingIn(lane: string, { entries, lanes }: MemoryTable): readonly Entry[] {
  const open = new Set(
    lanes.get(lane)?.head.open?.members.map(({ seq, round }) => `${seq}.${round}`),
  );
  return [...entries.values()]
    .filter(entry => entry.lane === lane && entry.state === "waiting")
    .filter(({ seq, round }) => !open.has(`${seq}.${round}`))
    .toSorted((one, other) => one.seq - other.seq);
}
