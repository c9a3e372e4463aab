import { mapWithLimit } from "../../../shared/map-with-limit.ts";
import { keepTime, type Reserve } from "./keep-time.ts";

export interface LaneTime {
  /** Milliseconds until AWS ends the invocation. Missing: nobody ends it. */
  readonly remainingMs?: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface LanesInTime<Result> {
  /** Of the lanes for which there was time, in the order of their names. */
  readonly results: readonly Result[];
  /** How many lanes there was no time for. */
  readonly late: number;
}

const LANES_AT_A_TIME = 10;

/** Kept for the answer; of a short invocation, a sixth. */
const RESERVE: Reserve = { ms: 10_000, share: 6 };

/** So many always have their time, in the order in which they are given. */
const FEW = 1_000;

/**
 * Does the same for many lanes while there is time. Of very many it begins anywhere, so that none of
 * them is too late each time.
 */
export async function lanesInTime<Result>(
  lanes: readonly string[],
  { remainingMs = () => Number.POSITIVE_INFINITY, random }: LaneTime,
  work: (lane: string) => Promise<Result>,
): Promise<LanesInTime<Result>> {
  const isInTime = keepTime(remainingMs, RESERVE);
  const start = lanes.length <= FEW ? 0 : Math.floor(random() * lanes.length);
  const turned = [...lanes.slice(start), ...lanes.slice(0, start)];
  let late = 0;
  const done = await mapWithLimit(turned, LANES_AT_A_TIME, async lane => {
    if (isInTime()) return { result: await work(lane) };
    late += 1;
    return undefined;
  });
  const inOrder = [...done.slice(lanes.length - start), ...done.slice(0, lanes.length - start)];
  return { results: inOrder.flatMap(one => (one === undefined ? [] : [one.result])), late };
}
