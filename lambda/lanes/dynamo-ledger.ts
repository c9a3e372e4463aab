import { createHash } from "node:crypto";
import { isObject } from "../../shared/json.ts";
import { type Change, createDynamoTable, type DynamoTable, type Fields } from "./dynamo-table.ts";
import { type BatchChange, type HeadChange, KEPT_MS, type Ledger } from "./ledger.ts";
import { type Entry, NEW_HEAD } from "./ledger-contents.ts";
import {
  entryFields,
  holdFields,
  isoTime,
  memberStrings,
  outFields,
  readBatchItem,
  readCounterItem,
  readEntryItem,
  readHeadItem,
  readTicketItem,
  ticketFields,
} from "./table-items.ts";
import {
  batchKey,
  batchText,
  counterKey,
  entryKey,
  headKey,
  LANES_INDEX,
  LISTED,
  laneOfKey,
  memberOfKey,
  ticketKey,
  ticketRange,
} from "./table-keys.ts";
import { compareMembers, ticketOf } from "./ticket.ts";

/** The ledger in a table of DynamoDB. Nothing but entries that are told ever expires. */
export function createDynamoLedger(
  tableName: string,
  table: DynamoTable = createDynamoTable(tableName),
): Ledger {
  const changeHead = async (lane: string, change: HeadWrite): Promise<HeadChange> => {
    const { set = [], remove, values, ...rest } = change;
    const sets = ["#rev = if_not_exists(#rev, :none) + :one", ...set].join(", ");
    const changed = await table.change({
      key: headKey(lane),
      update: `SET ${sets}${remove === undefined ? "" : ` REMOVE ${remove}`}`,
      values: { ":none": 0, ":one": 1, ...values },
      ...rest,
    });
    const head = changed.item === undefined ? NEW_HEAD : readHeadItem(changed.item, lane);
    return { kind: changed.kind, head };
  };

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
    async takeNumbers(lane, count, at) {
      const { item } = await table.change({
        key: counterKey(lane),
        update: "ADD #next :count SET #at = :at, #lanes = :listed",
        values: { ":count": count, ":at": isoTime(at), ":listed": LISTED },
      });
      const { next } = readCounterItem(item ?? {}, lane);
      return { first: next - count + 1 };
    },

    async putEntry(entry) {
      const { decision, seq, at } = entry;
      const { identity, lane } = decision;
      const ticket = ticketOf(entry);
      const written: Entry = { identity, lane, seq, round: 1, at, decision, state: "waiting" };
      const result = await table.transact(
        [
          {
            kind: "put",
            item: { ...entryKey(identity), ...entryFields(written) },
            condition: "attribute_not_exists(#pk)",
          },
          { kind: "put", item: { ...ticketKey(lane, ticket), ...ticketFields(ticket) } },
        ],
        token("put", identity, lane, seq),
      );
      if (result.kind === "done") return { kind: "written" };
      const known = result.parts[0]?.item;
      if (known === undefined) throw new Error(`The ledger refused the entry ${identity}.`);
      return { kind: "known", entry: readEntryItem(known) };
    },

    async readHead(lane) {
      const item = await table.get(headKey(lane));
      return item === undefined ? NEW_HEAD : readHeadItem(item, lane);
    },
    claim: (lane, rev, { id, members, missing }) =>
      changeHead(lane, {
        set: ["#open = :open", "#nb = :nb", "#begins = if_not_exists(#begins, :empty)"],
        remove: "#sleep",
        ...atRev(rev, {
          ":open": { id, members: memberStrings(members), missing },
          ":nb": id + 1,
          ":empty": {},
        }),
      }),
    fallAsleep: (lane, rev, { until, full, seen }) =>
      changeHead(lane, {
        set: ["#sleep = :sleep"],
        ...atRev(rev, { ":sleep": { until: isoTime(until), full, seen } }),
      }),
    raise(lane, gen, rev) {
      const values = { ":gen": gen, ":next": gen + 1 };
      const atGen = gen === 1 ? "(attribute_not_exists(#gen) OR #gen = :gen)" : "#gen = :gen";
      const here = rev === undefined ? { condition: atGen, values } : atRev(rev, values);
      return changeHead(lane, {
        set: ["#gen = :next"],
        remove: "#sleep",
        values: here.values,
        condition: rev === undefined ? atGen : `${atGen} AND ${here.condition}`,
      });
    },
    close: (lane, batch, { hold, began }) =>
      changeHead(lane, {
        set: [
          ...(hold === undefined ? [] : ["#hold = if_not_exists(#hold, :hold)"]),
          // The claim made the map.
          ...(began === undefined ? [] : ["#begins.#route = :began"]),
        ],
        remove: "#open",
        condition: "#open.#id = :batch",
        values: {
          ":batch": batch,
          ":hold": hold && holdFields(hold),
          ":began": began && isoTime(began.at),
        },
        ...(began !== undefined && { names: { route: began.route } }),
      }),
    async hold(lane, hold) {
      const values = { ":hold": holdFields(hold) };
      return (await changeHead(lane, { set: ["#hold = :hold"], values })).head;
    },
    resume: async lane => (await changeHead(lane, { remove: "#hold" })).head,
    requestDrop: (lane, drop) =>
      changeHead(lane, {
        set: ["#drop = :drop"],
        condition: "attribute_not_exists(#drop)",
        values: { ":drop": drop },
      }),
    finishDrop: (lane, drop) =>
      changeHead(lane, {
        remove: "#drop",
        condition: "#drop.#id = :id",
        values: { ":id": drop },
      }),

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

    async readEntries(identities) {
      const items = await table.getMany([...new Set(identities)].map(entryKey));
      const found = new Map(items.map(readEntryItem).map(entry => [entry.identity, entry]));
      return identities.flatMap(identity => found.get(identity) ?? []);
    },
    async tellEntry({ identity, round, outcome, batch, at }) {
      const { kind } = await table.change({
        key: entryKey(identity),
        update:
          "SET #state = :told, #outcome = :outcome, #batch = :batch, #toldAt = :at, #ttl = :ttl",
        condition: WAITS,
        values: {
          ...waits(round),
          ...told(at),
          ":outcome": outcome,
          ":batch": batchText(batch),
        },
      });
      return { kind: kind === "done" ? "told" : "past" };
    },
    async dropEntries(lane, drop, tickets, at) {
      const result = await table.transact(
        [
          {
            kind: "check",
            key: headKey(lane),
            condition: "#drop.#id = :id",
            values: { ":id": drop },
          },
          ...tickets.map(({ identity, round }) => ({
            kind: "change" as const,
            key: entryKey(identity),
            update: "SET #state = :told, #outcome = :outcome, #toldAt = :at, #ttl = :ttl",
            condition: WAITS,
            values: { ...waits(round), ...told(at), ":outcome": "dropped" },
          })),
          ...tickets.map(ticket => ({ kind: "delete" as const, key: ticketKey(lane, ticket) })),
        ],
        token("drop", drop, at, ...memberStrings(tickets)),
      );
      if (result.kind === "done") return { kind: "dropped" };
      const [check, ...entries] = result.parts;
      if (check?.refused === true) return { kind: "no-drop" };
      const past = tickets.filter((_, index) => entries[index]?.refused === true);
      return { kind: "past", members: past.map(({ seq, round }) => ({ seq, round })) };
    },
    async waitAgain({ identity, lane, seq, round, decision }, at) {
      const ticket = ticketOf({ seq, at, decision }, round + 1);
      const result = await table.transact(
        [
          {
            kind: "change",
            key: entryKey(identity),
            update: "SET #state = :waiting, #round = :next REMOVE #ttl, #outcome, #batch, #toldAt",
            condition: "#state = :told AND #round = :round",
            values: {
              ":told": "told",
              ":waiting": "waiting",
              ":round": round,
              ":next": round + 1,
            },
          },
          { kind: "put", item: { ...ticketKey(lane, ticket), ...ticketFields(ticket) } },
        ],
        token("again", identity, lane, seq, round, at),
      );
      return { kind: result.kind === "done" ? "waiting" : "past" };
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
    async scanEntries(after) {
      const page = await table.scan({
        filter: "#sk = :entry",
        values: { ":entry": ENTRY_SK },
        after: after === undefined ? undefined : parseKey(after),
      });
      const entries = page.items.map(readEntryItem);
      return page.after === undefined
        ? { entries }
        : { entries, after: JSON.stringify(page.after) };
    },
  };
}

/** A write on the head; each of them counts `rev` up. */
interface HeadWrite extends Partial<Pick<Change, "condition" | "values" | "names">> {
  readonly set?: readonly string[];
  readonly remove?: string;
}

/** A head that nobody wrote yet is at 0. */
function atRev(rev: number, values: Fields) {
  return rev === 0
    ? { condition: "attribute_not_exists(#rev)", values }
    : { condition: "#rev = :rev", values: { ...values, ":rev": rev } };
}

const WAITS = "#state = :waiting AND #round = :round";

function waits(round: number): Fields {
  return { ":waiting": "waiting", ":round": round };
}

function told(at: number): Fields {
  const expires = Math.floor((at + KEPT_MS) / 1_000);
  return { ":told": "told", ":at": isoTime(at), ":ttl": expires };
}

const LAST_NUMBER = 999_999_999_999_999;
const ENTRY_SK = entryKey("").sk;

function parseKey(text: string): Fields {
  const key: unknown = JSON.parse(text);
  return isObject(key) ? key : {};
}

/**
 * Makes a transaction that is tried again the same transaction: 1 to 36 characters, the same for the
 * same content, for ten minutes.
 */
function token(...content: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 36);
}
