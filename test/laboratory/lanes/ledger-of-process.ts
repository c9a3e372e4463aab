import { type Ledger, LedgerFault } from "../../../lambda/lanes/ledger.ts";
import type { MemoryTable } from "../../virtual/memory-ledger.ts";
import { Interference, type Process, type Processes } from "../../virtual/virtual-processes.ts";

/** Who uses the ledger: plants are meant for one of them. */
export type Role = "dispatcher" | "lane" | "runner" | "command";

/** The ledger as one process has it: every call can meet any fate, and holds are guarded. */
export function ledgerOf(
  ledger: Ledger,
  given: {
    readonly process: Process;
    readonly processes: Processes;
    readonly onEffect: (call: string, lane: string) => void;
    readonly sights: string[];
    readonly table: MemoryTable;
  },
): Ledger {
  const { process, processes, onEffect, sights, table } = given;
  const operate = async <T>(call: string, lane: string, effect: () => Promise<T>): Promise<T> => {
    try {
      return await processes.operate(process, call, async () => {
        const held = table.lanes.get(lane)?.head.hold !== undefined;
        const open = table.lanes.get(lane)?.head.open?.id;
        const result = await effect();
        const now = table.lanes.get(lane)?.head.open?.id;
        if (now !== undefined && now !== open && held)
          sights.push(`batch ${now} claimed while held`);
        onEffect(call, lane);
        return result;
      });
    } catch (error) {
      if (error instanceof Interference)
        throw new LedgerFault(error.kind, `${call}: ${error.kind}`);
      throw error;
    }
  };
  return {
    takeNumbers: (lane, count, at) =>
      operate("takeNumbers", lane, () => ledger.takeNumbers(lane, count, at)),
    putEntry: entry => operate("putEntry", entry.decision.lane, () => ledger.putEntry(entry)),
    readHead: lane => operate("readHead", lane, () => ledger.readHead(lane)),
    claim: (lane, rev, open) => operate("claim", lane, () => ledger.claim(lane, rev, open)),
    fallAsleep: (lane, rev, sleep) =>
      operate("fallAsleep", lane, () => ledger.fallAsleep(lane, rev, sleep)),
    raise: (lane, gen, rev) => operate("raise", lane, () => ledger.raise(lane, gen, rev)),
    close: (lane, batch, closing) =>
      operate("close", lane, () => ledger.close(lane, batch, closing)),
    hold: (lane, hold) => operate("hold", lane, () => ledger.hold(lane, hold)),
    resume: lane => operate("resume", lane, () => ledger.resume(lane)),
    requestDrop: (lane, drop) => operate("requestDrop", lane, () => ledger.requestDrop(lane, drop)),
    finishDrop: (lane, drop) => operate("finishDrop", lane, () => ledger.finishDrop(lane, drop)),
    queryTickets: (lane, page) =>
      operate("queryTickets", lane, () => ledger.queryTickets(lane, page)),
    readTickets: (lane, members) =>
      operate("readTickets", lane, () => ledger.readTickets(lane, members)),
    deleteTickets: (lane, members) =>
      operate("deleteTickets", lane, () => ledger.deleteTickets(lane, members)),
    armBatch: (lane, batch, arming) =>
      operate("armBatch", lane, () => ledger.armBatch(lane, batch, arming)),
    readBatch: (lane, batch) => operate("readBatch", lane, () => ledger.readBatch(lane, batch)),
    beginBatch: (lane, batch, gen, runner) =>
      operate("beginBatch", lane, () => ledger.beginBatch(lane, batch, gen, runner)),
    takeOver: (lane, batch, gone, runner) =>
      operate("takeOver", lane, () => ledger.takeOver(lane, batch, gone, runner)),
    noteAuditId: (lane, batch, runner, auditId) =>
      operate("noteAuditId", lane, () => ledger.noteAuditId(lane, batch, runner, auditId)),
    noteOut: (lane, batch, runner, out) =>
      operate("noteOut", lane, () => ledger.noteOut(lane, batch, runner, out)),
    settleBatch: (lane, batch, seen, out) =>
      operate("settleBatch", lane, () => ledger.settleBatch(lane, batch, seen, out)),
    readEntries: identities => operate("readEntries", "", () => ledger.readEntries(identities)),
    tellEntry: telling => operate("tellEntry", "", () => ledger.tellEntry(telling)),
    dropEntries: (lane, drop, tickets, at) =>
      operate("dropEntries", lane, () => ledger.dropEntries(lane, drop, tickets, at)),
    waitAgain: (entry, at) => operate("waitAgain", entry.lane, () => ledger.waitAgain(entry, at)),
    listLanes: after => operate("listLanes", "", () => ledger.listLanes(after)),
    forgetLane: (lane, counter) =>
      operate("forgetLane", lane, () => ledger.forgetLane(lane, counter)),
    readCounter: lane => operate("readCounter", lane, () => ledger.readCounter(lane)),
    scanEntries: after => operate("scanEntries", "", () => ledger.scanEntries(after)),
  };
}
