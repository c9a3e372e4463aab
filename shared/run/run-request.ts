import type { EtlworksClient } from "../etlworks/etlworks-client.ts";
import type { SettingNames } from "../etlworks/explain-failure.ts";
import type { Host } from "./host.ts";
import type { IfRunning } from "./if-running.ts";
import type { Origin } from "./outcome.ts";

/** Everything that decides one run. Plain data: a durable execution keeps it in its input. */
export interface RunRequest {
  readonly flowId: number;
  readonly parameters: Readonly<Record<string, string>>;
  /** Extra query string for the start call, without `?`. */
  readonly runQuery: string;
  readonly ifRunning: IfRunning;
  /** `false`: start and return. */
  readonly wait: boolean;
  /** Milliseconds for everything, waiting for another run included; 0 = no limit. */
  readonly timeoutMs: number;
  /** Milliseconds of the timeout that were spent before, such as on finding the flow. */
  readonly spentMs?: number;
  /** A fixed interval between polls instead of the schedule. */
  readonly pollIntervalMs?: number;
  /**
   * Whether a start whose answer was lost may take the one new run of the flow for ours. `never`
   * unless told: where anybody else may start the flow, that run can be another's.
   */
  readonly adoption?: "never" | "strict";
  /** How long to try again when the server cannot be reached at all, before the run began. */
  readonly patienceMs: number;
}

/** What happens on the way, for logs and state. Sent once each, never again on a durable replay. */
export type RunEvent =
  /** The start is sent next. Until another event tells, or the outcome, nobody knows what came of it. */
  | { readonly kind: "starting" }
  /** The server refused or could not be reached, and provably nothing began; trying again. */
  | { readonly kind: "start-delayed"; readonly reason: string; readonly delayMs: number }
  /** Another run of the flow is running. */
  | { readonly kind: "busy"; readonly policy: IfRunning; readonly otherAuditId?: string }
  /** Whether the start began a run is not known. `searching`: the flow's history may still tell. */
  | { readonly kind: "in-doubt"; readonly reason: string; readonly searching: boolean }
  /** The run has an id. Comes before the first poll. */
  | {
      readonly kind: "started";
      readonly auditId: string;
      readonly origin: Origin;
      /** Lengths of past runs in seconds, newest first; empty when unknown. */
      readonly pastSeconds: readonly number[];
      /** When we sent the start, by the server's clock; only where the start's answer named the run. */
      readonly sentAt?: number;
      /** The newest time in the history that was read before the start; where `sentAt` is. */
      readonly newestAt?: number;
    }
  /** The run that `started` told of is not the one that our start began: leave it alone. */
  | { readonly kind: "not-ours"; readonly auditId: string; readonly reason: string }
  /** The status changed. `known: false`: a word we do not know, counted as running. */
  | {
      readonly kind: "status";
      readonly auditId: string;
      readonly status: string;
      readonly known: boolean;
      readonly elapsedMs: number;
    }
  /** A poll without a usable answer; the run goes on, and so do we. */
  | {
      readonly kind: "poll-failed";
      readonly auditId: string;
      readonly reason: string;
      readonly delayMs: number;
    }
  | { readonly kind: "rate-limited"; readonly auditId: string; readonly delayMs: number }
  /** No poll has had a usable answer for a minute. Once for each such time. */
  | {
      readonly kind: "polls-failing";
      /** Absent: nothing is started yet, and the polls are for another run to end. */
      readonly auditId?: string;
      readonly reason: string;
      readonly failingMs: number;
    };

export type Report = (event: RunEvent) => void | Promise<void>;

/** What the parts of the core work with. */
export interface Task {
  readonly request: RunRequest;
  readonly client: EtlworksClient;
  readonly host: Host;
  readonly report: Report;
  /** What the user calls the settings, for error sentences. */
  readonly names: SettingNames;
  /** Audit ids that this process knows as another start's; may grow meanwhile. */
  readonly foreignRuns?: ReadonlySet<string>;
  /** The login that we start as, where it is known: a run of another user is not ours. */
  readonly user?: string;
}
