import { deleteTickets } from "./batch-members.ts";
import { type Ledger, MAX_DROPPED } from "./ledger/ledger.ts";
import type { Drop, Member } from "./ledger/ledger-contents.ts";
import { type LedgerRetries, retryLedger } from "./retry-ledger.ts";
import { waitingTickets } from "./waiting.ts";

/**
 * Drops what the drop of a lane says, and ends it. Whoever meets a drop finishes it: the lane, or the
 * next command. While it is there nothing is claimed, and each write asks for it again, so a slow
 * hand can drop nothing that has been claimed since. Resolves with how many entries were dropped.
 */
export async function finishDrop(
  lane: string,
  drop: Drop,
  dependencies: LedgerRetries & { readonly ledger: Ledger; readonly epochMs: () => number },
): Promise<number> {
  const { ledger } = dependencies;
  let dropped = 0;
  let after: Member | undefined;
  for (;;) {
    const page = { upto: drop.upto, ...(after !== undefined && { after }) };
    const found = await retryLedger(dependencies, () => ledger.queryTickets(lane, page));
    const head = await retryLedger(dependencies, () => ledger.readHead(lane));
    if (head.drop?.id !== drop.id) return dropped;
    const rest = waitingTickets(found.tickets, head);
    for (let from = 0; from < rest.length; from += MAX_DROPPED) {
      const some = rest.slice(from, from + MAX_DROPPED);
      const at = dependencies.epochMs();
      const result = await retryLedger(dependencies, () =>
        ledger.dropEntries(lane, drop.id, some, at),
      );
      if (result.kind === "no-drop") return dropped;
      if (result.kind === "dropped") dropped += some.length;
      // Another hand was here before, or a ticket outlived its entry's round: it stands for nothing.
      else await deleteTickets(lane, result.members, dependencies);
    }
    if (rest.length > 0) {
      // What was refused together is dropped without the others, from the start.
      after = undefined;
      continue;
    }
    after = found.after;
    if (after !== undefined) continue;
    await retryLedger(dependencies, () => ledger.finishDrop(lane, drop.id));
    return dropped;
  }
}
