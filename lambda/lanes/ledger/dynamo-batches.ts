import type { Change, DynamoTable } from "./dynamo-table.ts";
import type { BatchChange, Ledger } from "./ledger.ts";
import { isoTime, memberStrings, outFields, readBatchItem } from "./table-items.ts";
import { batchKey } from "./table-keys.ts";

/** The batches of the lanes. */
export function batchesIn(
  table: DynamoTable,
): Pick<
  Ledger,
  "armBatch" | "readBatch" | "beginBatch" | "takeOver" | "noteAuditId" | "noteOut" | "settleBatch"
> {
  const changeBatch = async (
    lane: string,
    batch: number,
    change: Omit<Change, "key">,
  ): Promise<BatchChange> => {
    const changed = await table.change({ key: batchKey(lane, batch), ...change });
    if (changed.kind === "done") return { kind: "done" };
    const { item } = changed;
    return { kind: "refused", batch: item && readBatchItem(item, lane, batch) };
  };

  return {
    async armBatch(lane, batch, { at, members, ...arming }) {
      const { st, missing, manifest, ...texts } = { st: "claimed", ...arming };
      const fields = { st, members: memberStrings(members), missing, manifest, ...texts };
      const known = Object.entries(fields).filter(([, value]) => value !== undefined);
      const changed = await changeBatch(lane, batch, {
        update: `SET ${[
          ...known.map(([name]) => `#${name} = :${name}`),
          "#claimedAt = if_not_exists(#claimedAt, :at)",
        ].join(", ")}`,
        condition: "attribute_not_exists(#pk) OR (#st = :st AND #gen <= :gen)",
        values: {
          ...Object.fromEntries(known.map(([name, value]) => [`:${name}`, value])),
          ":at": isoTime(at),
        },
      });
      if (changed.kind === "done") return { kind: "armed" };
      if (changed.batch === undefined) throw new Error(`Batch ${batch} of ${lane} was refused.`);
      return { kind: "refused", batch: changed.batch };
    },
    async readBatch(lane, batch) {
      const item = await table.get(batchKey(lane, batch));
      return item && readBatchItem(item, lane, batch);
    },
    beginBatch: (lane, batch, gen, { arn, at }) =>
      changeBatch(lane, batch, {
        update: "SET #st = :begun, #runner = :runner, #begunAt = :at",
        condition: "#st = :claimed AND #gen = :gen AND attribute_not_exists(#out)",
        values: {
          ":begun": "begun",
          ":claimed": "claimed",
          ":gen": gen,
          ":runner": arn,
          ":at": isoTime(at),
        },
      }),
    takeOver: (lane, batch, gone, { arn }) =>
      changeBatch(lane, batch, {
        update: "SET #runner = :runner",
        condition: "#st = :begun AND #runner = :gone AND attribute_not_exists(#out)",
        values: { ":begun": "begun", ":gone": gone, ":runner": arn },
      }),
    noteAuditId: (lane, batch, runner, auditId) =>
      changeBatch(lane, batch, {
        update: "SET #auditId = :auditId",
        condition: "#runner = :runner",
        values: { ":runner": runner, ":auditId": auditId },
      }),
    noteOut: (lane, batch, runner, out) =>
      changeBatch(lane, batch, {
        update: "SET #out = :out",
        condition: "#runner = :runner AND attribute_not_exists(#out)",
        values: { ":runner": runner, ":out": outFields(out) },
      }),
    settleBatch: (lane, batch, seen, out) =>
      changeBatch(lane, batch, {
        update: "SET #out = :out",
        condition: [
          "attribute_not_exists(#out) AND #st = :st AND #gen = :gen",
          seen.runner === undefined ? "attribute_not_exists(#runner)" : "#runner = :runner",
          seen.auditId === undefined ? "attribute_not_exists(#auditId)" : "#auditId = :auditId",
        ].join(" AND "),
        values: {
          ":st": seen.st,
          ":gen": seen.gen,
          ":runner": seen.runner,
          ":auditId": seen.auditId,
          ":out": outFields(out),
        },
      }),
  };
}
