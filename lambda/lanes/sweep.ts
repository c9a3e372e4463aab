import { parseJsonSafely } from "../../shared/json-fields.ts";
import type { Log } from "../log.ts";
import { mapWithLimit } from "../map-with-limit.ts";
import { readLaneOrder } from "../order.ts";
import { patiently } from "./again-later.ts";
import { readLanes } from "./read-lanes.ts";
import type { AskExecution } from "./wake.ts";
import type { WakeDependencies } from "./wake-lane.ts";

export interface SweepDependencies extends WakeDependencies {
  readonly askExecution: AskExecution;
  readonly epochMs: () => number;
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
export async function sweep(dependencies: SweepDependencies): Promise<Swept> {
  const lanes = await readLanes(dependencies);
  const failures: string[] = [];
  const swept = await mapWithLimit(lanes, LANES_AT_A_TIME, async lane => {
    try {
      return await sweepLane(lane, dependencies);
    } catch (error) {
      // Whatever it is, it belongs to this lane and not to the others.
      const message = `lane ${lane}: ${error instanceof Error ? error.message : String(error)}`;
      dependencies.log.error(message);
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
export async function sweepAfter(
  executionArn: string,
  dependencies: SweepDependencies,
): Promise<Swept> {
  const none = { lanes: 0, atWork: 0, succeeded: 0, forgotten: 0, failures: [] };
  const state = await dependencies.askExecution(executionArn);
  const input = state.kind === "unknown" ? undefined : state.input;
  const parsed = input === undefined ? undefined : parseJsonSafely(input);
  const order = parsed?.kind === "json" ? readLaneOrder(parsed.value) : undefined;
  if (order === undefined) return none;
  const swept = await sweepLane(order.lane, dependencies);
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
async function sweepLane(lane: string, dependencies: SweepDependencies): Promise<SweptLane> {
  const { ledger } = dependencies;
  const head = await patiently(dependencies, () => ledger.readHead(lane));
  const { tickets } = await patiently(dependencies, () => ledger.queryTickets(lane, { limit: 1 }));
  const waits = head.hold === undefined && tickets.length > 0;
  if (head.open === undefined && head.drop === undefined && !waits) {
    const empty = head.hold === undefined && tickets.length === 0;
    return empty ? forgetIdle(lane, dependencies) : "idle";
  }
  const { gen } = head;
  const arn = await dependencies.wake(lane, gen);
  const state = arn === undefined ? undefined : await dependencies.askExecution(arn);
  if (state?.kind !== "ended") return "at work";

  const raised = await patiently(dependencies, () => ledger.raise(lane, gen));
  await dependencies.wake(lane, raised.head.gen);
  dependencies.log.warn("a lane's execution ended with work left; another one goes on", {
    lane,
    gen: raised.head.gen,
    executionArn: arn,
  });
  return "succeeded";
}

async function forgetIdle(lane: string, dependencies: SweepDependencies): Promise<SweptLane> {
  const counter = await patiently(dependencies, () => dependencies.ledger.readCounter(lane));
  if (counter === undefined || dependencies.epochMs() - counter.at < IDLE_MS) return "idle";
  const change = await patiently(dependencies, () => dependencies.ledger.forgetLane(lane, counter));
  return change.kind === "done" ? "forgotten" : "idle";
}
