import type { DeliverDependencies } from "../../../lambda/lanes/deliver.ts";
import type { DropEntries, Ledger } from "../../../lambda/lanes/ledger/ledger.ts";
import type { Drop, Head, Out, Ticket } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import type { AskExecution } from "../../../lambda/lanes/wake.ts";
import type { MemoryTable } from "../../virtual/memory-ledger.ts";
import type { VirtualTime } from "../../virtual/virtual-time.ts";
import type { Role } from "./ledger-of-process.ts";

/** Faults put into the protocol on purpose: each must be found, or the laboratory proves nothing. */
export const DEFECTS = [
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
  "a superseded lane ends without a look",
  "settle blind",
  "claim by generation alone",
  "start-unknown at once",
  "drop entry by entry",
] as const;
export type Defect = (typeof DEFECTS)[number];

export function isDefect(name: string): name is Defect {
  return DEFECTS.some(defect => defect === name);
}

export interface Planted {
  /** Within an operation, where nothing is lost. */
  readonly ledger: (ledger: Ledger, role: Role) => Ledger;
  /** As the code has it, whose answers may be lost. */
  readonly code: (ledger: Ledger, role: Role) => Ledger;
  readonly dispatcher: (dependencies: DeliverDependencies) => DeliverDependencies;
  readonly ask: (ask: AskExecution, role: Role) => AskExecution;
  readonly runnerTimeoutMs?: number;
}

export function plantDefect(
  defect: Defect | undefined,
  { table, time }: { readonly table: MemoryTable; readonly time: VirtualTime },
): Planted {
  const sound: Planted = {
    ledger: ledger => ledger,
    code: ledger => ledger,
    dispatcher: dependencies => dependencies,
    ask: ask => ask,
  };
  const inLedger = (change: (ledger: Ledger, role: Role) => Partial<Ledger>): Planted => ({
    ...sound,
    ledger: (ledger, role) => ({ ...ledger, ...change(ledger, role) }),
  });
  switch (defect) {
    case undefined:
      return sound;
    case "wake before write":
      return {
        ...sound,
        dispatcher: ({ ledger, wake, ...rest }) => ({
          ...rest,
          ledger: {
            ...ledger,
            async takeNumbers(lane, count, at) {
              const taken = await ledger.takeNumbers(lane, count, at);
              await wake(lane, (await ledger.readHead(lane)).gen);
              return taken;
            },
          },
          wake: async () => undefined,
        }),
      };
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
      // Whoever asked about a generation sets the next one, whatever came meanwhile.
      return inLedger((ledger, role) => ({
        async raise(lane, gen, rev) {
          const held = table.lanes.get(lane);
          if (held === undefined || role !== "command") return ledger.raise(lane, gen, rev);
          held.head = { ...held.head, gen: gen + 1, rev: held.head.rev + 1 };
          return { kind: "done", head: held.head };
        },
      }));
    case "drop without its check":
      return inLedger(ledger => ({
        dropEntries: async (lane, id, tickets, at) =>
          dropUnasked(table, ledger, lane, { id, tickets, at }),
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
    case "a superseded lane ends without a look":
      // Who does not know that it raised the generation itself takes itself for succeeded.
      return {
        ...sound,
        code(ledger, role) {
          if (role !== "lane") return ledger;
          let raised = false;
          return {
            ...ledger,
            async raise(lane, gen, rev) {
              const change = await ledger.raise(lane, gen, rev);
              raised ||= change.kind === "done";
              return change;
            },
            queryTickets: async (lane, page) =>
              page.limit === 1 && !raised ? { tickets: [] } : ledger.queryTickets(lane, page),
          };
        },
      };
    case "settle blind":
      // Tells what it would have settled, whether or not that was taken.
      return inLedger((ledger, role) => {
        let blind: { lane: string; batch: number; out: Out } | undefined;
        return role !== "lane"
          ? {}
          : {
              async settleBatch(lane, batch, seen, out) {
                const change = await ledger.settleBatch(lane, batch, seen, out);
                if (change.kind === "refused") blind = { lane, batch, out };
                return { kind: "done" };
              },
              async readBatch(lane, id) {
                const batch = await ledger.readBatch(lane, id);
                const meant = blind?.lane === lane && blind.batch === id ? blind : undefined;
                return batch === undefined || meant === undefined || batch.out !== undefined
                  ? batch
                  : { ...batch, out: meant.out };
              },
            };
      });
    case "claim by generation alone":
      return inLedger(ledger => ({
        async claim(lane, rev, open) {
          const head = table.lanes.get(lane)?.head;
          const same = head !== undefined && head.open === undefined && head.nb === open.id;
          return ledger.claim(lane, same ? head.rev : rev, open);
        },
      }));
    case "start-unknown at once":
      // A successor does not ask what became of the runner before it.
      return {
        ...inLedger((ledger, role) =>
          role !== "lane"
            ? {}
            : {
                async readBatch(lane, id) {
                  const batch = await ledger.readBatch(lane, id);
                  if (batch?.st !== "begun" || batch.out !== undefined) return batch;
                  const { auditId: _auditId, ...rest } = batch;
                  return rest;
                },
                settleBatch: async (lane, id, seen, out) => {
                  const held = table.lanes.get(lane)?.batches.get(id);
                  return ledger.settleBatch(lane, id, held ?? seen, out);
                },
              },
        ),
        ask: (ask, role) => (role !== "lane" ? ask : async () => ({ kind: "ended", at: 0 })),
      };
    case "drop entry by entry":
      // What a command read is dropped one by one, whatever the lane has claimed meanwhile.
      return inLedger((ledger, role) => {
        let drop: Drop | undefined;
        return role !== "command"
          ? {}
          : {
              async requestDrop(lane, asked) {
                drop = asked;
                return { kind: "done", head: { ...(await ledger.readHead(lane)), drop } };
              },
              async readHead(lane) {
                const { open: _open, ...head } = await ledger.readHead(lane);
                return drop === undefined ? head : { ...head, drop };
              },
              async finishDrop(lane) {
                drop = undefined;
                return { kind: "done", head: await ledger.readHead(lane) };
              },
              dropEntries: async (lane, id, tickets, at) =>
                dropUnasked(table, ledger, lane, { id, tickets, at }),
            };
      });
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

/** Drops as if the head said so. */
async function dropUnasked(
  table: MemoryTable,
  ledger: Ledger,
  lane: string,
  {
    id,
    tickets,
    at,
  }: { readonly id: string; readonly tickets: readonly Ticket[]; readonly at: number },
): Promise<DropEntries> {
  const held = table.lanes.get(lane);
  if (held === undefined) return ledger.dropEntries(lane, id, tickets, at);
  const { head } = held;
  held.head = { ...head, drop: { id, upto: Number.MAX_SAFE_INTEGER } };
  const result = await ledger.dropEntries(lane, id, tickets, at);
  held.head = head;
  return result;
}
