/** Time for one caller: passes at once, by as much as it waits. For code that uses timers of its own. */
export interface CallerTime {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  advanceTo(at: number): void;
}

export function createCallerTime(begin = Date.UTC(2026, 10, 23, 12)): CallerTime {
  let now = begin;
  return {
    now: () => now,
    async sleep(milliseconds) {
      now += milliseconds;
    },
    advanceTo(at) {
      now = Math.max(now, at);
    },
  };
}
