/** Time that may be spent on something, shared by all who draw on it. */
export interface TimeBudget {
  /** Milliseconds that are left; never negative. */
  leftMs(): number;
  /** Does the work and takes the time that it took. */
  spend<Result>(work: () => Result): Result;
  /** A part for one of several users: at most so much, and at most half of what is left. */
  share(mostMs: number): TimeBudget;
}

export function createTimeBudget(limitMs: number, monotonicMs: () => number): TimeBudget {
  let left = limitMs;
  const budget: TimeBudget = {
    leftMs: () => Math.max(0, left),
    spend(work) {
      const started = monotonicMs();
      try {
        return work();
      } finally {
        left -= monotonicMs() - started;
      }
    },
    share(mostMs) {
      const part = createTimeBudget(Math.min(mostMs, budget.leftMs() / 2), monotonicMs);
      return { ...part, spend: work => budget.spend(() => part.spend(work)) };
    },
  };
  return budget;
}
