import type { Execution } from "../etlworks/replies/execution.ts";
import type { TerminalStatus } from "../etlworks/replies/run-status.ts";

/**
 * How the run we followed came to be ours: we started it and were told its id; we started it, the
 * answer was lost and the history named it; or it is another's and the policy said to follow it.
 */
export type Origin = "started" | "adopted" | "attached";

/** What it took: counted for the log, the summary and the metrics. */
export interface PollCounts {
  /** Times that the run's status was asked. */
  readonly polls: number;
  /** Answers that were no answer (network, 5xx, HTML, wrong run) and were survived. */
  readonly faults: number;
  /** Answers with 429. */
  readonly rateLimits: number;
}

/** Of what ended before a poll. */
export const NO_COUNTS: PollCounts = { polls: 0, faults: 0, rateLimits: 0 };

interface Always {
  readonly flowId: number;
  /** One sentence: the server's own words where it gave any, ours otherwise. */
  readonly message: string;
  readonly counts: PollCounts;
}

interface OfRun extends Always {
  readonly auditId: string;
  readonly origin: Origin;
}

interface Watched {
  /** The last thing the server said of the run. */
  readonly execution?: Execution;
  /** Milliseconds from the accepted start to the last poll, by our clock. */
  readonly elapsedMs: number;
}

/** How the whole attempt ended. Plain data that survives JSON; never an exception. */
export type Outcome =
  | ({ readonly kind: TerminalStatus } & OfRun & Watched)
  | ({ readonly kind: "started" } & OfRun)
  | ({ readonly kind: "lost" } & OfRun & Watched)
  | ({
      readonly kind: "timed-out" | "aborted";
      readonly auditId?: string;
      readonly origin?: Origin;
      /** The server answered 429 to the last start. */
      readonly rateLimited?: true;
      /** No status check had a usable answer any more. */
      readonly failing?: true;
    } & Always &
      Partial<Watched>)
  | ({ readonly kind: "skipped" | "busy"; readonly otherAuditId?: string } & Always)
  | ({ readonly kind: "not-started"; readonly code?: string } & Always)
  | ({ readonly kind: "start-unknown" } & Always)
  /** What only the user can fix: before the start, or in the middle of a run (then with its id). */
  | ({
      readonly kind: "refused";
      readonly auditId?: string;
      readonly origin?: Origin;
      /** The server did not take our credentials, so it takes them for nothing else. */
      readonly unauthorized?: true;
    } & Always &
      Partial<Watched>);

export type OutcomeKind = Outcome["kind"];
