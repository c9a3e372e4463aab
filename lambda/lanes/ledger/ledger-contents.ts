import type { BatchRule, Decision } from "../../decision.ts";

/** A ticket's place in its lane. A number belongs to one record of a lane for ever. */
export interface Member {
  readonly seq: number;
  /** 1, and one more each time the entry waits again. */
  readonly round: number;
}

export interface Head {
  /** Changed by every write. 0: nobody wrote yet. */
  readonly rev: number;
  readonly gen: number;
  /** The number of the next batch. */
  readonly nb: number;
  readonly open?: OpenBatch;
  readonly hold?: Hold;
  readonly drop?: Drop;
  readonly sleep?: LaneSleep;
  /** When the last run of a route began, for routes that run at most every so often. */
  readonly begins: Readonly<Record<string, number>>;
}

export const NEW_HEAD: Head = { rev: 0, gen: 1, nb: 1, begins: {} };

export interface OpenBatch {
  readonly id: number;
  /** In order of arrival. */
  readonly members: readonly Member[];
  /** The batch has no run: these names of its `all` did not come in time. */
  readonly missing?: readonly string[];
}

export interface Hold {
  readonly by: string;
  readonly why: string;
  readonly at: number;
}

export interface Drop {
  readonly id: string;
  /** Drops what has this number or a smaller one. */
  readonly upto: number;
}

/**
 * The lane looks again at `until` and not before. An event that may be ripe earlier has the
 * generation raised, so that another execution looks at once.
 */
export interface LaneSleep {
  readonly until: number;
  /** The first number with which a group that waits can be full. */
  readonly full?: number;
  /** Every number up to this one is known. A new group of `most` can be full so much later. */
  readonly seen: number;
}

export interface Ticket extends Member {
  readonly identity: string;
  readonly route: string;
  /** When it was delivered, or began to wait again. */
  readonly at: number;
  readonly by: string;
  /** The name of the file without its folders; empty when the event is about none. */
  readonly file: string;
  /** Missing: ripe at once, and alone. */
  readonly rule?: BatchRule;
}

export interface Batch {
  readonly id: number;
  readonly members: readonly Member[];
  readonly st: "claimed" | "begun";
  readonly gen: number;
  readonly route: string;
  readonly flow: number;
  readonly by: string;
  readonly afterFailure: "continue" | "hold";
  readonly keep: "all" | "last";
  readonly missing?: readonly string[];
  /** Address of the list of files. */
  readonly manifest?: string;
  /** The execution that began it, by its ARN. */
  readonly runner?: string;
  readonly auditId?: string;
  readonly out?: Out;
  readonly claimedAt: number;
  readonly begunAt?: number;
}

/** How a batch ended. */
export interface Out {
  /** The outcome's kind; or `not-started`, `start-unknown`, `incomplete` by the lane itself. */
  readonly kind: string;
  readonly verdict: "pass" | "fail";
  /** One sentence. */
  readonly message: string;
  readonly at: number;
  /** Settled by the lane, without a runner that tells of it. */
  readonly by?: "lane";
}

export interface Entry {
  readonly identity: string;
  readonly lane: string;
  readonly seq: number;
  readonly round: number;
  readonly at: number;
  readonly decision: Decision;
  readonly state: "waiting" | "told";
  /** How its run ended, or `superseded`, `incomplete`, `dropped`. Only when told. */
  readonly outcome?: string;
  /** The batch that it was in, if any. */
  readonly batch?: number;
  readonly toldAt?: number;
}

export interface Counter {
  readonly next: number;
  readonly at: number;
}
