/**
 * Time as an argument. Nothing in `shared/` reads the system clock itself, so every test is exact
 * and a durable replay stays deterministic.
 */
export interface Clock {
  /**
   * Milliseconds for measuring waits and deadlines. In a process it never jumps (monotonic); in a
   * durable execution it is the wall clock, because a wait there outlives the process.
   */
  readonly monotonicMs: () => number;
  /** Milliseconds since 1970, for comparing with the server's timestamps and for reports. */
  readonly epochMs: () => number;
}
