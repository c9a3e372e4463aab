import { mapWithLimit } from "../../shared/map-with-limit.ts";
import { type Ledger, MAX_DELETED, MAX_READ } from "./ledger/ledger.ts";
import type { Entry, Member, Ticket } from "./ledger/ledger-contents.ts";
import { LedgerFault } from "./ledger/ledger-fault.ts";
import { type LedgerRetries, retryLedger } from "./retry-ledger.ts";

type Dependencies = LedgerRetries & { readonly ledger: Ledger };

/** Calls of the table side by side, within the connections of one client. */
export const CALLS_AT_A_TIME = 20;

/** The tickets of a batch that are still there, in order of arrival. */
export async function readMembers(
  lane: string,
  members: readonly Member[],
  dependencies: Dependencies,
): Promise<readonly Ticket[]> {
  const pages = await mapWithLimit(chunked(members, MAX_READ), CALLS_AT_A_TIME, some =>
    retryLedger(dependencies, () => dependencies.ledger.readTickets(lane, some)),
  );
  return pages.flat();
}

/** Of entries, which may have 400 KB each: with more of them a function has no memory for the answers. */
const ENTRY_CALLS_AT_A_TIME = 2;

/**
 * The entries of these tickets, in their order. All of them exist as long as they wait. Only the last
 * one comes with its parameters, which are the batch's: those of all could be 400 MB.
 */
export async function readEntriesOf(
  tickets: readonly Pick<Ticket, "identity">[],
  dependencies: Dependencies,
): Promise<readonly Entry[]> {
  const identities = tickets.map(({ identity }) => identity);
  const newest = identities.at(-1);
  const pages = await mapWithLimit(
    chunked(identities, MAX_READ),
    ENTRY_CALLS_AT_A_TIME,
    async some => {
      const entries = await retryLedger(dependencies, () => dependencies.ledger.readEntries(some));
      return entries.map(entry => (entry.identity === newest ? entry : withoutParameters(entry)));
    },
  );
  return pages.flat();
}

function withoutParameters(entry: Entry): Entry {
  return { ...entry, decision: { ...entry.decision, parameters: {} } };
}

export async function deleteTickets(
  lane: string,
  members: readonly Member[],
  dependencies: Dependencies,
): Promise<void> {
  await mapWithLimit(chunked(members, MAX_DELETED), CALLS_AT_A_TIME, some =>
    deleteSome(lane, some, dependencies),
  );
}

async function deleteSome(
  lane: string,
  members: readonly Member[],
  dependencies: Dependencies,
): Promise<void> {
  let rest = members;
  // What was not taken is asked for again, so the work must begin with what is left.
  await retryLedger(dependencies, async () => {
    rest = await dependencies.ledger.deleteTickets(lane, rest);
    if (rest.length > 0) throw new LedgerFault("throttled", "Some tickets were not deleted.");
  });
}

function chunked<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const chunks: (readonly Item[])[] = [];
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size));
  return chunks;
}
