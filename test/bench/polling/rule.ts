import type { Length } from "./length.ts";

/**
 * The schedule's rule with the law of the length known instead of forecast: look when the integral
 * of P(ended by u | still running now) has grown to the price of a poll, within the same bounds.
 * By small even steps, so that it shares no code with the schedule.
 */
export function ruleWithKnownLaw(length: Length, pollCost: number): (age: number) => number {
  return age => {
    const alive = length.survival(age);
    const longest = Math.max(300, age / 10);
    const step = Math.max(0.005, age * 1e-3);
    let lateness = 0;
    let gap = 0;
    while (lateness < pollCost && gap < longest) {
      lateness += step * (1 - length.survival(age + gap + step / 2) / alive);
      gap += step;
    }
    return Math.min(longest, Math.max(1, gap));
  };
}
