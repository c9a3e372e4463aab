/** AWS counts in whole seconds, from 1. Rounded up, so that no look comes before it was meant to. */
export function wholeSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1_000));
}
