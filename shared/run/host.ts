import type { Clock } from "./clock.ts";

/**
 * Where a run is followed: a process (the Action, the dispatcher) or a durable execution (the
 * runner). The core is written against this and never knows which.
 *
 * Everything with an effect or a changing answer (requests, time, chance, reports) happens inside
 * `work` and `check`. Code between the operations must be a pure function of their results: a
 * durable execution runs it again on every replay.
 */
export interface Host {
  readonly clock: Clock;
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number;
  /** Aborted when the host is told to stop: stop waiting, report, leave. A durable execution never is. */
  readonly stop: AbortSignal;
  /** Aborted a moment after `stop`: also give up a start that is still without an answer. */
  readonly abandon: AbortSignal;
  /**
   * Does the work at most once and remembers its result. `interrupted` means that the work was
   * begun and its result will never be known.
   */
  once<T>(name: string, work: () => Promise<T>): Promise<Once<T>>;
  /** Does the work at least once and remembers its result: only for what changes nothing. */
  read<T>(name: string, work: () => Promise<T>): Promise<T>;
  /**
   * `check`, then wait `nextDelay` milliseconds, and again, until `nextDelay` returns "done" or the
   * host is told to stop. Neither function may throw; both see only `state`, which survives JSON.
   */
  until<S>(
    name: string,
    first: S,
    check: (state: S) => Promise<S>,
    nextDelay: (state: S) => number | "done",
  ): Promise<S>;
}

export type Once<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "interrupted" };
