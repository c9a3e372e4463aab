import { defaultPollCostSeconds, nextGapSeconds } from "../../../shared/run/schedule.ts";
import { minuteBudget } from "./budget.ts";
import { logNormal } from "./length.ts";
import { EventQueue } from "./queue.ts";
import { type Random, seededRandom } from "./random.ts";

/** Many runs of one organisation, each followed by its own process. */
export interface Crowd {
  readonly name: string;
  /** When run i of n starts, in seconds, and how long its flow typically takes. */
  readonly start: (random: Random) => number;
  readonly typical: (random: Random) => number;
  readonly spread: number;
  readonly pastRuns: number;
}

/** Flows of all lengths that one trigger starts within ten minutes: a nightly batch. */
export const nightly: Crowd = {
  name: "A nightly batch: starts within 10 min, lengths from 1 min to 4 h",
  start: random => 600 * random(),
  typical: random => 60 * 240 ** random(),
  spread: 0.1,
  pastRuns: 20,
};

/** The hardest case: all start in one minute and all end around the same time. */
export const stampede: Crowd = {
  name: "A stampede: starts within 1 min, all lengths 30 min",
  start: random => 60 * random(),
  typical: () => 1_800,
  spread: 0.1,
  pastRuns: 20,
};

/** The same batch, met for the first time. */
export const firstNight: Crowd = { ...nightly, name: `${nightly.name}; no history`, pastRuns: 0 };

export type Waiting = "ours" | "5 s loop";

export interface CrowdScore {
  readonly requests: number;
  /** The share of all requests that were answered 429. */
  readonly refused: number;
  readonly lateness: { readonly mean: number; readonly high: number };
  /** From the end of the last run until its follower knows. */
  readonly drain: number;
  /** The busiest minute, 429 included. */
  readonly peak: number;
}

interface Waiter {
  readonly start: number;
  readonly end: number;
  readonly past: readonly number[];
}

interface Look {
  readonly time: number;
  readonly waiter: Waiter;
  readonly refusals: number;
}

/**
 * Follows `count` runs against 600 requests a minute. Ours does what the follower does: each 429
 * doubles what a look costs for the rest of that run, and `Retry-After` wins over a shorter gap.
 * The loop is the official sample's: ask, sleep five seconds, whatever the answer.
 */
export function follow(crowd: Crowd, count: number, waiting: Waiting, seed = 1): CrowdScore {
  const random = seededRandom(seed, count);
  const budget = minuteBudget(600);
  const polls = new EventQueue<Look>();
  const waiters = Array.from({ length: count }, () => newWaiter(crowd, random));
  for (const waiter of waiters) {
    const look = { time: waiter.start, waiter, refusals: 0 };
    polls.add({ ...look, time: waiter.start + gapAfter(look, undefined, waiting, random) });
  }
  const lateness: number[] = [];
  const minutes = new Map<number, number>();
  let requests = 0;
  let refused = 0;
  let known = 0;
  for (let look = polls.next(); look !== undefined; look = polls.next()) {
    const { time, waiter } = look;
    const stayAway = budget.ask(time);
    requests += 1;
    minutes.set(Math.floor(time / 60), (minutes.get(Math.floor(time / 60)) ?? 0) + 1);
    if (stayAway !== undefined) refused += 1;
    else if (time >= waiter.end) {
      lateness.push(time - waiter.end);
      known = time;
      continue;
    }
    const refusals = look.refusals + (stayAway === undefined ? 0 : 1);
    const next = { time, waiter, refusals };
    polls.add({ ...next, time: time + gapAfter(next, stayAway, waiting, random) });
  }
  const lastEnd = Math.max(...waiters.map(waiter => waiter.end));
  const sorted = Float64Array.from(lateness).toSorted();
  return {
    requests,
    refused: refused / requests,
    lateness: {
      mean: lateness.reduce((sum, value) => sum + value, 0) / lateness.length,
      high: sorted[Math.floor(0.95 * sorted.length)] ?? Number.NaN,
    },
    drain: Math.max(0, known - lastEnd),
    peak: Math.max(...minutes.values()),
  };
}

function newWaiter(crowd: Crowd, random: Random): Waiter {
  const start = crowd.start(random);
  const length = logNormal(crowd.typical(random), crowd.spread);
  const past = Array.from({ length: crowd.pastRuns }, () => length.sample(random));
  return { start, end: start + length.sample(random), past };
}

function gapAfter(
  look: Look,
  stayAway: number | undefined,
  waiting: Waiting,
  random: Random,
): number {
  if (waiting === "5 s loop") return 5;
  const gap = nextGapSeconds({
    ageSeconds: look.time - look.waiter.start,
    pastSeconds: look.waiter.past,
    pollCostSeconds: defaultPollCostSeconds * 2 ** look.refusals,
  });
  const jitter = random();
  return Math.max(gap * (0.9 + 0.2 * jitter), (stayAway ?? 0) * (1 + 0.1 * jitter));
}
