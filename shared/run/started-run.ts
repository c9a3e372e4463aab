import type { Origin } from "./outcome.ts";

/** A run that is known by its id: what following it needs. Plain data, remembered by the host. */
export interface StartedRun {
  readonly kind: "started";
  readonly auditId: string;
  readonly origin: Origin;
  /** `clock.monotonicMs()` when the run was known to have begun. */
  readonly at: number;
  /** Lengths of past runs in seconds, newest first; empty when unknown. */
  readonly pastSeconds: readonly number[];
  /** When we sent the start, by the server's clock; only for a run whose id the start's answer named. */
  readonly sentAt?: number;
  /** The newest time in the history that was read before the start, by the clock of its records. */
  readonly newestAt?: number;
}
