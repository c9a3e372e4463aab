import { isObject } from "../shared/json.ts";
import { isCount, isText } from "./plain-data.ts";

/** The input of a lane execution. Its name is made of these two, so its bytes must be too. */
export interface LaneOrder {
  readonly lane: string;
  readonly gen: number;
}

/** The input of the runner: which batch of which lane, begun for which generation. */
export interface RunnerOrder extends LaneOrder {
  readonly batch: number;
  /** Start nothing; follow this run, which a runner that is gone began for the batch. */
  readonly follow?: string;
}

export function readLaneOrder(value: unknown): LaneOrder | undefined {
  if (!isObject(value)) return undefined;
  const { lane, gen } = value;
  return isText(lane) && isCount(gen) ? { lane, gen } : undefined;
}

export function readRunnerOrder(value: unknown): RunnerOrder | undefined {
  const order = readLaneOrder(value);
  if (order === undefined || !isObject(value)) return undefined;
  const { batch, follow } = value;
  if (!isCount(batch) || (follow !== undefined && !isText(follow))) return undefined;
  return { ...order, batch, ...(follow !== undefined && { follow }) };
}
