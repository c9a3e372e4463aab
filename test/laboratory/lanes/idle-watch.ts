import { compareMembers, memberText } from "../../../lambda/lanes/ledger/ticket.ts";
import { ripen } from "../../../lambda/lanes/ripeness.ts";
import type { MemoryTable } from "../../virtual/memory-ledger.ts";
import type { VirtualTime } from "../../virtual/virtual-time.ts";

/** How long a lane stood idle although something was ripe in it and nobody held it. */
export interface Watch {
  note(lane: string): void;
  readonly longest: Map<string, { readonly milliseconds: number; readonly from: number }>;
}

const SAMPLE_MS = 1_000;

/**
 * Looks at the table as somebody who sees all and has the true time. What is ripe changes with time
 * as well, so an idle lane is looked at once a second.
 */
export function createWatch(given: {
  readonly time: VirtualTime;
  readonly table: MemoryTable;
  readonly epochMs: number;
}): Watch {
  const { time, table, epochMs } = given;
  const since = new Map<string, number>();
  const sampled = new Set<string>();
  const longest: Watch["longest"] = new Map();

  const sample = (lane: string) => {
    const from = since.get(lane);
    if (isRipe(lane)) {
      if (from === undefined) since.set(lane, time.now());
      const milliseconds = time.now() - (since.get(lane) ?? 0);
      if (milliseconds > (longest.get(lane)?.milliseconds ?? 0)) {
        longest.set(lane, { milliseconds, from: since.get(lane) ?? 0 });
      }
    } else since.delete(lane);
  };
  const again = (lane: string) => {
    if (sampled.has(lane) || !waits(lane)) return;
    sampled.add(lane);
    time.after(SAMPLE_MS, () => {
      sampled.delete(lane);
      sample(lane);
      again(lane);
    });
  };
  const waits = (lane: string): boolean => {
    const held = table.lanes.get(lane);
    if (held === undefined || held.head.open !== undefined) return false;
    return held.head.hold === undefined && held.tickets.size > 0;
  };
  const isRipe = (lane: string): boolean => {
    const held = table.lanes.get(lane);
    if (held === undefined || !waits(lane) || held.head.drop !== undefined) return false;
    const tickets = [...held.tickets.values()].toSorted(compareMembers);
    const real = tickets.filter(ticket => {
      const entry = table.entries.get(ticket.identity);
      return entry?.state === "waiting" && memberText(entry) === memberText(ticket);
    });
    const now = epochMs + time.now();
    const { begins } = held.head;
    const { kind } = ripen({ tickets: real, complete: true, begins, now });
    return kind === "ripe" || kind === "incomplete";
  };

  return {
    longest,
    note(lane) {
      if (lane === "") return;
      sample(lane);
      again(lane);
    },
  };
}
