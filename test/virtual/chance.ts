/** Chance that is the same for the same seed, on every machine and for ever. */
export interface Chance {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** True in this share of all cases. */
  likely(share: number): boolean;
  /** A whole number from `low` to `high`, both possible. */
  whole(low: number, high: number): number;
  /** Between `low` and `high`, with each power of ten as likely as the next. */
  anyScale(low: number, high: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

export function createChance(seed: number): Chance {
  // SplitMix32 (Steele, Lea and Flood 2014, doi 10.1145/2660193.2660195): neighbouring seeds give
  // unrelated numbers, and a seed is one word that fits into a bug report.
  let state = Math.imul(seed, 0x9e3779b1) ^ (seed / 0x1_0000_0000);
  const random = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) / 0x1_0000_0000;
  };
  const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  return {
    random,
    likely: share => random() < share,
    whole,
    anyScale: (low, high) => low * (high / low) ** random(),
    pick: items => items[whole(0, items.length - 1)] ?? items[0],
  };
}
