import { parseJsonSafely } from "../../../shared/json-fields.ts";
import { messageOf } from "../../../shared/thrown.ts";
import type { Log } from "../../log.ts";
import { readLaneOrder } from "../../order.ts";
import type { Head } from "../ledger/ledger-contents.ts";
import { retryLedger } from "../retry-ledger.ts";
import { hasWork, waitingSince, waitingTickets } from "../waiting.ts";
import type { AskExecution } from "../wake.ts";
import { LOOK_AT_ONCE, type WakeDependencies, wakeLane } from "../wake-lane.ts";
import { type LaneTime, lanesInTime } from "./lanes-in-time.ts";
import { readLanes, readPlaces } from "./read-lanes.ts";

export interface SweepDependencies extends WakeDependencies, LaneTime {
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
  /** Taken out of the list, since nothing has come or ended for a day. */
  readonly forgotten: number;
  /** Lanes that start nothing until somebody resumes them. */
  readonly held: number;
  /** Events that wait for a batch. */
  readonly waiting: number;
  /** How long the event has waited that waits longest. */
  readonly oldestWaitingSeconds: number;
  /** Sentences for a person. */
  readonly failures: readonly string[];
}

interface SweptLane {
  readonly kind: "idle" | "at work" | "succeeded" | "forgotten";
  readonly held: boolean;
  readonly waiting: number;
  readonly oldestAt: number | undefined;
}

const IDLE_MS = 24 * 3_600_000;

/** All lanes: an execution that died is succeeded, and one that was never started is started. */
export async function sweep(dependencies: SweepDependencies): Promise<Swept> {
  return sweepLanes(await readLanes(dependencies), dependencies);
}

/** After AWS's word that an execution ended badly: its lane, if it was a lane's or a runner's. */
export async function sweepAfter(
  executionArn: string,
  dependencies: SweepDependencies,
): Promise<Swept> {
  const state = await dependencies.askExecution(executionArn);
  const input = state.kind === "unknown" ? undefined : state.input;
  const parsed = input === undefined ? undefined : parseJsonSafely(input);
  const order = parsed?.kind === "json" ? readLaneOrder(parsed.value) : undefined;
  return sweepLanes(order === undefined ? [] : [order.lane], dependencies);
}

async function sweepLanes(
  lanes: readonly string[],
  dependencies: SweepDependencies,
): Promise<Swept> {
  const failures: string[] = [];
  const { results: swept, late } = await lanesInTime(lanes, dependencies, async lane => {
    try {
      return await sweepLane(lane, dependencies);
    } catch (error) {
      // Whatever it is, it belongs to this lane and not to the others.
      const message = `lane ${lane}: ${messageOf(error)}`;
      dependencies.log.error(message);
      failures.push(message);
      return undefined;
    }
  });
  if (late > 0) {
    const message = `There was no time to look after ${late} of ${lanes.length} lanes. Let the routes make fewer lanes, or give the dispatcher more memory or a longer Timeout, at most 300 seconds.`;
    dependencies.log.error(message);
    failures.push(message);
  }
  const found = swept.filter(one => one !== undefined);
  const count = (kind: SweptLane["kind"]) => found.filter(one => one.kind === kind).length;
  const oldest = Math.min(...found.flatMap(({ oldestAt }) => oldestAt ?? []));
  const waitedMs = Number.isFinite(oldest) ? dependencies.epochMs() - oldest : 0;
  return {
    lanes: lanes.length,
    atWork: count("at work"),
    succeeded: count("succeeded"),
    forgotten: count("forgotten"),
    held: found.filter(({ held }) => held).length,
    waiting: found.reduce((sum, { waiting }) => sum + waiting, 0),
    oldestWaitingSeconds: Math.max(0, Math.round(waitedMs / 1_000)),
    failures,
  };
}

/** After so many the sweep wakes what is there: a wake-up too many costs a look. */
const MAX_TURNS = 3;

/** Enough to know that many wait; more pages would cost more than the number is worth. */
const MAX_COUNTED = 10_000;

async function sweepLane(lane: string, dependencies: SweepDependencies): Promise<SweptLane> {
  const head = await retryLedger(dependencies, () => dependencies.ledger.readHead(lane));
  const tickets = await readPlaces(lane, dependencies, MAX_COUNTED);
  const waiting = waitingTickets(tickets, head);
  const kind = await lookAfter(lane, head, tickets.length > 0, dependencies, 1);
  return {
    kind,
    held: head.hold !== undefined,
    waiting: waiting.length,
    oldestAt: waitingSince(waiting),
  };
}

/**
 * AWS is asked and not a clock. A wrong or late answer of AWS costs a succession and never a run:
 * the generation is raised only if it is still the one that was asked about.
 */
async function lookAfter(
  lane: string,
  head: Head,
  hasTickets: boolean,
  dependencies: SweepDependencies,
  turn: number,
): Promise<SweptLane["kind"]> {
  const { ledger } = dependencies;
  const { gen, hold, drop, sleep } = head;
  if (!hasWork(head, hasTickets)) {
    const empty = hold === undefined && !hasTickets;
    return empty ? forgetIdle(lane, head, dependencies) : "idle";
  }
  if (drop !== undefined && sleep !== undefined) {
    // Its command was cut off, and a lane that sleeps would see it when its own time comes.
    await wakeLane(lane, LOOK_AT_ONCE, dependencies);
    return "at work";
  }
  const arn = await dependencies.wake(lane, gen);
  const state = arn === undefined ? undefined : await dependencies.askExecution(arn);
  if (state?.kind !== "ended") return "at work";

  const raised = await retryLedger(dependencies, () => ledger.raise(lane, gen));
  if (raised.kind === "refused" && turn < MAX_TURNS) {
    // It ended in order, or somebody else was here: what there is to do now is another question.
    const { tickets } = await retryLedger(dependencies, () =>
      ledger.queryTickets(lane, { limit: 1 }),
    );
    return lookAfter(lane, raised.head, tickets.length > 0, dependencies, turn + 1);
  }
  const used = raised.kind === "done" ? MAX_USED : 0;
  dependencies.log.warn("a lane's execution ended with work left; another one goes on", {
    lane,
    gen: await startUnused(lane, raised.head.gen, used, dependencies),
    executionArn: arn,
  });
  return "succeeded";
}

/** So many generations whose names are used up are passed over by one sweep. */
const MAX_USED = 50;

/**
 * Starts a generation that nobody started before, and resolves with it. Where the table is a new one
 * and AWS still has the executions of a table before it, the names of the first generations belong to
 * executions that ended long ago: at one of them with each sweep, events would wait for days.
 */
async function startUnused(
  lane: string,
  first: number,
  maxUsed: number,
  { ledger, wake, askExecution, ...patience }: SweepDependencies,
): Promise<number> {
  for (let gen = first; ; gen += 1) {
    const arn = await wake(lane, gen);
    if (arn === undefined || gen - first >= maxUsed) return gen;
    if ((await askExecution(arn)).kind !== "ended") return gen;
    // Refused: it has ended just now and in order, or somebody else goes on here.
    const raised = await retryLedger(patience, () => ledger.raise(lane, gen));
    if (raised.kind === "refused") return gen;
  }
}

async function forgetIdle(
  lane: string,
  { nb }: Head,
  dependencies: SweepDependencies,
): Promise<SweptLane["kind"]> {
  const { ledger, epochMs } = dependencies;
  const counter = await retryLedger(dependencies, () => ledger.readCounter(lane));
  if (counter === undefined || epochMs() - counter.at < IDLE_MS) return "idle";
  // Its event may have waited or run for days, and whoever is told of its end looks for the lane.
  const last = await retryLedger(dependencies, () => ledger.readBatch(lane, nb - 1));
  if (last?.out !== undefined && epochMs() - last.out.at < IDLE_MS) return "idle";
  const change = await retryLedger(dependencies, () => ledger.forgetLane(lane, counter));
  return change.kind === "done" ? "forgotten" : "idle";
}
