import type { Failure, Reply } from "../../etlworks/replies/reply.ts";
import type { StartedRun } from "../started-run.ts";
import type { Sending } from "../whose-run.ts";
import type { Baseline } from "./baseline.ts";

/** What came of sending one start. Plain data, remembered by the host. */
export type Attempt =
  | StartedRun
  | { readonly kind: "not-started"; readonly code?: string; readonly message: string }
  | { readonly kind: "timed-out"; readonly why: string }
  | { readonly kind: "stopped" }
  | { readonly kind: "refused"; readonly failure: Failure }
  | Busy
  | Again
  | InDoubt;

/** Code 1. */
export interface Busy {
  readonly kind: "busy";
  readonly otherAuditId?: string;
  /** When we sent the start, by the server's clock. */
  readonly sentAt?: number;
  /**
   * Nobody knew the run before, so it may be our own: the older documents read code 1 as "your run
   * is still running".
   */
  readonly maybeOurs: boolean;
}

/** Provably nothing began. */
export interface Again {
  readonly kind: "again";
  readonly at: number;
  readonly failure: Extract<Failure, { kind: "rate-limited" | "unreachable" }>;
  readonly jitter: number;
}

/** A run may have begun. `sending` is unknown when the host died with it. */
export interface InDoubt {
  readonly kind: "in-doubt";
  readonly reason: string;
  readonly sending?: Sending;
  /** The runs that the answer names, where it says no and names some: ours is one of them or none. */
  readonly named?: readonly string[];
}

/** What is known of an attempt when its answer is read. */
export interface Circumstances {
  readonly at: number;
  /** How long the start took, until it had its answer. */
  readonly tookMs: number;
  readonly sending: Sending;
  readonly baseline: Reply<Baseline>;
  readonly jitter: number;
}
