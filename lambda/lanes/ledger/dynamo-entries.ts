import { createHash } from "node:crypto";
import { isObject } from "../../../shared/json.ts";
import { loadPart } from "../../lazy-part.ts";
import type { Fields } from "./attribute-value.ts";
import type { DynamoTable } from "./dynamo-table.ts";
import { KEPT_MS, type Ledger } from "./ledger.ts";
import type { Entry } from "./ledger-contents.ts";
import { entryFields, isoTime, memberStrings, readEntryItem, ticketFields } from "./table-items.ts";
import { batchText, entryKey, headKey, ticketKey } from "./table-keys.ts";
import { ticketOf } from "./ticket.ts";

/** The entries, and with each one that begins or ends to wait its ticket. */
export function entriesIn(
  table: DynamoTable,
): Pick<
  Ledger,
  "putEntry" | "readEntries" | "tellEntry" | "dropEntries" | "waitAgain" | "scanEntries"
> {
  return {
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
    async scanEntries(wanted, part, after) {
      // Loaded by commands alone.
      const { readBareEntry, scanFor } = await loadPart(() => import("./entry-scan.ts"));
      const page = await table.scan({
        ...scanFor(wanted, part),
        after: after === undefined ? undefined : parseKey(after),
      });
      const entries = page.items.map(readBareEntry);
      return page.after === undefined
        ? { entries }
        : { entries, after: JSON.stringify(page.after) };
    },
  };
}

const WAITS = "#state = :waiting AND #round = :round";

function waits(round: number): Fields {
  return { ":waiting": "waiting", ":round": round };
}

function told(at: number): Fields {
  const expires = Math.floor((at + KEPT_MS) / 1_000);
  return { ":told": "told", ":at": isoTime(at), ":ttl": expires };
}

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
