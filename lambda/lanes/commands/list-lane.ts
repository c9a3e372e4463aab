import type { Ledger } from "../ledger/ledger.ts";
import { type LedgerRetries, retryLedger } from "../retry-ledger.ts";

/**
 * Puts a lane on the list of the sweep, which it leaves when it has been idle for a day: what waits
 * or is held by a command must be seen, counted and looked after as after an event. Takes a number,
 * as an event does, so that a sweep that is about to forget the lane finds it changed.
 */
export async function listLane(
  lane: string,
  dependencies: LedgerRetries & { readonly ledger: Ledger; readonly epochMs: () => number },
): Promise<void> {
  const at = dependencies.epochMs();
  await retryLedger(dependencies, () => dependencies.ledger.takeNumbers(lane, 1, at));
}
