import { readEntriesOf } from "./batch-members.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { LedgerRetries } from "./retry-ledger.ts";

/** What became of those of these events that the ledger knows, by their identity: `waiting`, or how it ended. */
export async function readKnownEvents(
  identities: readonly string[],
  dependencies: LedgerRetries & { readonly ledger: Ledger },
): Promise<ReadonlyMap<string, string>> {
  const distinct = [...new Set(identities)].map(identity => ({ identity }));
  const entries = await readEntriesOf(distinct, dependencies);
  return new Map(entries.map(({ identity, state, outcome }) => [identity, outcome ?? state]));
}
