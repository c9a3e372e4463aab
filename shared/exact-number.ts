/**
 * False for what JSON's parser has surely changed: a whole number beyond 2^53 is rounded, so that two
 * numbers look like one, and one beyond a double is Infinity.
 */
export function isExactNumber(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
