import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";
import { LedgerFault } from "../../../lambda/lanes/ledger/ledger-fault.ts";
import type { Chance } from "../../virtual/chance.ts";
import { observeLedger } from "../../virtual/observed-ledger.ts";

export interface Faults {
  /** The share of operations that meet one. */
  readonly share: number;
  /** After so many operations nothing is ever answered: whoever asks is dead. */
  readonly diesAfter: number;
}

/** Writes that the table knows again by their token, so that one asked for again answers as at first. */
const WITH_TOKEN: readonly string[] = ["putEntry", "dropEntries", "waitAgain"];

/** The ledger as one process has it: throttled, without an answer, or cut off in the middle. */
export function faultyLedger(ledger: Ledger, chance: Chance, { share, diesAfter }: Faults): Ledger {
  const done = new Map<string, unknown>();
  let operations = 0;
  return observeLedger(ledger, async ({ name, input }, happen) => {
    operations += 1;
    const dies = operations > diesAfter;
    if (dies && chance.likely(0.5)) return new Promise(() => {});
    if (!dies && chance.likely(share / 2)) throw new LedgerFault("throttled", `${name}: throttled`);
    const token = JSON.stringify([name, input]);
    const isKnown = WITH_TOKEN.includes(name) && done.has(token);
    const answer = isKnown ? done.get(token) : await happen();
    done.set(token, answer);
    if (dies) return new Promise(() => {});
    if (chance.likely(share / 2)) throw new LedgerFault("unanswered", `${name}: unanswered`);
    return answer;
  });
}
