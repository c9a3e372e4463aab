/** For how long the server has given one kind of answer. Plain data. */
export interface Spell {
  /** When that answer came last. */
  readonly at: number;
  readonly lastedMs: number;
}

/**
 * The same answer again, at this time. What came between two of them, such as an outage of an hour,
 * says nothing, so a gap counts for at most half of the time that is asked for: it takes three
 * answers at least.
 */
export function prolonged(spell: Spell | null, at: number, askedMs: number): Spell {
  if (spell === null) return { at, lastedMs: 0 };
  const gapMs = Math.max(0, at - spell.at);
  return { at, lastedMs: spell.lastedMs + Math.min(gapMs, askedMs / 2) };
}
