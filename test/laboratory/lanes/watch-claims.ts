import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";
import type { Ticket } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import { memberText } from "../../../lambda/lanes/ledger/ticket.ts";
import type { MemoryTable } from "../../virtual/memory-ledger.ts";

/** A batch as it was claimed. */
export interface Claim {
  readonly lane: string;
  readonly batch: number;
  /** The true time, milliseconds since 1970. */
  readonly at: number;
  /** How far ahead the claimer's clock was. */
  readonly skewMs: number;
  readonly tickets: readonly Ticket[];
  readonly missing: readonly string[] | undefined;
  /** When the route's last run began, as the lane knew it. */
  readonly begins: Readonly<Record<string, number>>;
}

/** Tells of each claim that took effect. */
export function watchClaims(
  ledger: Ledger,
  table: MemoryTable,
  onClaim: (claim: Omit<Claim, "at" | "skewMs">) => void,
): Ledger {
  return {
    ...ledger,
    async claim(lane, rev, open) {
      const change = await ledger.claim(lane, rev, open);
      if (change.kind === "done") {
        const held = table.lanes.get(lane);
        const tickets = open.members.flatMap(member => held?.tickets.get(memberText(member)) ?? []);
        const { begins } = change.head;
        onClaim({ lane, batch: open.id, tickets, missing: open.missing, begins });
      }
      return change;
    },
  };
}
