import {
  type CommandDependencies,
  carryOutCommand,
  decideObject,
} from "../../../lambda/carry-out-command.ts";
import { dispatch } from "../../../lambda/dispatch.ts";
import type { DispatcherDependencies } from "../../../lambda/dispatch-record.ts";
import { planRuns, takeDryRun } from "../../../lambda/dry-run.ts";
import {
  backfill,
  type ObjectDecisions,
  type StoredObject,
} from "../../../lambda/lanes/commands/backfill.ts";
import { readCommand } from "../../../lambda/lanes/commands/read-command.ts";
import { readKnownEvents } from "../../../lambda/lanes/known-events.ts";
import { createLaneLauncher } from "../../../lambda/lanes/lane-launcher.ts";
import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";
import type { Log } from "../../../lambda/log.ts";
import { matchRoutes, parseRoutes, type Routes } from "../../../lambda/routes/routes.ts";
import { createTimeBudget } from "../../../lambda/routes/time-budget.ts";
import { createLaneWorld, type LaneWorld } from "../../lambda/lanes/lane-world.ts";
import { type Chance, createChance } from "../../virtual/chance.ts";
import { BUCKET, type Bucket, createBucket } from "./bucket.ts";
import type { Defect } from "./defects.ts";
import { drawRoutes } from "./draw-routes.ts";
import { type Faults, faultyLedger } from "./faulty-ledger.ts";

/** The dispatcher with its lanes, a bucket, and clocks that stand while a command is at work. */
export interface Scene {
  readonly chance: Chance;
  readonly world: LaneWorld;
  readonly bucket: Bucket;
  readonly routes: Routes;
  readonly epochMs: () => number;
  /** From now on every run ends well. */
  calmDown(): void;
  /** What the routes make of an object. */
  readonly decide: (object: StoredObject) => ObjectDecisions;
  /** Lanes that were woken by what stood outside of time: they are woken when time goes on. */
  wakeLater(): Promise<void>;
  /** Invokes the dispatcher with this JSON, at one moment. `undefined`: it died. */
  invoke(event: unknown, faults?: Faults): Promise<unknown>;
  /** The same while lanes are at work, on a ledger of its own. */
  invokeOn(ledger: Ledger, event: unknown, remainingMs: () => number): Promise<unknown>;
}

const OUTCOMES = [
  "success",
  "success",
  "warning",
  "error",
  "canceled",
  "timed-out",
  "refused",
] as const;

export function createScene(seed: number, defect: Defect = ledger => ledger): Scene {
  const chance = createChance(seed);
  let isCalm = false;
  const world = createLaneWorld({
    runMs: chance.pick([1_000, 60_000, 600_000]),
    outcome: () => (isCalm ? "success" : chance.pick([...OUTCOMES])),
    runnerDies: () =>
      !isCalm && chance.likely(0.1)
        ? chance.pick(["before the fence", "after the fence", "after the audit id"] as const)
        : undefined,
  });
  const { epochMs } = world.dependencies;
  const bucket = createBucket(chance, chance.likely(0.5), epochMs);
  const routes = parseRoutes(drawRoutes(chance));
  const woken: (readonly [string, number])[] = [];
  let invocations = 0;

  const atOnce = {
    ...world.dependencies,
    ledger: world.bare,
    sleep: async () => {},
    wake: async (lane: string, gen: number) => {
      woken.push([lane, gen]);
      return `${lane}-${gen}`;
    },
    askExecution: async (arn: string) =>
      world.executions.get(arn)?.state ?? { kind: "unknown" as const },
    remainingMs: () => 60_000,
  };

  const invokeWith = async (given: LaneWorld["dependencies"], event: unknown): Promise<unknown> => {
    const lanes = { ...given, ledger: defect(given.ledger) };
    invocations += 1;
    const requestId = `request-${invocations}`;
    const budget = createTimeBudget(60_000, () => 0);
    const launcher = createLaneLauncher(lanes, () => Promise.reject(new Error("Nobody checks.")));
    const common = {
      route: (trigger: Parameters<CommandDependencies["route"]>[0]) =>
        matchRoutes(routes, trigger, budget),
      routedFlows: new Set(routes.list.map(({ flow }) => flow)),
      routeNames: routes.list.map(({ name }) => name),
      ownFunctions: SELF,
      remainingMs: lanes.remainingMs,
      log: SILENT,
      metrics: { add() {}, flush() {} },
    };
    const command = readCommand(event, common.ownFunctions);
    if (command.kind === "rejected") throw new Error(command.message);
    if (command.kind === "none") {
      const { dryRun, event: asked } = takeDryRun(event);
      const dependencies: DispatcherDependencies = {
        ...common,
        launch: (...requests) => launcher.launch(...requests),
        startsOnce: true,
        knownEvents: identities => readKnownEvents(identities, lanes),
        check: async () => "checked",
        logParameters: false,
      };
      return (dryRun ? planRuns : dispatch)(asked, requestId, dependencies);
    }
    const dependencies: CommandDependencies = { ...lanes, ...common, requestId };
    if (command.kind !== "backfill") return carryOutCommand(command, dependencies);
    return backfill(command.command, {
      ...dependencies,
      async *listObjects(_bucket, prefix) {
        const all = bucket.list(prefix);
        for (let from = 0; from < all.length; from += PAGE) yield all.slice(from, from + PAGE);
      },
      decide: (name, object) => decideObject(name, object, dependencies),
    });
  };

  return {
    chance,
    world,
    bucket,
    routes,
    epochMs,
    calmDown() {
      isCalm = true;
    },
    decide: object =>
      decideObject(BUCKET, object, {
        route: trigger =>
          matchRoutes(
            routes,
            trigger,
            createTimeBudget(60_000, () => 0),
          ),
        ownFunctions: SELF,
      }),
    async wakeLater() {
      for (const [lane, gen] of woken.splice(0)) void world.dependencies.wake(lane, gen);
    },
    invoke: (event, faults = NO_FAULTS) => {
      const ledger = faultyLedger(world.bare, chance, faults);
      const dead = new Promise<undefined>(resolve => void setImmediate(() => resolve(undefined)));
      return Promise.race([invokeWith({ ...atOnce, ledger }, event), dead]);
    },
    invokeOn: (ledger, event, remainingMs) =>
      invokeWith({ ...world.dependencies, ledger, remainingMs }, event),
  };
}

/** Small, so that pages are tried. */
const PAGE = 3;

const SELF = ["arn:aws:lambda:eu-central-1:123456789012:function:dispatcher"];

const NO_FAULTS: Faults = { share: 0, diesAfter: Number.POSITIVE_INFINITY };

const SILENT: Log = { info() {}, warn() {}, error() {}, with: () => SILENT };
