/** For how long the server has given one kind of answer. Plain data. */
export interface Streak {
  /** When that answer came last, and as which poll. */
  readonly at: number;
  readonly poll: number;
  readonly lastedMs: number;
}

/**
 * The same answer again, at this poll. What came between two of them, such as an outage of an hour,
 * says nothing: then the time between counts for at most a quarter of what is asked for.
 */
export function prolonged(
  streak: Streak | null,
  { at, polls }: { readonly at: number; readonly polls: number },
  askedMs: number,
): Streak {
  if (streak === null) return { at, poll: polls, lastedMs: 0 };
  const most = polls === streak.poll + 1 ? askedMs / 2 : askedMs / 4;
  const gapMs = Math.min(most, Math.max(0, at - streak.at));
  return { at, poll: polls, lastedMs: streak.lastedMs + gapMs };
}
