import { UserError } from "../../../shared/user-error.ts";
import type { Ledger, WantedEntries } from "../ledger/ledger.ts";
import type { Entry } from "../ledger/ledger-contents.ts";
import { type LedgerRetries, retryLedger } from "../retry-ledger.ts";
import { keepTime, type Reserve } from "./keep-time.ts";

export interface ReadLedgerDependencies extends LedgerRetries {
  readonly ledger: Ledger;
  /** Milliseconds until AWS ends the invocation. */
  readonly remainingMs: () => number;
}

/** Side by side; with more of them, what is left of the table's throughput is too little for events. */
const PARTS = 4;

/** Kept of the invocation's time for what is done with the entries; of a short one, a third. */
const RESERVE: Reserve = { ms: 20_000, share: 3 };

/**
 * Reads the whole ledger, and shows the entries that are wanted, page by page: it may have millions.
 * Throws when there is no time for all of them. Of a part of them nobody could say what is in order,
 * or known.
 */
export async function readLedger(
  wanted: WantedEntries,
  dependencies: ReadLedgerDependencies,
  show: (entries: readonly Entry[]) => void,
): Promise<void> {
  const isInTime = keepTime(dependencies.remainingMs, RESERVE);
  let failed = false;
  const readPart = async (part: number) => {
    let after: string | undefined;
    do {
      if (failed) return;
      if (!isInTime()) throw new UserError(TOO_LARGE);
      const from = after;
      const page = await retryLedger(dependencies, () =>
        dependencies.ledger.scanEntries(wanted, { part, parts: PARTS }, from),
      );
      show(page.entries);
      after = page.after;
    } while (after !== undefined);
  };
  const parts = Array.from({ length: PARTS }, (_, part) =>
    readPart(part).catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  await Promise.all(parts);
}

const TOO_LARGE =
  "The ledger is too large to be read in the time of one invocation, so nothing was changed. Give the dispatcher a longer Timeout, at most 300 seconds, and run the same command again.";
