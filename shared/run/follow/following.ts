import type { Execution } from "../../etlworks/replies/execution.ts";
import type { Failure } from "../../etlworks/replies/reply.ts";
import type { TerminalStatus } from "../../etlworks/replies/run-status.ts";
import type { PollCounts } from "../outcome.ts";
import type { Task } from "../run-request.ts";
import type { StartedRun } from "../started-run.ts";
import type { Streak } from "../streak.ts";

/** How following a run ended. */
export interface Followed {
  readonly end:
    | { readonly kind: "ended"; readonly status: TerminalStatus }
    /** `why`: the last check was not answered by Etlworks itself. */
    | { readonly kind: "lost"; readonly why?: string }
    | { readonly kind: "stopped" }
    /**
     * `failing`: no poll had a usable answer; why the last one had none. With `failingMs`, none since
     * so long.
     */
    | { readonly kind: "timed-out"; readonly failing?: string; readonly failingMs?: number }
    | { readonly kind: "refused"; readonly failure: Failure }
    /** Our side cannot ask any more, such as a secret that may not be read. */
    | { readonly kind: "denied"; readonly message: string }
    /** The run that the start's answer named began before we sent it, or is another flow's. */
    | { readonly kind: "not-ours"; readonly why: string }
    /** The run that we were told to follow is a run of this flow. */
    | { readonly kind: "other-flow"; readonly flowId: number };
  readonly execution?: Execution;
  readonly elapsedMs: number;
  readonly counts: PollCounts;
}

/** `deadline` is on `host.clock.monotonicMs()`. */
export interface FollowedRun {
  readonly task: Task;
  readonly start: StartedRun;
  readonly deadline: number;
}

/** What is carried from poll to poll. Plain data. */
export interface Following {
  /** When the last poll ended. */
  readonly at: number;
  readonly begun: boolean;
  /** The server has taken these credentials for this run. */
  readonly accepted: boolean;
  readonly polls: number;
  readonly faults: number;
  readonly rateLimits: number;
  readonly faultsInARow: number;
  /** When the first of the polls ended that have had no usable answer since. */
  readonly failingSince: number | null;
  readonly failingTold: boolean;
  /** Why the last poll had no usable answer; null when it had one. */
  readonly lastFailure: string | null;
  /** The last poll was not even sent: our side could not ask. */
  readonly denied: boolean;
  /** How long the server has refused us in its own words. */
  readonly refused: Streak | null;
  /** How long the server has known nothing of the run. */
  readonly absent: Streak | null;
  readonly status: string | null;
  readonly execution: Execution | null;
  readonly end: Followed["end"] | null;
  /** Until the next poll. */
  readonly delayMs: number;
}
