import type { Member } from "./ledger-contents.ts";
import { parseMember } from "./ticket.ts";

/** A key of a table may have 2 KB; the rest is for what stands beside the lane in it. */
export const MAX_LANE_BYTES = 1_024;

/**
 * The keys of the table. They are a contract: operators and tests read the table by them.
 *
 * Everything that waits in a lane lies in one partition, `L#<lane>`, with its counter and its head.
 * Batches lie beside it, so that they never stand in the way of a query for tickets; entries lie
 * each for itself.
 */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Of the sparse index over the counters, from which the sweep learns the lanes. */
export const LANES_INDEX = "lanes";
export const LISTED = "1";

const SEQ_DIGITS = 15;
const BATCH_DIGITS = 10;

export const counterKey = (lane: string): Key => ({ pk: `L#${lane}`, sk: "next" });
export const headKey = (lane: string): Key => ({ pk: `L#${lane}`, sk: "head" });
export const entryKey = (identity: string): Key => ({ pk: `E#${identity}`, sk: "e" });

export function ticketKey(lane: string, { seq, round }: Member): Key {
  return { pk: `L#${lane}`, sk: `W#${padded(seq, SEQ_DIGITS)}#${round}` };
}

export function batchKey(lane: string, batch: number): Key {
  return { pk: `B#${lane}`, sk: batchText(batch) };
}

/** As a batch's own key has it, so that it can be looked up from an entry. */
export function batchText(batch: number): string {
  return padded(batch, BATCH_DIGITS);
}

/** The first and the last key that a ticket up to this number can have. */
export function ticketRange(upto: number): readonly [from: string, to: string] {
  return ["W#", `W#${padded(upto, SEQ_DIGITS)}#~`];
}

export function memberOfKey(sk: string): Member | undefined {
  const parts = /^W#0*(?<seq>\d+)#(?<round>\d+)$/.exec(sk)?.groups;
  return parts && parseMember(`${parts["seq"]}.${parts["round"]}`);
}

export function laneOfKey(pk: string): string {
  return pk.slice("L#".length);
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, "0");
}
