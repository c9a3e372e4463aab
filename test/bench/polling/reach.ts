import { ours, withoutHistory } from "./contenders.ts";
import { hindsight, mean, measure, type PollCounts } from "./measure.ts";
import { drifting, type Scenario, steady, stepping, twoModes } from "./scenarios.ts";

/** From ten seconds to eight hours, evenly on the scale of logarithms. */
export const lengths = [10, 30, 60, 180, 600, 1_800, 3_600, 10_800, 28_800] as const;

/** What the schedule is to reach, what it reaches, and the lengths where it is hardest. */
export interface Reached {
  readonly name: string;
  readonly target: number;
  readonly value: number;
}

/** Scenarios in which the history misleads. */
export const misleading: readonly Scenario[] = [
  drifting(0.02),
  drifting(0.05),
  drifting(-0.03),
  stepping(2),
  stepping(0.5),
  twoModes(0.5, 20),
  twoModes(0.2, 20),
  twoModes(0.8, 3),
];

/** Cost with these flows, as a share of the best fixed interval with hindsight; all lengths. */
export function share(scenario: Scenario, counts: PollCounts): number {
  return mean(lengths.map(typical => shareAt(scenario, typical, counts)));
}

/** The same at one length. */
export function shareAt(scenario: Scenario, typical: number, counts: PollCounts): number {
  const flow = scenario.of(typical);
  return measure(flow, ours, counts).cost.mean / hindsight(flow);
}

/** How many times as costly as the scale-free form, at the worst length. */
export function againstScaleFree(
  scenario: Scenario,
  counts: PollCounts,
  typicals: readonly number[] = lengths,
): number {
  const costs = typicals.map(typical => {
    const flow = scenario.of(typical);
    return measure(flow, ours, counts).cost.mean / measure(flow, withoutHistory, counts).cost.mean;
  });
  return Math.max(...costs);
}

/** Mean lateness over what is promised, max(1 s, 3 % of the length), at the worst length. */
export function latenessOverPromise(spread: number, counts: PollCounts): number {
  const promises = [10, 20, 33, 50, 100, 300, 1_000, 10_000].map(typical => {
    const late = measure(steady(spread, 20).of(typical), ours, counts).lateness.mean;
    return late / Math.max(1, 0.03 * typical);
  });
  return Math.max(...promises);
}

/** Every number that the issue asks for, but the crowd's. */
export function reached(counts: PollCounts): Reached[] {
  const known: Reached[] = (
    [
      [0.05, 20, 0.4],
      [0.1, 20, 0.5],
      [0.3, 20, 0.8],
      [0.8, 20, 1.05],
      [0.1, 5, 0.6],
    ] as const
  ).map(([spread, runs, target]) => ({
    name: `known flows, spread ${spread}, ${runs} past runs: share of the best fixed interval`,
    target,
    value: share(steady(spread, runs), counts),
  }));
  const worst = misleading.map(scenario => againstScaleFree(scenario, counts));
  const strange = [10, 14, 20, 30, 60, 200, 1_000, 5_000, 28_800].map(typical =>
    shareAt(steady(0.3, 0), typical, counts),
  );
  const late = [0.05, 0.1, 0.3, 0.8].map(spread => ({
    name: `spread ${spread}: mean lateness over max(1 s, 3 %), worst length`,
    target: 1,
    value: latenessOverPromise(spread, counts),
  }));
  return [
    ...known,
    {
      name: "two modes, drifts, steps: cost over that of the scale-free form, worst kind and length",
      target: 1.15,
      value: Math.max(...worst),
    },
    {
      name: "no history: share of the best fixed interval, worst length",
      target: 1.5,
      value: Math.max(...strange),
    },
    ...late,
  ];
}
