import { nearestFirst } from "../../../shared/did-you-mean.ts";
import { UserError } from "../../../shared/user-error.ts";
import { beginningOf, cutText } from "../../cut-text.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { NEW_HEAD } from "../ledger/ledger-contents.ts";
import { type LedgerRetries, retryLedger } from "../retry-ledger.ts";
import { readLanes } from "./read-lanes.ts";

/** What an answer can show, and what comparing takes no time for. */
const MAX_NAMES = 5;
const MAX_NAME = 200;

/**
 * Throws when nobody has heard of the lane: whoever mistypes it would else be told that it is held,
 * and the lane that was meant would go on. `expected` are lanes that may be held before their first
 * event. A lane that was idle for long is not listed any more, but has its head.
 */
export async function refuseUnknownLane(
  lane: string,
  expected: readonly string[],
  dependencies: LedgerRetries & { readonly ledger: Ledger },
): Promise<void> {
  if (expected.includes(lane)) return;
  const head = await retryLedger(dependencies, () => dependencies.ledger.readHead(lane));
  if (head.rev !== NEW_HEAD.rev) return;
  const known = [...new Set([...(await readLanes(dependencies)), ...expected])];
  if (known.includes(lane)) return;
  const shown = (name: string) => JSON.stringify(cutText(name, MAX_NAME));
  const compared = (name: string) => beginningOf(name, MAX_NAME);
  const near = nearestFirst(compared(lane), known, compared);
  const names = near.slice(0, MAX_NAMES).map(shown).join(", ");
  throw new UserError(
    `No such lane is known: ${shown(lane)}. ${names === "" ? "There is no lane yet." : `The nearest names are ${names}.`} Invoke the dispatcher with {"lanes": true} to see all lanes.`,
  );
}
