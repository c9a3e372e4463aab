/** A stream of numbers in [0, 1). */
export type Random = () => number;

/** The same seed gives the same numbers on every machine (mulberry32: a 32-bit counter, mixed). */
export function seededRandom(...seed: readonly number[]): Random {
  let state =
    seed.reduce((mixed, part) => Math.imul(mixed ^ Math.round(part), 0x9e3779b1), 1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A standard normal number (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
