export interface Seeds {
  readonly from: number;
  readonly count: number;
}

/** A scene that contradicts what was promised. */
export interface FailingSeed {
  readonly seed: number;
  readonly found: readonly string[];
}

/** Plays the scene of each seed, one after the other; `play` resolves with what it contradicts. */
export async function failingSeeds(
  { from, count }: Seeds,
  play: (seed: number) => Promise<readonly string[]>,
): Promise<readonly FailingSeed[]> {
  const failures: FailingSeed[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const found = await play(seed);
    if (found.length > 0) failures.push({ seed, found });
  }
  return failures;
}
