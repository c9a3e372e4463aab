import { type Flow, pastRuns } from "../../sandbox/flow.ts";
import { logNormal } from "../polling/length.ts";
import { seededRandom } from "../polling/random.ts";
import { createWorld, EPOCH_MS, lateness, type World } from "./virtual-step.ts";

/** What it took to run some flows, in seconds and requests. */
export interface Toll {
  readonly endSeconds: number;
  readonly requests: number;
  /** The most in any 60 s. */
  readonly busiestMinute: number;
  /** How many were answered 429. */
  readonly refused: number;
  readonly late: { readonly mean: number; readonly high: number };
}

const DAY_MS = 86_400_000;
const SPREAD = 0.1;
const PAST_RUNS = 20;

/** Flows whose lengths lie between these minutes, each with a history of its own. */
export function knownFlows(
  count: number,
  minutes: { readonly from: number; readonly to: number },
  seed: number,
): Flow[] {
  const random = seededRandom(seed, count);
  return Array.from({ length: count }, (_, index) => {
    const typical = 60 * minutes.from * (minutes.to / minutes.from) ** random();
    const length = logNormal(typical, SPREAD);
    const milliseconds = () => Math.round(1_000 * length.sample(random));
    return {
      id: index + 1,
      name: `Flow ${String(index + 1).padStart(3, "0")}`,
      tags: ["nightly"],
      runs: [{ runningMs: milliseconds() }],
      past: pastRuns(EPOCH_MS, DAY_MS, Array.from({ length: PAST_RUNS }, milliseconds)),
    };
  });
}

/** All of them in one step, by their tag. */
export async function inOneStep(flows: readonly Flow[], maxParallel: number): Promise<Toll> {
  const world = createWorld(flows, seededRandom(7));
  await world.time.until(
    world.step({ "flow-tag": "nightly", "max-parallel": String(maxParallel) }),
  );
  return tollOf(world);
}

/** A matrix: a step for each flow, `maxParallel` jobs at a time, none knowing of another. */
export async function asMatrix(flows: readonly Flow[], maxParallel: number): Promise<Toll> {
  const world = createWorld(flows, seededRandom(7));
  const waiting = [...flows];
  const leg = async () => {
    for (let flow = waiting.shift(); flow !== undefined; flow = waiting.shift()) {
      await world.step({ "flow-id": String(flow.id) });
    }
  };
  await world.time.until(Promise.all(Array.from({ length: maxParallel }, leg)));
  return tollOf(world);
}

/** The official sample's loop: one start, then a look every 5 s. Counted, not played. */
export function requestsOfLoops(flows: readonly Flow[]): number {
  return lengthsOf(flows).reduce((sum, seconds) => sum + 1 + Math.ceil(seconds / 5), 0);
}

/** No schedule can end earlier: all places are busy all the time, and no run is shorter than itself. */
export function bestEndSeconds(flows: readonly Flow[], maxParallel: number): number {
  const lengths = lengthsOf(flows);
  const sum = lengths.reduce((total, seconds) => total + seconds, 0);
  return Math.max(sum / maxParallel, ...lengths);
}

function lengthsOf(flows: readonly Flow[]): number[] {
  return flows.map(({ runs }) => (runs?.[0]?.runningMs ?? 0) / 1_000);
}

function tollOf(world: World): Toll {
  const late = lateness(world).toSorted((one, other) => one - other);
  const { requests } = world;
  let busiest = 0;
  for (let from = 0, to = 0; from < requests.length; from++) {
    const begin = requests[from] ?? 0;
    while (to < requests.length && (requests[to] ?? 0) < begin + 60_000) to++;
    busiest = Math.max(busiest, to - from);
  }
  return {
    endSeconds: Math.max(...world.noticedAt.values()) / 1_000,
    requests: requests.length,
    busiestMinute: busiest,
    refused: world.refused(),
    late: {
      mean: late.reduce((sum, value) => sum + value, 0) / late.length,
      high: late[Math.floor(0.95 * late.length)] ?? Number.NaN,
    },
  };
}
