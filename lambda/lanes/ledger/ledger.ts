import type { Decision } from "../../decision.ts";
import type {
  Batch,
  Counter,
  Drop,
  Entry,
  Head,
  Hold,
  LaneSleep,
  Member,
  OpenBatch,
  Out,
  Ticket,
} from "./ledger-contents.ts";

/**
 * The ledger: what became of each accepted event, and what waits in which lane.
 *
 * Each call is **one operation on the table**, so that a death between two of them is a death that
 * can be played. What a call found is data. A call that the table did not take, or whose answer was
 * lost, throws a `LedgerFault`: after `unanswered` the write may or may not have happened, and
 * every write here can be asked for again.
 *
 * Three places, one truth each. An entry, found by its identity, says what became of an event. A
 * ticket, found by its lane and sorted by arrival, exists exactly while the entry waits or is in the
 * open batch. The head of a lane is one small item that changes only by conditional writes: claims,
 * holds, drops and generations meet there, so that they cannot race.
 */
export interface Ledger {
  // --- Events come in ---

  /** Takes numbers for events of a lane. Numbers that nobody uses are gaps, and nobody waits for gaps. */
  takeNumbers(lane: string, count: number, at: number): Promise<TakenNumbers>;
  /** Writes the entry if there is none of its identity, and its ticket, in one transaction. */
  putEntry(entry: NewEntry): Promise<PutEntry>;

  // --- The head of a lane ---

  /** Consistent. A lane that nobody wrote yet has the head `NEW_HEAD`. */
  readHead(lane: string): Promise<Head>;
  /** Opens batch `batch` (the head's `nb`), if the head is still at `rev`. */
  claim(lane: string, rev: number, open: OpenBatch): Promise<HeadChange>;
  /** Says until when the lane sleeps, if the head is still at `rev`. Resolves with the new head. */
  fallAsleep(lane: string, rev: number, sleep: LaneSleep): Promise<HeadChange>;
  /** Generation `gen` + 1, if the head is still at `gen` (and at `rev`, where one is given). */
  raise(lane: string, gen: number, rev?: number): Promise<HeadChange>;
  /** Ends the open batch, if it is this one. */
  close(lane: string, batch: number, closing: Closing): Promise<HeadChange>;
  hold(lane: string, hold: Hold): Promise<Head>;
  resume(lane: string): Promise<Head>;
  /** Asks for a drop, if no other drop is under way; `refused` tells of the other one. */
  requestDrop(lane: string, drop: Drop): Promise<HeadChange>;
  /** Ends the drop, if it is this one. */
  finishDrop(lane: string, drop: string): Promise<HeadChange>;

  // --- Tickets ---

  /** The tickets of a lane by number, a page at a time; consistent. */
  queryTickets(lane: string, page: TicketPage): Promise<Tickets>;
  /** These tickets of a lane, at most {@link MAX_READ}; consistent. Those that are gone are missing. */
  readTickets(lane: string, members: readonly Member[]): Promise<readonly Ticket[]>;
  /** Deletes at most {@link MAX_DELETED} tickets. Resolves with those that the table did not take. */
  deleteTickets(lane: string, members: readonly Member[]): Promise<readonly Member[]>;

  // --- Batches ---

  /** Writes the batch, if there is none or if it is claimed by no later generation. */
  armBatch(lane: string, batch: number, arming: Arming): Promise<ArmBatch>;
  /** Consistent. */
  readBatch(lane: string, batch: number): Promise<Batch | undefined>;
  /** The fence before the start: if the batch is claimed for `gen` and has no outcome. */
  beginBatch(lane: string, batch: number, gen: number, runner: Runner): Promise<BatchChange>;
  /** A second runner takes the place of one that is gone, if `gone` is still the batch's runner. */
  takeOver(lane: string, batch: number, gone: string, runner: Runner): Promise<BatchChange>;
  /** If the runner is the batch's. */
  noteAuditId(lane: string, batch: number, runner: string, auditId: string): Promise<BatchChange>;
  /** The outcome, written once: if there is none and the runner is the batch's. */
  noteOut(lane: string, batch: number, runner: string, out: Out): Promise<BatchChange>;
  /** The outcome by the lane: if there is none, and the batch is as `seen` in all that decides. */
  settleBatch(lane: string, batch: number, seen: Batch, out: Out): Promise<BatchChange>;

  // --- Entries ---

  /** At most {@link MAX_READ}; consistent. Those that are gone are missing. */
  readEntries(identities: readonly string[]): Promise<readonly Entry[]>;
  /** Says what became of an entry, if it waits in this round. */
  tellEntry(telling: Telling): Promise<TellEntry>;
  /**
   * Drops at most {@link MAX_DROPPED} entries and their tickets in one transaction, if the lane's
   * drop is still this one and each of the entries waits in its round.
   */
  dropEntries(
    lane: string,
    drop: string,
    tickets: readonly Ticket[],
    at: number,
  ): Promise<DropEntries>;
  /** A told entry waits again, in its old place: if it was told in this round. */
  waitAgain(entry: Entry, at: number): Promise<WaitAgain>;

  // --- Looking around, for the sweep and by hand ---

  /** The lanes that had an event of late, a page at a time. May lag by a moment. */
  listLanes(after?: string): Promise<LaneNames>;
  /** Takes a lane out of that list, if its counter is unchanged. The next event puts it back. */
  forgetLane(lane: string, counter: Counter): Promise<CounterChange>;
  readCounter(lane: string): Promise<Counter | undefined>;
  /**
   * The entries that are wanted, without their parameters, a page at a time and in no order. A page may
   * be empty and still have more after it. Reads the whole ledger: for commands by hand only.
   */
  scanEntries(wanted: WantedEntries, part: LedgerPart, after?: string): Promise<EntryPage>;
}

export const MAX_READ = 100;
export const MAX_DELETED = 25;
/** A condition on the head, and two writes for each: a transaction takes 100. */
export const MAX_DROPPED = 49;

/** Told entries are kept longer than any redelivery: a queue's 14 days and its dead letters' 14. */
export const KEPT_MS = 35 * 24 * 3_600_000;

// --- What goes in ---

export interface NewEntry {
  readonly seq: number;
  readonly at: number;
  readonly decision: Decision;
}

export interface TicketPage {
  /** Continue after this place. */
  readonly after?: Member;
  /** Up to this number. */
  readonly upto?: number;
  /** At most so many; the table may give fewer and still have more. */
  readonly limit?: number;
}

/** What is not said does not matter. */
export interface WantedEntries {
  readonly lane?: string;
  readonly route?: string;
  /** Told with one of these. */
  readonly outcomes?: readonly string[];
  /** About an object whose key begins so. */
  readonly objects?: { readonly bucket: string; readonly prefix: string };
}

/** The ledger in `parts`, which may be read side by side; the first is 0. */
export interface LedgerPart {
  readonly part: number;
  readonly parts: number;
}

export interface Arming {
  readonly gen: number;
  readonly members: readonly Member[];
  readonly route: string;
  readonly flow: number;
  readonly by: string;
  readonly afterFailure: "continue" | "hold";
  readonly keep: "all" | "last";
  readonly missing?: readonly string[];
  readonly manifest?: string;
  readonly at: number;
}

export interface Runner {
  readonly arn: string;
  readonly at: number;
}

export interface Closing {
  /** Also holds the lane, unless it is held already. */
  readonly hold?: Hold;
  /** The route whose run began then. */
  readonly began?: { readonly route: string; readonly at: number };
}

export interface Telling {
  readonly identity: string;
  readonly round: number;
  readonly outcome: string;
  readonly batch: number;
  readonly at: number;
}

// --- What comes out ---

export interface TakenNumbers {
  /** `count` numbers from here. */
  readonly first: number;
}

export type PutEntry =
  | { readonly kind: "written" }
  /** An entry of this identity is there; nothing was written. */
  | { readonly kind: "known"; readonly entry: Entry };

export type HeadChange =
  | { readonly kind: "done"; readonly head: Head }
  | { readonly kind: "refused"; readonly head: Head };

export interface Tickets {
  readonly tickets: readonly Ticket[];
  /** There may be more after this place. Missing: that was all. */
  readonly after?: Member;
}

export type ArmBatch =
  | { readonly kind: "armed" }
  /** It has begun, or a later generation claimed it. */
  | { readonly kind: "refused"; readonly batch: Batch };

export type BatchChange =
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly batch: Batch | undefined };

export type TellEntry =
  | { readonly kind: "told" }
  /** Told before, or another round. */
  | { readonly kind: "past" };

export type DropEntries =
  | { readonly kind: "dropped" }
  /** The lane's drop is another one, or none. */
  | { readonly kind: "no-drop" }
  /** These do not wait in their round. Nothing was dropped. */
  | { readonly kind: "past"; readonly members: readonly Member[] };

export type WaitAgain =
  | { readonly kind: "waiting" }
  /** It waits already, or somebody told it anew. */
  | { readonly kind: "past" };

export interface LaneNames {
  readonly lanes: readonly string[];
  readonly after?: string;
}

export type CounterChange = { readonly kind: "done" } | { readonly kind: "refused" };

export interface EntryPage {
  readonly entries: readonly Entry[];
  readonly after?: string;
}
