import { createHash } from "node:crypto";
import type { LaneOrder } from "../order.ts";

/** The name and the input of one execution of a lane. */
export interface LaneExecution {
  /** 1 to 64 characters of `A-Z a-z 0-9 - _`. */
  readonly name: string;
  /** JSON, the same bytes for the same name: AWS refuses a known name with another input. */
  readonly payload: string;
}

/** A key of the table may have 2 KB; the rest is for what stands beside the lane in it. */
export const MAX_LANE_BYTES = 1_024;

/** Leaves 20 for the generation. */
const HASH_LENGTH = 43;

/**
 * Who an execution is: one for each lane and generation, so that waking a lane twice starts it once.
 * Names are shared by all functions of an account, so the function's own identity goes into it.
 */
export function laneExecution({ lane, gen }: LaneOrder, functionIdentity: string): LaneExecution {
  const hash = createHash("sha256").update(JSON.stringify([functionIdentity, lane]));
  const name = `${hash.digest("base64url").slice(0, HASH_LENGTH)}-${gen}`;
  return { name, payload: JSON.stringify({ lane, gen } satisfies LaneOrder) };
}

/** `arn:aws:lambda:<region>:<account>:function:<name>`: a new version is the same function. */
export function functionOfArn(arn: string): string {
  return arn.split(":").slice(0, 7).join(":");
}
