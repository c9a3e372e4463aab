import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";
import { LedgerFault } from "../../../lambda/lanes/ledger/ledger-fault.ts";
import type { MemoryTable } from "../../virtual/memory-ledger.ts";
import { observeLedger } from "../../virtual/observed-ledger.ts";
import { Interference, type Process, type Processes } from "../../virtual/virtual-processes.ts";

/** Who uses the ledger: planted are meant for one of them. */
export type Role = "dispatcher" | "lane" | "runner" | "command";

/** The ledger as one process has it: every call can meet any fate, and holds are guarded. */
export function ledgerOf(
  ledger: Ledger,
  given: {
    readonly process: Process;
    readonly processes: Processes;
    readonly onEffect: (lane: string) => void;
    readonly onWrong: (wrong: string) => void;
    readonly table: MemoryTable;
  },
): Ledger {
  const { process, processes, onEffect, onWrong, table } = given;
  return observeLedger(ledger, async ({ name, input }, happen) => {
    const lane = laneOf(input);
    try {
      return await processes.operate(process, name, async () => {
        const before = table.lanes.get(lane)?.head;
        const result = await happen();
        const open = table.lanes.get(lane)?.head.open?.id;
        if (open !== undefined && open !== before?.open?.id && before?.hold !== undefined) {
          onWrong(`batch ${open} of lane ${lane} was claimed while the lane was held`);
        }
        onEffect(lane);
        return result;
      });
    } catch (error) {
      if (error instanceof Interference) {
        throw new LedgerFault(error.kind, `${name}: ${error.kind}`);
      }
      throw error;
    }
  });
}

/** Empty where an operation is about no lane. */
function laneOf([first]: readonly unknown[]): string {
  if (typeof first === "string") return first;
  if (typeof first !== "object" || first === null) return "";
  if ("lane" in first && typeof first.lane === "string") return first.lane;
  return "decision" in first ? laneOf([first.decision]) : "";
}
