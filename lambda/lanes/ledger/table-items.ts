import { isObject, type JsonObject } from "../../../shared/json.ts";
import { readBatchRule, readDecision } from "../../decision.ts";
import { type ItemReader, readItem } from "./item-reader.ts";
import type { Batch, Counter, Entry, Head, Member, Out, Ticket } from "./ledger-contents.ts";
import { memberText, parseMember } from "./ticket.ts";

/**
 * What lies in the table, as we read it, and the parts that we write. Times are ISO texts there,
 * since people read it; members are `number.round`.
 */

export const isoTime = (at: number): string => new Date(at).toISOString();

export const memberStrings = (members: readonly Member[]): readonly string[] =>
  members.map(memberText);

export function outFields({ kind, verdict, message, at, by }: Out) {
  return { kind, verdict, message, at: isoTime(at), by };
}

export function holdFields({ by, why, at }: { by: string; why: string; at: number }) {
  return { by, why, at: isoTime(at) };
}

export function ticketFields({ seq, round, identity, route, at, by, file, rule }: Ticket) {
  return { seq, round, identity, route, at: isoTime(at), by, file, rule };
}

export function entryFields({ lane, seq, round, at, decision, state }: Entry) {
  return { lane, seq, round, at: isoTime(at), decision, state };
}

export function readHeadItem(item: JsonObject, lane: string): Head {
  const read = readItem(item, `The head of lane ${lane}`);
  const begins = isObject(item["begins"]) ? item["begins"] : {};
  const times = readItem(begins, `${lane}: begins`);
  return {
    rev: read.number("rev"),
    gen: read.has("gen") ? read.number("gen") : 1,
    nb: read.has("nb") ? read.number("nb") : 1,
    begins: Object.fromEntries(Object.keys(begins).map(route => [route, times.time(route)])),
    ...(read.has("open") && { open: readOpen(read.object("open")) }),
    ...(read.has("hold") && { hold: readHold(read.object("hold")) }),
    ...(read.has("drop") && { drop: readDrop(read.object("drop")) }),
    ...(read.has("sleep") && { sleep: readSleep(read.object("sleep")) }),
  };
}

export function readTicketItem(item: JsonObject, lane: string): Ticket {
  const sk = item["sk"];
  const read = readItem(
    item,
    `A ticket of lane ${lane}${typeof sk === "string" ? ` (${sk})` : ""}`,
  );
  const rule = read.has("rule") ? readBatchRule(item["rule"]) : undefined;
  if (read.has("rule") && rule === undefined) throw read.unreadable("rule");
  return {
    seq: read.number("seq"),
    round: read.number("round"),
    identity: read.string("identity"),
    route: read.string("route"),
    at: read.time("at"),
    by: read.string("by"),
    file: read.string("file"),
    ...(rule !== undefined && { rule }),
  };
}

export function readBatchItem(item: JsonObject, lane: string, id: number): Batch {
  const read = readItem(item, `Batch ${id} of lane ${lane}`);
  return {
    id,
    members: readMembers(read),
    st: read.oneOf("st", ["claimed", "begun"]),
    gen: read.number("gen"),
    route: read.string("route"),
    flow: read.number("flow"),
    by: read.string("by"),
    afterFailure: read.oneOf("afterFailure", ["continue", "hold"]),
    keep: read.oneOf("keep", ["all", "last"]),
    claimedAt: read.time("claimedAt"),
    ...(read.has("missing") && { missing: read.strings("missing") }),
    ...(read.has("manifest") && { manifest: read.string("manifest") }),
    ...(read.has("runner") && { runner: read.string("runner") }),
    ...(read.has("auditId") && { auditId: read.string("auditId") }),
    ...(read.has("begunAt") && { begunAt: read.time("begunAt") }),
    ...(read.has("out") && { out: readOut(read.object("out")) }),
  };
}

export function readEntryItem(item: JsonObject): Entry {
  const pk = item["pk"];
  const identity = typeof pk === "string" ? pk.slice("E#".length) : "";
  const read = readItem(item, `The entry ${identity}`);
  const decision = readDecision(item["decision"]);
  if (decision === undefined) throw read.unreadable("decision");
  return {
    identity,
    lane: read.string("lane"),
    seq: read.number("seq"),
    round: read.number("round"),
    at: read.time("at"),
    decision,
    state: read.oneOf("state", ["waiting", "told"]),
    ...(read.has("outcome") && { outcome: read.string("outcome") }),
    ...(read.has("batch") && { batch: Number(read.string("batch")) }),
    ...(read.has("toldAt") && { toldAt: read.time("toldAt") }),
  };
}

export function readCounterItem(item: JsonObject, lane: string): Counter {
  const read = readItem(item, `The counter of lane ${lane}`);
  return { next: read.number("next"), at: read.time("at") };
}

function readOpen(read: ItemReader): NonNullable<Head["open"]> {
  const missing = read.has("missing") ? read.strings("missing") : undefined;
  return {
    id: read.number("id"),
    members: readMembers(read),
    ...(missing !== undefined && { missing }),
  };
}

function readMembers(read: ItemReader): readonly Member[] {
  return read.strings("members").map(text => {
    const member = parseMember(text);
    if (member === undefined) throw read.unreadable("members");
    return member;
  });
}

function readHold(read: ItemReader): NonNullable<Head["hold"]> {
  return { by: read.string("by"), why: read.string("why"), at: read.time("at") };
}

function readDrop(read: ItemReader): NonNullable<Head["drop"]> {
  return { id: read.string("id"), upto: read.number("upto") };
}

function readSleep(read: ItemReader): NonNullable<Head["sleep"]> {
  return {
    until: read.time("until"),
    seen: read.number("seen"),
    ...(read.has("full") && { full: read.number("full") }),
  };
}

function readOut(read: ItemReader): Out {
  return {
    kind: read.string("kind"),
    verdict: read.oneOf("verdict", ["pass", "fail"]),
    message: read.string("message"),
    at: read.time("at"),
    ...(read.has("by") && { by: read.oneOf("by", ["lane"]) }),
  };
}
