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

/** What waits in a lane, the members of its open batch included; of very many about the first `most`. */
export async function readTickets(
  lane: string,
  dependencies: Dependencies,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly Ticket[]> {
  const tickets: Ticket[] = [];
  let after: Member | undefined;
  do {
    const from = after === undefined ? {} : { after };
    const page = await retryLedger(dependencies, () =>
      dependencies.ledger.queryTickets(lane, from),
    );
    tickets.push(...page.tickets);
    after = page.after;
  } while (after !== undefined && tickets.length < most);
  return tickets;
}
