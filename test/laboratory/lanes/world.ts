import type { BatchRule, Decision } from "../../../lambda/decision.ts";
import { type Chance, createChance } from "../../virtual/chance.ts";
import {
  FAULTS,
  type Fault,
  type FaultKind,
  type Moment,
  type Twist,
} from "../../virtual/virtual-processes.ts";

/** One world: which events come when and how often, what people command, and what goes wrong. */
export interface World {
  readonly seed: number;
  readonly deliveries: readonly Delivery[];
  readonly commands: readonly Command[];
  readonly faults: readonly Fault[];
  /** Only in named traces. */
  readonly twists?: readonly Twist[];
  readonly maxPaceMs: number;
  /** How long something slow, given up or stopped stands still. Missing: by chance. */
  readonly slowMs?: number;
  readonly maxSkewMs: number;
  readonly pageSize: number;
  /** Runs of these flows end badly in this share of all. */
  readonly failing: number;
  /** Missing: half a second. */
  readonly minRunMs?: number;
  readonly maxRunMs: number;
  /** The share of AWS's answers on an execution that are of a moment ago, or simply wrong. */
  readonly stale: number;
  /** From then on nobody may need the sweep. Missing: always where nobody dies, else never. */
  readonly calmFrom?: number;
  /** Sweeps that AWS tells that a running execution has ended. */
  readonly wrongSweeps?: number;
  /** The share of deletions of which the table leaves a ticket behind. */
  readonly undeleted: number;
  /** The runner as it is, with the core and an Etlworks of its own; it takes five times as long. */
  readonly realRunner?: boolean;
  /** After so many operations a lane's execution is left to the next one. */
  readonly manyOperations: number;
}

/** An invocation of the dispatcher. The same event comes in several of them. */
export interface Delivery {
  /** At this time, after so many operations in the whole world, or at a moment: whichever is first. */
  readonly at: number;
  readonly afterOperations: number;
  readonly on?: Moment;
  readonly decisions: readonly Decision[];
}

export interface Command {
  readonly at: number;
  readonly afterOperations: number;
  readonly on?: Moment;
  readonly lane: string;
  readonly do: "hold" | "resume" | "drop" | "again" | "stop";
  /** What is stopped: `lane a 1`, `runner a 1.1`. */
  readonly label?: string;
}

/** All lanes are of one flow. */
export const FLOW = 7;

const DEATHS: readonly string[] = [
  "death",
  "zombie",
  "stop",
  "dies before",
  "dies after",
  "given up",
  "stopped",
];

/** A third of all worlds are without deaths. There nobody may need the sweep. */
export function isCalm({ faults, twists = [], commands, stale }: World): boolean {
  return (
    stale === 0 &&
    faults.every(({ kind }) => !DEATHS.includes(kind)) &&
    twists.every(({ fate = "" }) => !DEATHS.includes(fate)) &&
    commands.every(command => command.do !== "stop")
  );
}

/** A world takes about as many operations on the outside. */
const MANY_OPERATIONS = 150;

export function createWorld(seed: number): World {
  const chance = createChance(seed);
  const calm = chance.likely(1 / 3);
  const operations = chance.anyScale(15, MANY_OPERATIONS);
  const afterOperations = () => Math.floor(chance.random() * operations);
  const lanes = chance.likely(0.8) ? (["a"] as const) : (["a", "b", "c"] as const);
  const routes = Array.from({ length: chance.whole(1, 2) }, (_, index) =>
    createRoute(`r${index}`, chance),
  );
  const spread = chance.anyScale(10, 300_000);
  const events = Array.from({ length: chance.whole(1, 6) }, (_, index) => {
    const route = chance.pick([routes[0] ?? createRoute("r", chance), ...routes]);
    return createDecision(`e${index}`, chance.pick(lanes), route, chance.pick(["", "", "x"]));
  });
  const copies = events.flatMap(decision =>
    Array.from({ length: chance.pick([1, 1, 1, 2, 3]) }, () => ({
      at: Math.floor(chance.random() * spread),
      decision,
    })),
  );
  const groups = Map.groupBy(copies, ({ at }) =>
    chance.likely(0.3) ? Math.floor(at / 20_000) : at,
  );
  return {
    seed,
    deliveries: [...groups.values()].map(group => ({
      at: Math.max(...group.map(({ at }) => at)),
      afterOperations: chance.likely(0.5) ? afterOperations() : Number.MAX_SAFE_INTEGER,
      decisions: [...new Map(group.map(({ decision }) => [decision.identity, decision])).values()],
    })),
    commands: Array.from({ length: chance.likely(0.4) ? chance.whole(1, 4) : 0 }, () => ({
      at: Math.floor(chance.random() * (spread + 120_000)),
      afterOperations: chance.likely(0.8) ? afterOperations() : Number.MAX_SAFE_INTEGER,
      lane: chance.pick(lanes),
      do: chance.pick(["hold", "resume", "drop", "again"]),
    })),
    faults: Array.from({ length: chance.whole(calm ? 0 : 1, calm ? 2 : 6) }, () => ({
      after: afterOperations(),
      kind: chance.pick<FaultKind>(calm ? ["throttle", "lost"] : [...FAULTS]),
    })).toSorted((one, other) => one.after - other.after),
    maxPaceMs: chance.anyScale(5, 10_000),
    maxSkewMs: chance.pick([0, 0, 1_000, 30_000]),
    pageSize: chance.pick([1, 2, 100]),
    failing: chance.pick([0, 0.3, 0.7]),
    maxRunMs: chance.anyScale(100, 600_000),
    stale: calm ? 0 : chance.pick([0, 0.3]),
    undeleted: chance.pick([0, 0, 0.3]),
    manyOperations: chance.pick([1_000, 1_000, 6]),
    realRunner: chance.likely(0.1),
  };
}

export interface RouteOfWorld {
  readonly name: string;
  readonly afterFailure: Decision["afterFailure"];
  readonly rule?: BatchRule;
  readonly reads: "keys" | "manifest";
}

function createRoute(name: string, chance: Chance): RouteOfWorld {
  const afterFailure = chance.likely(0.3) ? "hold" : "continue";
  const reads = chance.pick<RouteOfWorld["reads"]>(["keys", "manifest"]);
  if (chance.likely(0.4)) return { name, afterFailure, reads };
  const rule: BatchRule = {
    quietMs: chance.pick([0, 5_000, 30_000]),
    longestMs: chance.pick([60_000, 300_000]),
    most: chance.pick([1, 2, 3, 1_000]),
    everyMs: chance.pick([0, 0, 120_000]),
    keep: chance.pick(["all", "all", "last"]),
    ...(chance.likely(0.15) && { all: ["e0", "e1"] }),
  };
  return { name, afterFailure, rule, reads };
}

export function createDecision(
  identity: string,
  lane: string,
  { name, afterFailure, rule, reads }: RouteOfWorld,
  by: string,
): Decision {
  const ofBatch = rule !== undefined && rule.keep === "all";
  return {
    route: name,
    flow: FLOW,
    parameters: { events: ofBatch ? [{ batch: reads }] : identity },
    policy: { ifRunning: "wait", timeout: 0, failOnWarning: false },
    origin: { source: "aws.s3", detailType: "Object Created", key: identity },
    identity,
    lane,
    afterFailure,
    file: { bucket: "landing", key: identity },
    ...(rule !== undefined && { batch: { ...rule, by } }),
  };
}
