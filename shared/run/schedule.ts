/**
 * When to poll a run next.
 *
 * A poll costs a request; not polling costs lateness. Let one request be worth `c` seconds of
 * noticing late. The rule: wait until the lateness we must expect to have run up since this poll,
 * the integral of P(ended by u | still running now), has grown to `c`; then a poll pays.
 *
 * 1. With a steady hazard h that integral is h g² / 2, so the gap is sqrt(2c / h): optimum checking
 *    (Keller 1974, doi 10.1287/mnsc.21.3.256; Barlow, Hunter and Proschan 1963, J. SIAM 11, 1078).
 *    Where the hazard climbs within one gap, the rule sees it coming: for a known log-normal it
 *    costs within 2 % of the best schedule there is (test/bench/polling/optimum.ts).
 * 2. Without history the length has no scale, P(T > t) ~ t^-1/2, and the rule gives exactly
 *    2 sqrt(c t) + c: polls at c, 4c, 9c … It costs sqrt(2) times the best fixed interval chosen
 *    with hindsight, at any length; no other k in k sqrt(c t) does as well.
 * 3. With history, T is log-logistic around each group of past lengths: the log-normal's twin with
 *    a closed form and a heavier tail. A small scale-free share stays, so a surprise is found.
 */

/** What one request is worth in seconds of lateness, unless the server asks for fewer (429). */
export const defaultPollCostSeconds = 0.5;

/**
 * How long to wait, in seconds, before the next poll of a run.
 *
 * Pure, deterministic and total: any input gives a gap from 1 s to max(300 s, age / 10). The
 * caller adds jitter of up to ±10 %, which is expected here.
 *
 * @param question.ageSeconds time since the start was accepted
 * @param question.pastSeconds how long the flow's past runs took, newest first (`pastDurations`)
 * @param question.pollCostSeconds what a request costs; the caller doubles it at each 429
 */
export function nextGapSeconds(question: {
  readonly ageSeconds: number;
  readonly pastSeconds: readonly number[];
  readonly pollCostSeconds: number;
}): number {
  const age = within(0, question.ageSeconds, 1e9, 0);
  const cost = within(1e-3, question.pollCostSeconds, 1e6, defaultPollCostSeconds);
  const past = question.pastSeconds.filter(isBelievable).slice(0, runsWorthReading);
  const longest = Math.max(300, age / 10);
  const gap =
    past.length === 0 ? scaleFreeGap(age, cost) : learnedGap(age, cost, forecast(past), longest);
  return Math.min(longest, Math.max(1, gap));
}

function scaleFreeGap(age: number, cost: number): number {
  return 2 * Math.sqrt(cost * age) + cost;
}

/**
 * Adds up the expected lateness until it reaches the price of a poll. The integrand never falls,
 * so its end value bounds a step's share: steps double while they are safe and halve when not.
 * Jitter adds half its variance times the density (second order); without that term a short run
 * whose length is well known is noticed a fifth later.
 */
function learnedGap(age: number, cost: number, known: Forecast, longest: number): number {
  const price = cost * promptness(known);
  const alive = known.survival(age);
  let gap = 0;
  let lateness = 0;
  let ended = 0;
  let step = 1;
  while (gap < longest) {
    const endedThen = 1 - known.survival(age + gap + step) / alive;
    if (step > 0.01 && step * endedThen > price / 6) {
      step /= 2;
      continue;
    }
    const density = (endedThen - ended) / step;
    const added = (step * (ended + endedThen)) / 2;
    const before = lateness + (density * jitterVariance * gap ** 2) / 2;
    const after = lateness + added + (density * jitterVariance * (gap + step) ** 2) / 2;
    if (after >= price) return gap + step * within(0, (price - before) / (after - before), 1, 1);
    lateness += added;
    gap += step;
    ended = endedThen;
    step *= 2;
  }
  return longest;
}

/** The variance of ±10 % of jitter, as a share of the gap squared. */
const jitterVariance = 0.1 ** 2 / 3;

/**
 * The share of a poll's price that we really charge, so that a flow whose lengths repeat is
 * noticed on average at most max(1 s, 3 %) late. With `spread` the standard deviation of a length
 * in seconds, the rule's mean lateness is about sqrt(0.85 × price × spread); solved for the price,
 * at the default cost and with some room. It binds between about 15 s and 2 min. A flow that
 * scatters widely is no known flow: there the promise would cost more than it is worth.
 */
function promptness(known: Forecast): number {
  const promised = Math.max(1, 0.03 * known.typicalSeconds);
  // The last gap of a short run is nearly all of it, and jitter moves its end.
  const spread = Math.hypot(known.spreadSeconds, known.typicalSeconds * Math.sqrt(jitterVariance));
  const affordable = (0.92 * promised ** 2) / spread / defaultPollCostSeconds;
  return Math.min(1, Math.max(affordable, 1.6 * known.logVariance));
}

/** What the past says about the length of the run under way. */
interface Forecast {
  /** P(length > age). Never 0. */
  readonly survival: (age: number) => number;
  readonly typicalSeconds: number;
  /** The usual distance from a group's middle, and its variance on the scale of logarithms. */
  readonly spreadSeconds: number;
  readonly logVariance: number;
}

function forecast(past: readonly number[]): Forecast {
  const lengths = past
    .map((seconds, index) => ({ weight: recency ** index, middle: Math.log(seconds), squares: 0 }))
    .toSorted((one, other) => one.middle - other.middle);
  const groups = split(lengths).map(predict);
  const weight = groups.reduce((sum, group) => sum + group.weight, 0);
  const average = (of: (group: Prediction) => number) =>
    groups.reduce((sum, group) => sum + (group.weight / weight) * of(group), 0);
  const typicalSeconds = Math.exp(average(group => group.middle));
  const surprise = Math.max(leastSurprise, (past.length + 1) ** -1.75);
  return {
    survival: age => {
      const log = Math.log(age);
      const known = average(group => 1 / (1 + Math.exp((log - group.middle) / group.scale)));
      return (1 - surprise) * known + surprise / Math.sqrt(1 + age / typicalSeconds);
    },
    typicalSeconds,
    spreadSeconds: average(group => group.deviation * Math.exp(group.middle)),
    logVariance: average(group => group.deviation ** 2),
  };
}

/** The newest run counts fully and each older one 3 % less, so that a drift is followed. */
const recency = 0.97;

/** A run before the last 50 weighs less than a fifth: more pages of history teach nothing. */
const runsWorthReading = 50;

/** However much history there is, one run in 200 is none of its kind. */
const leastSurprise = 0.005;

/** Past lengths that belong together, on the scale of logarithms. */
interface Group {
  readonly weight: number;
  readonly middle: number;
  /** The weighted sum of squared distances from the middle. */
  readonly squares: number;
}

interface Prediction extends Group {
  /** The standard deviation of the next length, and the log-logistic scale that has it. */
  readonly deviation: number;
  readonly scale: number;
}

/**
 * Held up by one imagined run 10 % off. Wider while the history is short: the middle is then
 * unsure by 1 / n of the variance, and below five runs the variance itself is little more than a
 * guess (where Student's t has its heavy tails).
 */
function predict(group: Group): Prediction {
  const variance = (group.squares + imaginedSquare) / Math.max(1, group.weight);
  const unsure = Math.sqrt(1 + 1 / group.weight) * (1 + 1 / group.weight ** 2);
  const deviation = Math.sqrt(variance) * unsure;
  return { ...group, deviation, scale: (deviation * Math.sqrt(3)) / Math.PI };
}

const imaginedSquare = 0.1 ** 2;

/**
 * Cuts the sorted lengths where two log-normals explain them clearly better than one, and goes on
 * with both parts: a flow with empty and full loads has two groups, an outlier is one of its own.
 */
function split(lengths: readonly Group[]): Group[] {
  const fromLeft = runningMerge(lengths);
  const fromRight = runningMerge(lengths.toReversed()).toReversed();
  const whole = fromLeft.at(-1);
  if (whole === undefined) return [];
  // Like the Bayesian information criterion: each cut adds a middle, a deviation and a share.
  let best = likelihood(whole) + 2 * Math.log(whole.weight + 1);
  let cut = 0;
  for (const [index, right] of fromRight.entries()) {
    const left = fromLeft[index - 1];
    if (left === undefined || likelihood(left) + likelihood(right) <= best) continue;
    best = likelihood(left) + likelihood(right);
    cut = index;
  }
  if (cut === 0) return [whole];
  return [...split(lengths.slice(0, cut)), ...split(lengths.slice(cut))];
}

/** The logarithm of the likelihood, up to terms that all ways of cutting share. */
function likelihood(group: Group): number {
  const variance = (group.squares + imaginedSquare) / (group.weight + 1);
  return group.weight * (Math.log(group.weight) - Math.log(variance) / 2);
}

/** Entry i is the first i + 1 groups taken together. */
function runningMerge(groups: readonly Group[]): Group[] {
  let sum: Group | undefined;
  return groups.map(group => {
    sum = sum === undefined ? group : merge(sum, group);
    return sum;
  });
}

function merge(one: Group, other: Group): Group {
  const weight = one.weight + other.weight;
  const distance = other.middle - one.middle;
  return {
    weight,
    middle: one.middle + (distance * other.weight) / weight,
    squares: one.squares + other.squares + (distance ** 2 * one.weight * other.weight) / weight,
  };
}

/** From a millisecond to thirty years; anything else is a broken record. */
function isBelievable(seconds: number): boolean {
  return seconds >= 1e-3 && seconds <= 1e9;
}

function within(low: number, value: number, high: number, otherwise: number): number {
  return Number.isNaN(value) ? otherwise : Math.min(high, Math.max(low, value));
}
