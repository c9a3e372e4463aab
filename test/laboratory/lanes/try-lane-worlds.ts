import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { BrokenPromise } from "../promises.ts";
import { type Defect, isDefect } from "./defects.ts";
import { play } from "./play.ts";
import { brokenLanePromises } from "./promises.ts";
import { lanesSightsIn } from "./sights.ts";
import { createWorld } from "./world.ts";

export interface LaneSeeds {
  readonly from: number;
  readonly count: number;
  /** Stop after this many worlds that break a promise. */
  readonly failuresUntilStop?: number;
  readonly defect?: Defect;
}

/** What came of many worlds of lanes. */
export interface LaneSurvey {
  readonly worlds: number;
  readonly operations: number;
  readonly runs: number;
  /** How many worlds held each sight. */
  readonly met: Readonly<Record<string, number>>;
  readonly failures: readonly {
    readonly seed: number;
    readonly broken: readonly BrokenPromise[];
  }[];
}

/** One world for each seed, one after the other. */
export async function tryLaneWorlds(seeds: LaneSeeds): Promise<LaneSurvey> {
  const { from, count, failuresUntilStop = 1, defect } = seeds;
  const met: Record<string, number> = {};
  const failures: { seed: number; broken: BrokenPromise[] }[] = [];
  let operations = 0;
  let runs = 0;
  let seed = from;
  for (; seed < from + count && failures.length < failuresUntilStop; seed += 1) {
    const protocol = await play(createWorld(seed), defect);
    const broken = brokenLanePromises(protocol);
    if (broken.length > 0) failures.push({ seed, broken });
    for (const sight of lanesSightsIn(protocol)) met[sight] = (met[sight] ?? 0) + 1;
    operations += protocol.operations;
    runs += protocol.runs.length;
  }
  return { worlds: seed - from, operations, runs, met, failures };
}

/** The same, spread over threads. */
export async function tryLaneWorldsInThreads(
  seeds: LaneSeeds,
  threads: number,
): Promise<LaneSurvey> {
  const share = Math.ceil(seeds.count / threads);
  const shares = Array.from({ length: threads }, (_, index) => ({
    ...seeds,
    from: seeds.from + index * share,
    count: Math.max(0, Math.min(share, seeds.count - index * share)),
  }));
  return (await Promise.all(shares.map(inThread))).reduce(added);
}

/** A line for each broken promise, with the command that shows how it came to that. */
export function laneFailuresOf(survey: LaneSurvey): string[] {
  return survey.failures.flatMap(({ seed, broken }) =>
    broken.map(
      ({ promise, how }) =>
        `${promise}: ${how} (npm run laboratory -- lanes --seed ${seed} --trace)`,
    ),
  );
}

function inThread(seeds: LaneSeeds): Promise<LaneSurvey> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: seeds, execArgv: [] });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

function added(one: LaneSurvey, other: LaneSurvey): LaneSurvey {
  const met: Record<string, number> = { ...one.met };
  for (const [sight, times] of Object.entries(other.met)) met[sight] = (met[sight] ?? 0) + times;
  return {
    worlds: one.worlds + other.worlds,
    operations: one.operations + other.operations,
    runs: one.runs + other.runs,
    met,
    failures: [...one.failures, ...other.failures],
  };
}

if (!isMainThread && isLaneSeeds(workerData)) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(await tryLaneWorlds(workerData));
}

function isLaneSeeds(value: unknown): value is LaneSeeds {
  if (typeof value !== "object" || value === null || !("from" in value)) return false;
  return !("defect" in value) || (typeof value.defect === "string" && isDefect(value.defect));
}
