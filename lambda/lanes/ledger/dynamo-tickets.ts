import type { DynamoTable } from "./dynamo-table.ts";
import type { Ledger } from "./ledger.ts";
import { readTicketItem } from "./table-items.ts";
import { headKey, memberOfKey, ticketKey, ticketRange } from "./table-keys.ts";
import { compareMembers } from "./ticket.ts";

/** The tickets of what waits in the lanes. */
export function ticketsIn(
  table: DynamoTable,
): Pick<Ledger, "queryTickets" | "readTickets" | "deleteTickets"> {
  return {
    async queryTickets(lane, { after, upto = LAST_NUMBER, limit }) {
      const [from, to] = ticketRange(upto);
      const { pk } = headKey(lane);
      const page = await table.query({
        KeyConditionExpression: "#pk = :lane AND #sk BETWEEN :from AND :to",
        values: { ":lane": pk, ":from": from, ":to": to },
        after: after && { ...ticketKey(lane, after) },
        consistent: true,
        ...(limit !== undefined && { Limit: limit }),
      });
      const tickets = page.items.map(item => readTicketItem(item, lane));
      const last = page.after === undefined ? undefined : memberOfKey(String(page.after["sk"]));
      return last === undefined ? { tickets } : { tickets, after: last };
    },
    async readTickets(lane, members) {
      const items = await table.getMany(members.map(member => ticketKey(lane, member)));
      return items.map(item => readTicketItem(item, lane)).toSorted(compareMembers);
    },
    async deleteTickets(lane, members) {
      const rest = await table.deleteMany(members.map(member => ticketKey(lane, member)));
      return rest.flatMap(({ sk }) => memberOfKey(sk) ?? []);
    },
  };
}

const LAST_NUMBER = 999_999_999_999_999;
