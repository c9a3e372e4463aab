import type { Length } from "./length.ts";

/** What following runs cost: lateness in seconds, requests, and both together. */
export interface Score {
  readonly lateness: Spread;
  readonly requests: Spread;
  readonly cost: Spread;
}

interface Spread {
  readonly mean: number;
  /** The 95th percentile. */
  readonly high: number;
}

/**
 * Scores paths of looks (ages in seconds, rising) against run lengths (rising). A path does not
 * depend on the length until a look finds the run ended, so each path meets every length.
 */
export function score(
  paths: readonly (readonly number[])[],
  lengths: readonly number[],
  pollCost: number,
): Score {
  const lateness: number[] = [];
  const requests: number[] = [];
  for (const path of paths) {
    let index = 0;
    for (const length of lengths) {
      while ((path[index] ?? Number.POSITIVE_INFINITY) < length) index += 1;
      const found = path[index];
      if (found === undefined) throw new Error("A path of looks ends before the longest run.");
      lateness.push(found - length);
      requests.push(index + 1);
    }
  }
  const cost = lateness.map((late, index) => late + pollCost * (requests[index] ?? 0));
  return { lateness: spread(lateness), requests: spread(requests), cost: spread(cost) };
}

function spread(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).toSorted();
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    high: sorted[Math.floor(0.95 * sorted.length)] ?? Number.NaN,
  };
}

/** The ages at which a schedule looks, up to and including the first look past `end`. */
export function pollAges(nextGap: (age: number, look: number) => number, end: number): number[] {
  const ages: number[] = [];
  for (let age = 0; age < end; ) {
    age += nextGap(age, ages.length);
    ages.push(age);
  }
  return ages;
}

/** Exact mean lateness + cost × requests of one path of looks, for a law of the length. */
export function expectedCost(
  polls: readonly number[],
  length: Pick<Length, "mean" | "survival">,
  pollCost: number,
): number {
  let alive = 1;
  let cost = -length.mean;
  for (const look of polls) {
    const aliveThen = length.survival(look);
    cost += pollCost * alive + look * (alive - aliveThen);
    alive = aliveThen;
  }
  return cost + (polls.at(-1) ?? 0) * alive;
}
