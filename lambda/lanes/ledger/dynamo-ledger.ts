import { batchesIn } from "./dynamo-batches.ts";
import { countersIn } from "./dynamo-counters.ts";
import { entriesIn } from "./dynamo-entries.ts";
import { headsIn } from "./dynamo-heads.ts";
import { createDynamoTable, type DynamoTable } from "./dynamo-table.ts";
import { ticketsIn } from "./dynamo-tickets.ts";
import type { Ledger } from "./ledger.ts";

/** The ledger in a table of DynamoDB. Nothing but entries that are told ever expires. */
export function createDynamoLedger(
  tableName: string,
  table: DynamoTable = createDynamoTable(tableName),
): Ledger {
  return {
    ...countersIn(table),
    ...entriesIn(table),
    ...headsIn(table),
    ...ticketsIn(table),
    ...batchesIn(table),
  };
}
