import { LedgerFault } from "./ledger/ledger-fault.ts";

export interface LedgerRetries {
  readonly attempts: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

const FIRST_WAIT_MS = 50;

/** With doubling waits: about 3 seconds for one operation on the ledger. */
export const LEDGER_ATTEMPTS = 6;

/**
 * Of those in which the table is silent until the time limit. The SDK tries each three times, 15
 * seconds in all: with more of them AWS would end the invocation before anybody is told why.
 */
const SILENT_ATTEMPTS = 2;

/** Does one operation on the ledger, and again when it was throttled, in conflict or unanswered. */
export async function retryLedger<T>(
  { attempts, sleep, random }: LedgerRetries,
  work: () => Promise<T>,
): Promise<T> {
  let silent = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LedgerFault) || attempt >= attempts) throw error;
      if (error.tookLong) silent += 1;
      if (silent >= SILENT_ATTEMPTS) throw error;
      await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + random()));
    }
  }
}
