import type { CheckReport } from "../check-setup.ts";
import type { Log } from "../log.ts";
import type { RunDecision, RunKey } from "./run-key.ts";

/** How decisions become runs: through the runner, or from within the dispatcher. */
export interface Launcher {
  launch(request: LaunchRequest): Promise<LaunchResult>;
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
  readonly decision: RunDecision;
  readonly key: RunKey;
  /** Knows the decision already. */
  readonly log: Log;
  /** Milliseconds until Lambda ends the invocation. */
  readonly remainingMs: number;
}

/** What became of one decision. */
export type LaunchResult =
  | {
      readonly kind: "launched";
      /** What to tell a caller who waits for an answer. */
      readonly result: Readonly<Record<string, unknown>>;
    }
  /** AWS has an execution of this name already. Nothing to do. */
  | { readonly kind: "duplicate" }
  /** It goes back to AWS, which delivers it again or parks it. */
  | { readonly kind: "failed"; readonly message: string };
