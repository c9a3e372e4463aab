import type { CheckReport } from "../check-setup.ts";
import type { Decision } from "../decision.ts";
import type { Log } from "../log.ts";

/** How decisions become runs: through their lanes, or from within the dispatcher. */
export interface Launcher {
  /**
   * Launches all decisions of some records, one list for each record; the results have the same
   * shape. `remainingMs` tells how long it is until Lambda ends the invocation.
   */
  launch(
    records: readonly (readonly LaunchRequest[])[],
    remainingMs: () => number,
  ): Promise<readonly (readonly LaunchResult[])[]>;
  /** Whether these flows could be started now, or who was asked. Starts nothing. */
  check(flows: readonly number[], requestId: string): Promise<CheckReport | CheckAsked>;
  /** The invocation is over; the process may be frozen. */
  finish(): void;
}

/** The runner looks, in an execution of its own whose result is the report. */
export interface CheckAsked {
  readonly asked: string;
  readonly executionArn: string | undefined;
  /** What the person who asks does next. */
  readonly next: string;
}

export interface LaunchRequest {
  readonly decision: Decision;
  /** Knows the decision already. */
  readonly log: Log;
}

/** What became of one decision. */
export type LaunchResult =
  | {
      readonly kind: "launched";
      /** What to tell a caller who waits for an answer. */
      readonly result: Readonly<Record<string, unknown>>;
    }
  /** Another copy of the event came before. */
  | { readonly kind: "duplicate"; readonly result: Readonly<Record<string, unknown>> }
  /** It goes back to AWS, which delivers it again or parks it. */
  | { readonly kind: "failed"; readonly message: string };
