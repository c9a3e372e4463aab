import type { DynamoTable } from "./dynamo-table.ts";
import type { Ledger } from "./ledger.ts";
import { isoTime, readCounterItem } from "./table-items.ts";
import { counterKey, LANES_INDEX, LISTED, laneOfKey } from "./table-keys.ts";

/** The counters of the lanes, and the list of lanes that an index makes of them. */
export function countersIn(
  table: DynamoTable,
): Pick<Ledger, "takeNumbers" | "listLanes" | "forgetLane" | "readCounter"> {
  return {
    async takeNumbers(lane, count, at) {
      const { item } = await table.change({
        key: counterKey(lane),
        update: "ADD #next :count SET #at = :at, #lanes = :listed",
        values: { ":count": count, ":at": isoTime(at), ":listed": LISTED },
      });
      const { next } = readCounterItem(item ?? {}, lane);
      return { first: next - count + 1 };
    },
    async listLanes(after) {
      const page = await table.query({
        IndexName: LANES_INDEX,
        KeyConditionExpression: "#lanes = :listed",
        values: { ":listed": LISTED },
        after: after === undefined ? undefined : { ...counterKey(after), lanes: LISTED },
        consistent: false,
      });
      const lanes = page.items.map(({ pk }) => laneOfKey(String(pk)));
      return page.after === undefined
        ? { lanes }
        : { lanes, after: laneOfKey(String(page.after["pk"])) };
    },
    async forgetLane(lane, { next }) {
      const { kind } = await table.change({
        key: counterKey(lane),
        update: "REMOVE #lanes",
        condition: "#next = :next",
        values: { ":next": next },
      });
      return { kind };
    },
    async readCounter(lane) {
      const item = await table.get(counterKey(lane));
      return item && readCounterItem(item, lane);
    },
  };
}
