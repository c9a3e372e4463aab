/**
 * How long to wait before the next look at a run, in seconds.
 *
 * `ageSeconds` is the time since the start, `pastSeconds` the lengths of the flow's past runs,
 * newest first, and `lookCostSeconds` how many seconds of noticing late one request is worth.
 * Pure and total: any input gives a gap from 1 s to max(300 s, age / 10). The caller adds jitter.
 *
 * Looks at density n(t) cost `c n` each second until the run ends and then `1 / 2n` of lateness,
 * so with hazard h(t) the best density is n = sqrt(h / 2c): optimum checking (Keller 1974,
 * doi 10.1287/mnsc.21.3.256; Barlow, Hunter and Proschan 1963). We look each time the integral of
 * n has grown by one. Without history the length is unknown at any scale, h = 1 / 2t, and the gap
 * is the minimax 2 sqrt(c t). With history, h is that of a log-normal fit of the past lengths
 * mixed with a small scale-free share, so that a surprise is still found.
 */
export function nextGapSeconds(question: {
  readonly ageSeconds: number;
  readonly pastSeconds: readonly number[];
  readonly lookCostSeconds: number;
}): number {
  const age = finiteOr(question.ageSeconds, 0, 0, 1e9);
  const cost = finiteOr(question.lookCostSeconds, 0.5, 1e-3, 1e6);
  const past = question.pastSeconds.filter(length => Number.isFinite(length) && length > 0);
  const longest = Math.max(300, age / 10);
  const gap = past.length < 2 ? scaleFreeGap(age, cost) : learnedGap(age, cost, past, longest);
  return Math.min(longest, Math.max(1, gap));
}

function scaleFreeGap(age: number, cost: number): number {
  return 2 * Math.sqrt(cost * age) + cost;
}

function learnedGap(age: number, cost: number, past: readonly number[], longest: number): number {
  const survival = predictedSurvival(past);
  let looks = 0;
  let time = age;
  let alive = survival(time);
  while (looks < 1 && time < age + longest) {
    const step = Math.max(0.05, 0.01 * time);
    const next = survival(time + step);
    looks += Math.sqrt((step * Math.log(alive / next)) / (2 * cost));
    time += step;
    alive = next;
  }
  return time - age;
}

function predictedSurvival(past: readonly number[]): (time: number) => number {
  const logs = past.map(length => Math.log(length));
  const middle = mean(logs);
  const squares = logs.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const spread = Math.sqrt(((squares + 2 * 0.2 ** 2) / (past.length + 1)) * (1 + 1 / past.length));
  const typical = Math.exp(middle);
  const surprise = Math.max(0.01, 1 / (past.length + 1) ** 2);
  return time =>
    (1 - surprise) * normalSurvival((Math.log(time) - middle) / spread) +
    surprise / Math.sqrt(1 + time / typical);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** P(Z > z), within 5e-4 (Page 1977: a logistic with a cubic argument), and cheap. */
function normalSurvival(z: number): number {
  return 1 / (1 + Math.exp(z * (1.5976 + 0.070565992 * z * z)));
}

function finiteOr(value: number, otherwise: number, low: number, high: number): number {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise;
}
