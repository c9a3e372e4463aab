import type { Ledger } from "../ledger/ledger.ts";
import type { Member, Ticket } from "../ledger/ledger-contents.ts";
import { type LedgerRetries, retryLedger } from "../retry-ledger.ts";

type Dependencies = LedgerRetries & { readonly ledger: Ledger };

/** The lanes that had an event of late. */
export async function readLanes(dependencies: Dependencies): Promise<readonly string[]> {
  const lanes: string[] = [];
  let after: string | undefined;
  do {
    const from = after;
    const page = await retryLedger(dependencies, () => dependencies.ledger.listLanes(from));
    lanes.push(...page.lanes);
    after = page.after;
  } while (after !== undefined);
  return lanes;
}

/** What is kept of a ticket: a backlog may have a million, and whole they have no place in memory. */
export type TicketPlace = Pick<Ticket, "seq" | "round" | "at">;

/** What waits in a lane, the members of its open batch included; of very many about the first `most`. */
export async function readPlaces(
  lane: string,
  dependencies: Dependencies,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly TicketPlace[]> {
  return readTickets(lane, dependencies, ({ seq, round, at }) => ({ seq, round, at }), most);
}

/** The same, by what `kept` makes of each. */
export async function readTickets<Kept>(
  lane: string,
  dependencies: Dependencies,
  kept: (ticket: Ticket) => Kept,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly Kept[]> {
  const tickets: Kept[] = [];
  let after: Member | undefined;
  do {
    const from = after === undefined ? {} : { after };
    const page = await retryLedger(dependencies, () =>
      dependencies.ledger.queryTickets(lane, from),
    );
    for (const ticket of page.tickets) tickets.push(kept(ticket));
    after = page.after;
  } while (after !== undefined && tickets.length < most);
  return tickets;
}
