import { parseJsonSafely } from "../../shared/json-fields.ts";
import type { Log } from "../log.ts";
import { mapWithLimit } from "../map-with-limit.ts";
import { readLaneOrder } from "../order.ts";
import { patiently } from "./again-later.ts";
import { readLanes } from "./read-lanes.ts";
import type { AskExecution } from "./wake.ts";
import type { WakeParts } from "./wake-lane.ts";

export interface SweepParts extends WakeParts {
  readonly askExecution: AskExecution;
  readonly wall: () => number;
  readonly log: Log;
}

/** What a sweep came to, in numbers of lanes. */
export interface Swept {
  readonly lanes: number;
  /** Something waits, and an execution is at work. */
  readonly atWork: number;
  /** Something waited for an execution that had ended. */
  readonly succeeded: number;
  /** Taken out of the list, since nothing has come for a day. */
  readonly forgotten: number;
  /** Sentences for a person. */
  readonly failures: readonly string[];
}

type SweptLane = "idle" | "at work" | "succeeded" | "forgotten";

const LANES_AT_A_TIME = 10;
const IDLE_MS = 24 * 3_600_000;

/** All lanes: an execution that died is succeeded, and one that was never started is started. */
export async function sweep(parts: SweepParts): Promise<Swept> {
  const lanes = await readLanes(parts);
  const failures: string[] = [];
  const swept = await mapWithLimit(lanes, LANES_AT_A_TIME, async lane => {
    try {
      return await sweepLane(lane, parts);
    } catch (error) {
      // Whatever it is, it belongs to this lane and not to the others.
      const message = `lane ${lane}: ${error instanceof Error ? error.message : String(error)}`;
      parts.log.error(message);
      failures.push(message);
      return "failed";
    }
  });
  const count = (kind: SweptLane) => swept.filter(one => one === kind).length;
  return {
    lanes: lanes.length,
    atWork: count("at work"),
    succeeded: count("succeeded"),
    forgotten: count("forgotten"),
    failures,
  };
}

/** After AWS's word that an execution ended badly: its lane, if it was one. */
export async function sweepAfter(executionArn: string, parts: SweepParts): Promise<Swept> {
  const none = { lanes: 0, atWork: 0, succeeded: 0, forgotten: 0, failures: [] };
  const state = await parts.askExecution(executionArn);
  const input = state.kind === "unknown" ? undefined : state.input;
  const parsed = input === undefined ? undefined : parseJsonSafely(input);
  const order = parsed?.kind === "json" ? readLaneOrder(parsed.value) : undefined;
  if (order === undefined) return none;
  const swept = await sweepLane(order.lane, parts);
  return {
    ...none,
    lanes: 1,
    atWork: Number(swept === "at work"),
    succeeded: Number(swept === "succeeded"),
    forgotten: Number(swept === "forgotten"),
  };
}

/**
 * AWS is asked and not a clock. A wrong or late answer of AWS costs a succession and never a run:
 * the generation is raised only if it is still the one that was asked about.
 */
async function sweepLane(lane: string, parts: SweepParts): Promise<SweptLane> {
  const { ledger } = parts;
  const head = await patiently(parts, () => ledger.readHead(lane));
  const { tickets } = await patiently(parts, () => ledger.queryTickets(lane, { limit: 1 }));
  const waits = head.hold === undefined && tickets.length > 0;
  if (head.open === undefined && head.drop === undefined && !waits) {
    const empty = head.hold === undefined && tickets.length === 0;
    return empty ? forgetIdle(lane, parts) : "idle";
  }
  const { gen } = head;
  const arn = await parts.wake(lane, gen);
  const state = arn === undefined ? undefined : await parts.askExecution(arn);
  if (state?.kind !== "ended") return "at work";

  const raised = await patiently(parts, () => ledger.raise(lane, gen));
  await parts.wake(lane, raised.head.gen);
  parts.log.warn("a lane's execution ended with work left; another one goes on", {
    lane,
    gen: raised.head.gen,
    executionArn: arn,
  });
  return "succeeded";
}

async function forgetIdle(lane: string, parts: SweepParts): Promise<SweptLane> {
  const counter = await patiently(parts, () => parts.ledger.readCounter(lane));
  if (counter === undefined || parts.wall() - counter.at < IDLE_MS) return "idle";
  const change = await patiently(parts, () => parts.ledger.forgetLane(lane, counter));
  return change.kind === "done" ? "forgotten" : "idle";
}
