import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";
import type { MemoryTable } from "../../virtual/memory-ledger.ts";

/** Says which rare things came to pass in a ledger, so that worlds without them are found out. */
export function sightedLedger(
  ledger: Ledger,
  table: MemoryTable,
  meet: (sight: string) => void,
): Ledger {
  return {
    ...ledger,
    async putEntry(entry) {
      const put = await ledger.putEntry(entry);
      if (put.kind === "known" && put.entry.seq !== entry.seq) {
        meet(`a duplicate of an entry that ${put.entry.state === "told" ? "is told" : "waits"}`);
      }
      return put;
    },
    async claim(lane, rev, open) {
      const change = await ledger.claim(lane, rev, open);
      if (change.kind === "refused") meet("a claim that came too late");
      else if (open.members.length > 1) meet("a batch of several");
      return change;
    },
    async raise(lane, gen, rev) {
      const change = await ledger.raise(lane, gen, rev);
      if (change.kind === "done" && table.lanes.get(lane)?.head.open !== undefined) {
        meet("a succession with a batch open");
      }
      return change;
    },
    async close(lane, batch, closing) {
      const change = await ledger.close(lane, batch, closing);
      if (change.kind === "done" && closing.hold !== undefined) meet("a hold after a failure");
      if (change.kind === "refused") meet("a batch closed twice");
      return change;
    },
    async hold(lane, hold) {
      if (table.lanes.get(lane)?.head.open !== undefined) meet("a hold beside a run");
      return ledger.hold(lane, hold);
    },
    async deleteTickets(lane, members) {
      const left = await ledger.deleteTickets(lane, members);
      if (left.length > 0) meet("a ticket that the table did not delete");
      return left;
    },
    async armBatch(lane, id, arming) {
      const before = table.lanes.get(lane)?.batches.get(id);
      const armed = await ledger.armBatch(lane, id, arming);
      if (armed.kind === "armed" && before !== undefined && before.gen < arming.gen) {
        meet("a claimed batch of a dead execution");
      }
      if (armed.kind === "refused") meet("a batch that had begun before");
      return armed;
    },
    async beginBatch(lane, id, gen, runner) {
      const change = await ledger.beginBatch(lane, id, gen, runner);
      if (change.kind === "refused" && change.batch?.runner !== runner.arn) {
        meet("a runner that the fence stopped");
      }
      return change;
    },
    async takeOver(lane, id, gone, runner) {
      const change = await ledger.takeOver(lane, id, gone, runner);
      if (change.kind === "done") meet("a run that a second runner follows");
      return change;
    },
    async settleBatch(lane, id, seen, out) {
      const change = await ledger.settleBatch(lane, id, seen, out);
      meet(change.kind === "done" ? `settled as ${out.kind}` : "a settlement that came too late");
      return change;
    },
    async tellEntry(telling) {
      const told = await ledger.tellEntry(telling);
      meet(told.kind === "told" ? `told ${telling.outcome}` : "an entry told twice");
      return told;
    },
    async dropEntries(lane, drop, tickets, at) {
      const result = await ledger.dropEntries(lane, drop, tickets, at);
      if (tickets.length > 0) meet(result.kind === "dropped" ? "told dropped" : "a drop refused");
      return result;
    },
    async waitAgain(entry, at) {
      const result = await ledger.waitAgain(entry, at);
      if (result.kind === "waiting") meet("an entry that waits again");
      return result;
    },
  };
}
