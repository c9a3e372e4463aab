import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";

/** A defect for the oracle to find: what a command has of the ledger is otherwise than it should be. */
export type Defect = (ledger: Ledger) => Ledger;

/** Each with a seed that meets it. */
export const DEFECTS: readonly {
  readonly what: string;
  readonly defect: Defect;
  readonly seed: number;
}[] = [
  {
    what: "what came before is not looked for",
    defect: ledger => ({ ...ledger, readEntries: async () => [] }),
    seed: 140_000_000,
  },
  {
    what: "what is to wait again is left as it is",
    defect: ledger => ({
      ...ledger,
      waitAgain: (entry, at) => ledger.waitAgain({ ...entry, round: entry.round + 1 }, at),
    }),
    seed: 140_000_001,
  },
  {
    what: "tickets of an open batch count as waiting",
    defect: ledger => ({
      ...ledger,
      async readHead(lane) {
        const { open: _, ...head } = await ledger.readHead(lane);
        return head;
      },
    }),
    seed: 140_000_000,
  },
  {
    what: "one page of tickets is all that is read",
    defect: ledger => ({
      ...ledger,
      async queryTickets(lane, page) {
        const { tickets } = await ledger.queryTickets(lane, page);
        return { tickets };
      },
    }),
    seed: 140_000_013,
  },
  {
    what: "the ledger is read without its last part",
    defect: ledger => ({
      ...ledger,
      scanEntries: async (wanted, part, after) =>
        part.part === part.parts - 1 ? { entries: [] } : ledger.scanEntries(wanted, part, after),
    }),
    seed: 140_000_011,
  },
  {
    what: "a drop ends before it has dropped all",
    defect: ledger => ({
      ...ledger,
      dropEntries: (lane, drop, tickets, at) =>
        ledger.dropEntries(lane, drop, tickets.slice(0, 1), at),
    }),
    seed: 140_000_007,
  },
  {
    what: "a dry run writes",
    defect: ledger => ({
      ...ledger,
      async readCounter(lane) {
        await ledger.takeNumbers(lane, 1, 0);
        return ledger.readCounter(lane);
      },
      async readHead(lane) {
        const head = await ledger.readHead(lane);
        if (head.hold !== undefined) await ledger.takeNumbers(lane, 1, 0);
        return head;
      },
    }),
    seed: 140_000_001,
  },
];
