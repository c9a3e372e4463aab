import type { BatchRule } from "../../decision.ts";
import type { NewEntry } from "./ledger.ts";
import type { Entry, Member, Ticket } from "./ledger-contents.ts";

/** The ticket of an entry: all that ripeness needs, and where to find the entry. */
export function ticketOf(entry: NewEntry, round = 1, at = entry.at): Ticket {
  const { identity, route, batch, file } = entry.decision;
  return {
    seq: entry.seq,
    round,
    identity,
    route,
    at,
    by: batch?.by ?? "",
    file: fileName(file?.key ?? ""),
    ...(batch !== undefined && { rule: ruleOf(batch) }),
  };
}

function ruleOf({ quietMs, longestMs, most, everyMs, keep, all }: BatchRule): BatchRule {
  return { quietMs, longestMs, most, everyMs, keep, ...(all !== undefined && { all }) };
}

/** `12.1`: number and round. */
export function memberText({ seq, round }: Member): string {
  return `${seq}.${round}`;
}

export function parseMember(text: string): Member | undefined {
  const parts = /^(?<seq>\d{1,15})\.(?<round>\d{1,9})$/.exec(text)?.groups;
  return parts && { seq: Number(parts["seq"]), round: Number(parts["round"]) };
}

export function memberOf({ seq, round }: Member): Member {
  return { seq, round };
}

/** Tickets lie in the table as text by number, then by round. */
export function compareMembers(one: Member, other: Member): number {
  return one.seq - other.seq || one.round - other.round;
}

export function isWaiting(entry: Entry, round: number): boolean {
  return entry.state === "waiting" && entry.round === round;
}

function fileName(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}
