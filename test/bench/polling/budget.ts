/** An organisation's requests: so many in each minute, then 429 until the minute is over. */
export interface Budget {
  /** `undefined` when the request is served, else the seconds to stay away (`Retry-After`). */
  readonly ask: (now: number) => number | undefined;
}

/** The documented limit is 600 a minute; how the minute is cut is not, so a plain window. */
export function minuteBudget(perMinute: number): Budget {
  let minute = 0;
  let used = 0;
  return {
    ask: now => {
      const current = Math.floor(now / 60);
      if (current !== minute) {
        minute = current;
        used = 0;
      }
      if (used >= perMinute) return Math.ceil((current + 1) * 60 - now);
      used += 1;
      return undefined;
    },
  };
}
