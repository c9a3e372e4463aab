import type { DeliverDependencies } from "../../../lambda/lanes/deliver.ts";
import type { Head, Ledger } from "../../../lambda/lanes/ledger.ts";
import type { Wake } from "../../../lambda/lanes/wake.ts";
import type { MemoryTable } from "../../virtual/memory-ledger.ts";
import type { VirtualTime } from "../virtual-time.ts";
import type { Role } from "./ledger-of-process.ts";

/** Faults put into the protocol on purpose: each must be found, or the laboratory proves nothing. */
export const PLANTS = [
  "wake before write",
  "generation read before the write",
  "end without the last look",
  "claim without condition",
  "no fence before the start",
  "no round",
  "order by clock",
  "no wait for zombies",
  "raise without condition",
  "drop without its check",
  "unknown starts run again",
  "entries told before the outcome",
  "a hold that is not looked at",
] as const;
export type Plant = (typeof PLANTS)[number];

export function isPlant(name: string): name is Plant {
  return PLANTS.some(plant => plant === name);
}

export interface Planted {
  readonly ledger: (ledger: Ledger, role: Role) => Ledger;
  readonly wake: (wake: Wake, role: Role) => Wake;
  readonly dispatcher: () => Partial<DeliverDependencies>;
  readonly runnerTimeoutMs?: number;
}

export function plantIn(
  plant: Plant | undefined,
  { table, time }: { readonly table: MemoryTable; readonly time: VirtualTime },
): Planted {
  const sound: Planted = {
    ledger: ledger => ledger,
    wake: wake => wake,
    dispatcher: () => ({}),
  };
  const inLedger = (change: (ledger: Ledger, role: Role) => Partial<Ledger>): Planted => ({
    ...sound,
    ledger: (ledger, role) => ({ ...ledger, ...change(ledger, role) }),
  });
  switch (plant) {
    case undefined:
      return sound;
    case "wake before write": {
      let early: { lane: string; gen: number } | undefined;
      return {
        ...inLedger((ledger, role) =>
          role !== "dispatcher"
            ? {}
            : {
                async takeNumbers(lane, count, at) {
                  early = { lane, gen: table.lanes.get(lane)?.head.gen ?? 1 };
                  return ledger.takeNumbers(lane, count, at);
                },
              },
        ),
        wake: (wake, role) =>
          role !== "dispatcher"
            ? wake
            : // The wake-up comes with the generation of before the write, and no other follows.
              async (lane, gen) => (early?.lane === lane ? wake(lane, early.gen) : wake(lane, gen)),
      };
    }
    case "generation read before the write": {
      return inLedger((ledger, role) => {
        const seen = new Map<string, Head>();
        return role !== "dispatcher"
          ? {}
          : {
              async readHead(lane) {
                const head = seen.get(lane) ?? (await ledger.readHead(lane));
                seen.set(lane, head);
                return head;
              },
            };
      });
    }
    case "end without the last look":
      return inLedger((ledger, role) =>
        role !== "lane"
          ? {}
          : {
              queryTickets: async (lane, page) =>
                page.limit === 1 ? { tickets: [] } : ledger.queryTickets(lane, page),
            },
      );
    case "claim without condition":
      return inLedger(ledger => ({
        claim: async (lane, _rev, open) =>
          ledger.claim(lane, table.lanes.get(lane)?.head.rev ?? 0, open),
      }));
    case "no fence before the start":
      return inLedger(ledger => ({
        async beginBatch(lane, batch, gen, runner) {
          const held = table.lanes.get(lane)?.batches.get(batch);
          if (held !== undefined && held.gen !== gen) {
            const { out: _out, ...rest } = held;
            table.lanes.get(lane)?.batches.set(batch, { ...rest, st: "begun", runner: runner.arn });
            return { kind: "done" };
          }
          return ledger.beginBatch(lane, batch, gen, runner);
        },
      }));
    case "no round":
      return inLedger(ledger => ({
        tellEntry: async telling =>
          ledger.tellEntry({
            ...telling,
            round: table.entries.get(telling.identity)?.round ?? telling.round,
          }),
        deleteTickets: async (lane, members) => {
          const tickets = [...(table.lanes.get(lane)?.tickets.values() ?? [])];
          const all = tickets.filter(({ seq }) => members.some(member => member.seq === seq));
          return ledger.deleteTickets(lane, [...members, ...all]);
        },
      }));
    case "order by clock":
      return inLedger((ledger, role) =>
        role !== "dispatcher"
          ? {}
          : {
              async takeNumbers(lane, count, at) {
                await ledger.takeNumbers(lane, count, at);
                return { first: (at % 100_000_000) * 10 + Math.floor(time.now() % 10) };
              },
            },
      );
    case "no wait for zombies":
      return { ...sound, runnerTimeoutMs: -30_000 };
    case "raise without condition":
      return inLedger(ledger => ({
        raise: async (lane, gen, rev) =>
          ledger.raise(
            lane,
            rev === undefined ? (table.lanes.get(lane)?.head.gen ?? gen) : gen,
            rev,
          ),
      }));
    case "drop without its check":
      return inLedger(ledger => ({
        dropEntries: async (lane, drop, tickets, at) => {
          const held = table.lanes.get(lane);
          if (held === undefined) return ledger.dropEntries(lane, drop, tickets, at);
          const { head } = held;
          held.head = { ...head, drop: { id: drop, upto: Number.MAX_SAFE_INTEGER } };
          const result = await ledger.dropEntries(lane, drop, tickets, at);
          held.head = head;
          return result;
        },
      }));
    case "unknown starts run again":
      return inLedger(ledger => ({
        settleBatch: async (lane, batch, seen, out) => {
          if (out.kind !== "start-unknown") return ledger.settleBatch(lane, batch, seen, out);
          const held = table.lanes.get(lane)?.batches.get(batch);
          if (held !== undefined) {
            const { runner: _runner, ...rest } = held;
            table.lanes.get(lane)?.batches.set(batch, { ...rest, st: "claimed", gen: 0 });
          }
          return { kind: "refused", batch: held };
        },
      }));
    case "entries told before the outcome":
      return inLedger(ledger => ({
        noteOut: async (lane, batch, runner, out) =>
          ledger.noteOut(
            lane,
            batch,
            runner,
            out.kind === "error" ? { ...out, kind: "success", verdict: "pass" } : out,
          ),
      }));
    case "a hold that is not looked at":
      return inLedger((ledger, role) =>
        role !== "lane"
          ? {}
          : {
              async readHead(lane) {
                const { hold: _hold, ...head } = await ledger.readHead(lane);
                return head;
              },
            },
      );
  }
}
