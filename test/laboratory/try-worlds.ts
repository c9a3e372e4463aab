import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { experiment } from "./experiment.ts";
import { type BrokenPromise, brokenPromises } from "./promises.ts";
import { sightsIn } from "./sights.ts";

/** What came of many experiments. */
export interface Survey {
  readonly seeds: number;
  readonly requests: number;
  /** How many worlds held each sight. */
  readonly met: Readonly<Record<string, number>>;
  readonly failures: readonly {
    readonly seed: number;
    readonly broken: readonly BrokenPromise[];
  }[];
}

export interface Seeds {
  readonly from: number;
  readonly count: number;
  /** Stop after this many failures. */
  readonly failuresUntilStop?: number;
}

/** One experiment for each seed, one after the other. */
export async function tryWorlds({ from, count, failuresUntilStop = 1 }: Seeds): Promise<Survey> {
  const met: Record<string, number> = {};
  const failures: { seed: number; broken: BrokenPromise[] }[] = [];
  let requests = 0;
  let seed = from;
  for (; seed < from + count && failures.length < failuresUntilStop; seed++) {
    const protocol = await experiment(seed);
    const broken = brokenPromises(protocol);
    if (broken.length > 0) failures.push({ seed, broken });
    for (const sight of sightsIn(protocol)) met[sight] = (met[sight] ?? 0) + 1;
    requests += protocol.exchanges.length;
  }
  return { seeds: seed - from, requests, met, failures };
}

/** The same, spread over threads. */
export async function tryWorldsInThreads(seeds: Seeds, threads: number): Promise<Survey> {
  const share = Math.ceil(seeds.count / threads);
  const dependencies = Array.from({ length: threads }, (_, index) => ({
    ...seeds,
    from: seeds.from + index * share,
    count: Math.max(0, Math.min(share, seeds.count - index * share)),
  }));
  return (await Promise.all(dependencies.map(inThread))).reduce(added);
}

/** A line for each broken promise, with the command that shows how it came to that. */
export function failuresOf(survey: Survey): string[] {
  return survey.failures.flatMap(({ seed, broken }) =>
    broken.map(
      ({ promise, how }) => `${promise}: ${how} (npm run laboratory -- --seed ${seed} --trace)`,
    ),
  );
}

function inThread(seeds: Seeds): Promise<Survey> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: seeds, execArgv: [] });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

function added(one: Survey, other: Survey): Survey {
  const met: Record<string, number> = { ...one.met };
  for (const [sight, times] of Object.entries(other.met)) met[sight] = (met[sight] ?? 0) + times;
  return {
    seeds: one.seeds + other.seeds,
    requests: one.requests + other.requests,
    met,
    failures: [...one.failures, ...other.failures],
  };
}

if (!isMainThread && isSeeds(workerData)) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(await tryWorlds(workerData));
}

function isSeeds(value: unknown): value is Seeds {
  return typeof value === "object" && value !== null && "from" in value && "count" in value;
}
