import { type Length, quantile } from "./length.ts";

/** The ages at which the best of all schedules looks when the law of the length is known. */
export interface Optimum {
  readonly polls: readonly number[];
  readonly lateness: number;
  readonly requests: number;
  readonly cost: number;
}

/**
 * Minimises lateness + cost × requests over all schedules by dynamic programming.
 *
 * A run is seen alive at some age; the next look may be at any later age of a fine grid. The value
 * of an age, times the share of runs that reach it, is
 *   V(a) = cost × S(a) + min over b of b × (S(a) - S(b)) + V(b),
 * whose sum telescopes to the expected age of the finding look; less the mean length, it is the
 * lateness. `bounds` adds the schedule's own bounds, to see what they cost.
 */
export function optimum(
  length: Length,
  pollCost: number,
  bounds?: { readonly shortest: number; readonly longest: (age: number) => number },
): Optimum {
  const ages = grid(length, pollCost);
  const last = ages.length - 1;
  const alive = Float64Array.from(ages, length.survival);
  alive[last] = 0;
  const tail = tailMeans(ages, alive);
  const value = new Float64Array(ages.length);
  const next = new Int32Array(ages.length);
  const at = (list: ArrayLike<number>, index: number) => list[index] ?? 0;
  for (let here = last - 1; here >= 0; here -= 1) {
    let best = Number.POSITIVE_INFINITY;
    const longest = bounds?.longest(at(ages, here)) ?? Number.POSITIVE_INFINITY;
    for (let there = here + 1; there <= last; there += 1) {
      const gap = at(ages, there) - at(ages, here);
      if (gap < (bounds?.shortest ?? 0) && there < last) continue;
      if (gap > longest && best < Number.POSITIVE_INFINITY) break;
      const found = at(ages, there) * (at(alive, here) - at(alive, there));
      const lateness = found - (at(tail, here) - at(tail, there));
      // A longer gap only adds lateness, and what follows costs no less than nothing.
      if (lateness > 1.01 * (best - at(tail, here))) break;
      const total = found + at(value, there);
      if (total >= best) continue;
      best = total;
      next[here] = there;
    }
    value[here] = best + pollCost * at(alive, here);
  }
  const polls: number[] = [];
  let requests = 0;
  for (let here = 0; here < last; here = at(next, here)) {
    requests += at(alive, here);
    polls.push(at(ages, at(next, here)));
  }
  const cost = at(value, 0) - length.mean;
  return { polls, requests, cost, lateness: cost - pollCost * requests };
}

/** For each age a: the integral of u from a on over the lengths u, which is a S(a) + that of S. */
function tailMeans(ages: readonly number[], alive: Float64Array): Float64Array {
  const tail = new Float64Array(ages.length);
  let beyond = 0;
  for (let index = ages.length - 2; index >= 0; index -= 1) {
    const [here = 0, there = 0] = [ages[index], ages[index + 1]];
    beyond += ((there - here) * ((alive[index] ?? 0) + (alive[index + 1] ?? 0))) / 2;
    tail[index] = here * (alive[index] ?? 0) + beyond;
  }
  return tail;
}

/** Sixteen points to each gap that a steady hazard would ask for, and some before runs can end. */
function grid(length: Length, pollCost: number): number[] {
  const first = quantile(length, 1e-9);
  const end = quantile(length, 1 - 1e-7);
  const ages = [0];
  for (let age = 0; age < end; ) {
    const soon = Math.max(age, 1) * 1e-3;
    const hazard = Math.log(length.survival(age) / length.survival(age + soon)) / soon;
    const dense = Math.sqrt((2 * pollCost) / Math.max(hazard, 1e-12)) / 16;
    const step = age < first ? Math.max(300, age / 10) / 6 : Math.min(dense, 0.02 * age + 0.02);
    age = age < first ? Math.min(first, age + step) : Math.min(end, age + step);
    ages.push(age);
  }
  return ages;
}
