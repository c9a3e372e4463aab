import type { Head, Member, Ticket } from "./ledger/ledger-contents.ts";
import { memberText } from "./ledger/ticket.ts";

/** The tickets that wait for a batch: all but those of the open one, which go when it has ended. */
export function waitingTickets<Place extends Member>(
  tickets: readonly Place[],
  { open }: Pick<Head, "open">,
): readonly Place[] {
  const taken = new Set(open?.members.map(memberText));
  return tickets.filter(ticket => !taken.has(memberText(ticket)));
}

/** When the event came that waits longest, milliseconds since 1970; undefined when none waits. */
export function waitingSince(waiting: readonly Pick<Ticket, "at">[]): number | undefined {
  const [first] = waiting;
  // Not by the arguments of a call: in a backlog of 150,000 they have no place on the stack.
  return first && waiting.reduce((since, { at }) => Math.min(since, at), first.at);
}

/** Whether there is something for an execution of the lane to do. */
export function hasWork(
  { open, drop, hold }: Pick<Head, "open" | "drop" | "hold">,
  hasTickets: boolean,
): boolean {
  return open !== undefined || drop !== undefined || (hold === undefined && hasTickets);
}
