import type { Decision } from "../../../lambda/decision.ts";
import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";
import { createMemoryLedger, type MemoryTable } from "../../virtual/memory-ledger.ts";
import { type LedgerCall, observeLedger } from "../../virtual/observed-ledger.ts";
import { decisionOf } from "./decisions.ts";

/** Lanes in which nothing runs: what a command asks of the ledger, and whom it wakes. */
export interface QuietLedger {
  readonly table: MemoryTable;
  /** For the test itself: its calls are not noted. */
  readonly plain: Ledger;
  readonly calls: readonly LedgerCall[];
  /** `lane-generation`, in order. */
  readonly wakes: readonly string[];
  readonly dependencies: QuietDependencies;
  /** The inputs of all calls of this name. */
  inputs(name: keyof Ledger): readonly unknown[];
}

export interface QuietDependencies {
  readonly ledger: Ledger;
  readonly wake: (lane: string, gen: number) => Promise<string>;
  readonly epochMs: () => number;
  readonly sleep: () => Promise<void>;
  readonly random: () => number;
  readonly attempts: number;
  readonly remainingMs: () => number;
}

export const NOW = Date.UTC(2026, 10, 26, 21, 0, 0);

export type Meet = (call: LedgerCall, happen: () => Promise<unknown>) => Promise<unknown>;

export function createQuietLedger(
  pageSize = 2,
  meet: Meet = (_call, happen) => happen(),
): QuietLedger {
  const { ledger: plain, table } = createMemoryLedger({ pageSize });
  const calls: LedgerCall[] = [];
  const wakes: string[] = [];
  const ledger = observeLedger(plain, (call, happen) => {
    calls.push(call);
    return meet(call, happen);
  });
  return {
    table,
    plain,
    calls,
    wakes,
    dependencies: {
      ledger,
      async wake(lane, gen) {
        wakes.push(`${lane}-${gen}`);
        return `arn:${lane}-${gen}`;
      },
      epochMs: () => NOW,
      sleep: async () => {},
      random: () => 0.5,
      attempts: 3,
      remainingMs: () => 60_000,
    },
    inputs: name => calls.filter(call => call.name === name).map(({ input }) => input),
  };
}

/** An event that waits in lane `flow`, as number `seq`, since `at`. */
export async function wait(
  { plain }: QuietLedger,
  seq: number,
  changes: Partial<Decision> = {},
  at = NOW - 60_000,
): Promise<void> {
  const decision = decisionOf({ identity: `e${seq}`, lane: "flow", ...changes });
  const counter = await plain.readCounter(decision.lane);
  const count = Math.max(0, seq - (counter?.next ?? 0));
  await plain.takeNumbers(decision.lane, count, at);
  await plain.putEntry({ seq, at, decision });
}

/** Its ticket goes with it. */
export async function tell(
  { plain, table }: QuietLedger,
  identity: string,
  outcome: string,
): Promise<void> {
  const entry = table.entries.get(identity);
  if (entry === undefined) throw new Error(`There is no entry ${identity}.`);
  const { lane, seq, round } = entry;
  await plain.tellEntry({ identity, round, outcome, batch: 1, at: NOW - 30_000 });
  await plain.deleteTickets(lane, [{ seq, round }]);
}

/** What became of each entry, by its identity. */
export function outcomesIn({ table }: QuietLedger): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...table.entries.values()].map(({ identity, state, outcome }) => [identity, outcome ?? state]),
  );
}
