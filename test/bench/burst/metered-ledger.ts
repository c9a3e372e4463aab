import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";
import type { MemoryTable } from "../../virtual/memory-ledger.ts";
import { observeLedger } from "../../virtual/observed-ledger.ts";

/** What the table bills: write units of 1 KB, read units of 4 KB. Consistent reads, as ours are. */
export interface TableToll {
  writeUnits: number;
  readUnits: number;
  readonly calls: Map<string, number>;
}

/** An item's names, types and numbers take about as many bytes as its JSON. */
const KEY_BYTES = 120;

/** A ledger that takes time and counts what DynamoDB would bill for each call. */
export function meterLedger(
  { ledger, table }: { readonly ledger: Ledger; readonly table: MemoryTable },
  toll: TableToll,
  takeTime: () => Promise<void>,
): Ledger {
  return observeLedger(ledger, async ({ name, input }, happen) => {
    await takeTime();
    const [lane = "", id] = input;
    const headBefore = bytesOf(table.lanes.get(String(lane))?.head);
    const result = await happen();
    toll.calls.set(name, (toll.calls.get(name) ?? 0) + 1);
    const held = table.lanes.get(String(lane));
    const { writes = 0, reads = 0 } = unitsOf(name, input, result, {
      head: Math.max(headBefore, bytesOf(held?.head)),
      batch: bytesOf(held?.batches.get(Number(id))),
    });
    toll.writeUnits += writes;
    toll.readUnits += reads;
    return result;
  });
}

interface Units {
  readonly writes?: number;
  readonly reads?: number;
}

/** By the rules of https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html */
function unitsOf(
  name: string,
  input: readonly unknown[],
  result: unknown,
  bytes: { readonly head: number; readonly batch: number },
): Units {
  switch (name) {
    case "takeNumbers":
      return { writes: 1 };
    case "putEntry":
      // Two items in a transaction, each of which counts twice; also when it is refused.
      return { writes: 2 * written(bytesOf(input[0])) + 2 };
    case "claim":
    case "fallAsleep":
    case "raise":
    case "close":
    case "hold":
    case "resume":
    case "requestDrop":
    case "finishDrop":
      // The larger of the item before and after: with the members of the open batch, or without.
      return { writes: written(bytes.head) };
    case "armBatch":
    case "beginBatch":
    case "takeOver":
    case "noteAuditId":
    case "noteOut":
    case "settleBatch":
      // The whole batch with its members is written again.
      return { writes: written(bytes.batch) };
    case "tellEntry":
      return { writes: 1 };
    case "deleteTickets":
      return { writes: Array.isArray(input[1]) ? input[1].length : 1 };
    case "readTickets":
    case "readEntries":
      // Each item of a batch is rounded up for itself.
      return { reads: Array.isArray(result) ? Math.max(1, result.length) : 1 };
    default:
      return { reads: read(result) };
  }
}

function written(bytes: number): number {
  return Math.max(1, Math.ceil((bytes + KEY_BYTES) / 1_024));
}

function read(value: unknown): number {
  return Math.max(1, Math.ceil(bytesOf(value) / 4_096));
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? "");
}
