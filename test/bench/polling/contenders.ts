import { nextGapSeconds } from "../../../shared/run/schedule.ts";
import type { Random } from "./random.ts";

/** A way to wait: how long until the next look at a run that was alive at this age. */
export interface Contender {
  readonly name: string;
  /** Where the cadence was read. */
  readonly like: string;
  readonly start: (past: readonly number[], random: Random) => NextGap;
}

type NextGap = (age: number, pollsSoFar: number) => number;

/** Ours, as the follower uses it: with the flow's history and ±10 % of jitter. */
export const ours: Contender = {
  name: "ours",
  like: "this project",
  start: (past, random) => scheduled(past, 0.5, random),
};

export const withoutHistory: Contender = {
  name: "2·√(c·t)",
  like: "ours without any history",
  start: (_, random) => scheduled([], 0.5, random),
};

/**
 * The cadences of others, in seconds. All wait before their first look here, though some look at
 * once: that spares them half a second of cost. None has jitter on its interval.
 */
export const peers: readonly Contender[] = [
  fixed(5, "Etlworks' own sample, await-remote-run, Databricks"),
  fixed(10, "Octopus, trigger-workflow-and-wait"),
  fixed(30, "CodeBuild, dbt Cloud"),
  growing("15→120 s", "Amazon ECS (the AWS SDK's waiter)", look => Math.min(120, 15 * 2 ** look)),
  growing("5 s × 1.5", "the usual back-off, capped at 60 s", look => Math.min(60, 5 * 1.5 ** look)),
  growing("2→7 s", "Terraform Cloud (Fibonacci)", look => [2, 3, 5][look] ?? 7),
];

export const contenders: readonly Contender[] = [ours, withoutHistory, ...peers];

function scheduled(past: readonly number[], pollCostSeconds: number, random: Random): NextGap {
  return ageSeconds =>
    nextGapSeconds({ ageSeconds, pastSeconds: past, pollCostSeconds }) * (0.9 + 0.2 * random());
}

function fixed(seconds: number, like: string): Contender {
  return { name: `${seconds} s`, like, start: () => () => seconds };
}

function growing(name: string, like: string, gap: (look: number) => number): Contender {
  return { name, like, start: () => (_, pollsSoFar) => gap(pollsSoFar) };
}
