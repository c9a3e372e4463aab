import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";

/** A defect for the oracle to find: what a command has of the ledger is otherwise than it should be. */
export type Plant = (ledger: Ledger) => Ledger;

/** Each with a seed that meets it. */
export const PLANTS: readonly {
  readonly defect: string;
  readonly plant: Plant;
  readonly seed: number;
}[] = [
  {
    defect: "what came before is not looked for",
    plant: ledger => ({ ...ledger, readEntries: async () => [] }),
    seed: 140_000_000,
  },
  {
    defect: "what is to wait again is left as it is",
    plant: ledger => ({
      ...ledger,
      waitAgain: (entry, at) => ledger.waitAgain({ ...entry, round: entry.round + 1 }, at),
    }),
    seed: 140_000_001,
  },
  {
    defect: "tickets of an open batch count as waiting",
    plant: ledger => ({
      ...ledger,
      async readHead(lane) {
        const { open: _, ...head } = await ledger.readHead(lane);
        return head;
      },
    }),
    seed: 140_000_000,
  },
  {
    defect: "one page of tickets is all that is read",
    plant: ledger => ({
      ...ledger,
      async queryTickets(lane, page) {
        const { tickets } = await ledger.queryTickets(lane, page);
        return { tickets };
      },
    }),
    seed: 140_000_013,
  },
  {
    defect: "the ledger is read without its last part",
    plant: ledger => ({
      ...ledger,
      scanEntries: async (wanted, part, after) =>
        part.part === part.parts - 1 ? { entries: [] } : ledger.scanEntries(wanted, part, after),
    }),
    seed: 140_000_011,
  },
  {
    defect: "a drop ends before it has dropped all",
    plant: ledger => ({
      ...ledger,
      dropEntries: (lane, drop, tickets, at) =>
        ledger.dropEntries(lane, drop, tickets.slice(0, 1), at),
    }),
    seed: 140_000_007,
  },
  {
    defect: "a dry run writes",
    plant: ledger => ({
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
