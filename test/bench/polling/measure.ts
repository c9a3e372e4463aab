import type { Contender } from "./contenders.ts";
import { quantile, quantiles } from "./length.ts";
import { optimum } from "./optimum.ts";
import { seededRandom } from "./random.ts";
import type { Flow } from "./scenarios.ts";
import { pollAges, type Score, score } from "./score.ts";

/** What a request is worth in seconds of lateness, as in the schedule's default. */
export const pollCost = 0.5;

/** How many histories and how many lengths per history a number stands on. */
export interface PollCounts {
  readonly paths: number;
  readonly lengths: number;
}

/** Follows runs of this flow with this contender. The same seed gives the same score. */
export function measure(flow: Flow, contender: Contender, counts: PollCounts, seed = 1): Score {
  const lengths = quantiles(flow.next, counts.lengths);
  const longest = lengths.at(-1) ?? 0;
  const paths = Array.from({ length: counts.paths }, (_, index) => {
    const random = seededRandom(seed, index, flow.next.mean);
    const past = flow.history(random);
    return pollAges(contender.start(past, random), longest);
  });
  return score(paths, lengths, pollCost);
}

/** The best schedule there is for this flow, scored on the same lengths as the others. */
export function measureOptimum(flow: Flow, counts: PollCounts): Score {
  const lengths = quantiles(flow.next, counts.lengths);
  return score([optimum(flow.next, pollCost).polls], lengths, pollCost);
}

/**
 * The cost of the best fixed interval chosen with hindsight: the least of d / 2 + c × mean / d,
 * which d = sqrt(2 c × mean) gives. (A run's end falls anywhere within an interval; one that also
 * fits the very length, 11 s for runs of 10 s, does better by luck. `bestFixed` finds it.)
 */
export function hindsight(flow: Flow): number {
  return Math.sqrt(2 * pollCost * flow.next.mean);
}

/** The least cost of any fixed interval on exactly this law, lucky fits included. */
export function bestFixed(flow: Flow): number {
  const { survival } = flow.next;
  const longest = 2 * quantile(flow.next, 1 - 1e-6);
  let best = Number.POSITIVE_INFINITY;
  for (let interval = 0.2 * hindsight(flow); interval < longest; interval *= 1.01) {
    let polls = 0;
    for (let age = 0, alive = 1; alive > 1e-7; age += interval) {
      alive = survival(age);
      polls += alive;
    }
    best = Math.min(best, (interval + pollCost) * polls - flow.next.mean);
  }
  return best;
}

/** The mean of a figure over typical lengths. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
