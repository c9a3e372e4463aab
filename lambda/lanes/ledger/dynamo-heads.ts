import type { Fields } from "./attribute-value.ts";
import type { Change, DynamoTable } from "./dynamo-table.ts";
import type { HeadChange, Ledger } from "./ledger.ts";
import { NEW_HEAD } from "./ledger-contents.ts";
import { holdFields, isoTime, memberStrings, readHeadItem } from "./table-items.ts";
import { headKey } from "./table-keys.ts";

/** The heads of the lanes. Each write counts `rev` up, so that none passes unseen. */
export function headsIn(
  table: DynamoTable,
): Pick<
  Ledger,
  | "readHead"
  | "claim"
  | "fallAsleep"
  | "raise"
  | "close"
  | "hold"
  | "resume"
  | "requestDrop"
  | "finishDrop"
> {
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

  return {
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
