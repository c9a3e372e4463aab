import { normal, type Random } from "./random.ts";

/** How long a run takes, as a known law. Seconds. */
export interface Length {
  readonly mean: number;
  /** P(length > seconds). */
  readonly survival: (seconds: number) => number;
  readonly sample: (random: Random) => number;
}

/** A length with this mean and coefficient of variation: products of many small factors. */
export function logNormal(mean: number, spread: number): Length {
  const variance = Math.log(1 + spread ** 2);
  const deviation = Math.sqrt(variance);
  const middle = Math.log(mean) - variance / 2;
  return {
    mean,
    survival: seconds =>
      seconds <= 0 ? 1 : normalSurvival((Math.log(seconds) - middle) / deviation),
    sample: random => Math.exp(middle + deviation * normal(random)),
  };
}

/** One of several lengths, each with its share of the runs. */
export function mixture(parts: readonly { share: number; length: Length }[]): Length {
  const sum = (of: (length: Length) => number) =>
    parts.reduce((total, part) => total + part.share * of(part.length), 0);
  return {
    mean: sum(length => length.mean),
    survival: seconds => sum(length => length.survival(seconds)),
    sample: random => {
      let left = random();
      const part = parts.find(({ share }) => {
        left -= share;
        return left < 0;
      });
      return (part ?? parts[parts.length - 1])?.length.sample(random) ?? 0;
    },
  };
}

/** A run that first waits in a queue, exponentially long. */
export function queued(length: Length, meanWait: number): Length {
  const work = quantiles(length, 64);
  return {
    mean: length.mean + meanWait,
    survival: seconds =>
      work.reduce((sum, own) => sum + Math.exp(-Math.max(0, seconds - own) / meanWait), 0) /
      work.length,
    sample: random => length.sample(random) - meanWait * Math.log(1 - random()),
  };
}

/** `count` lengths of equal weight that stand for the whole law, in rising order. */
export function quantiles(length: Length, count: number): number[] {
  return Array.from({ length: count }, (_, index) => quantile(length, (index + 0.5) / count));
}

/** The length that a share of the runs stays under. */
export function quantile(length: Length, share: number): number {
  let low = 0;
  let high = length.mean;
  while (length.survival(high) > 1 - share) high *= 2;
  for (let round = 0; round < 60; round += 1) {
    const middle = (low + high) / 2;
    if (length.survival(middle) > 1 - share) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * P(Z > z) by the continued fraction of Mills' ratio far out and Marsaglia's series near the
 * middle (doi 10.18637/jss.v011.i04); good to 1e-12, so that the optimum is one.
 */
function normalSurvival(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(z) > 4) {
    let fraction = Math.abs(z);
    for (let level = 60; level >= 1; level -= 1) fraction = Math.abs(z) + level / fraction;
    return z > 0 ? density / fraction : 1 - density / fraction;
  }
  let term = z;
  let sum = z;
  for (let odd = 3; Math.abs(term) > 1e-16; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 - density * sum;
}
