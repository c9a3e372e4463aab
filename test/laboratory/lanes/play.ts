import { type ControlCommand, controlLane } from "../../../lambda/lanes/commands/control-lane.ts";
import { runAgain, SAFE_OUTCOMES } from "../../../lambda/lanes/commands/run-again.ts";
import { type SweepDependencies, sweep, sweepAfter } from "../../../lambda/lanes/commands/sweep.ts";
import { deliver } from "../../../lambda/lanes/deliver.ts";
import { laneExecution } from "../../../lambda/lanes/execution-name.ts";
import type { LaneDependencies } from "../../../lambda/lanes/loop/lane-dependencies.ts";
import { runLane } from "../../../lambda/lanes/loop/lane-loop.ts";
import type { AskExecution } from "../../../lambda/lanes/wake.ts";
import type { Log } from "../../../lambda/log.ts";
import { readLaneOrder, readRunnerOrder } from "../../../lambda/order.ts";
import { createChance } from "../../virtual/chance.ts";
import { createMemoryLedger, type MemoryTable } from "../../virtual/memory-ledger.ts";
import {
  createDurableService,
  type DurableService,
  type Execution,
} from "../../virtual/virtual-durable.ts";
import {
  createMomentCounter,
  createProcesses,
  Interference,
  type Moment,
  type Process,
} from "../../virtual/virtual-processes.ts";
import { createVirtualTime } from "../../virtual/virtual-time.ts";
import { type Defect, plantDefect } from "./defects.ts";
import { createWatch, type Watch } from "./idle-watch.ts";
import { ledgerOf, type Role } from "./ledger-of-process.ts";
import { runBatch } from "./run-batch.ts";
import { runForReal } from "./run-for-real.ts";
import { sightedLedger } from "./sighted-ledger.ts";
import { createVirtualFlow, type Run } from "./virtual-flow.ts";
import { createVirtualManifests } from "./virtual-manifests.ts";
import { type Claim, watchClaims } from "./watch-claims.ts";
import { FLOW, isCalm, type World } from "./world.ts";

/** What a world came to. */
export interface Protocol {
  readonly world: World;
  /** Milliseconds since 1970. */
  readonly beganAt: number;
  readonly table: MemoryTable;
  readonly runs: readonly Run[];
  readonly executions: readonly Execution[];
  /** Which events the dispatcher said it has, and when it said so first. */
  readonly acknowledged: ReadonlyMap<string, number>;
  /** When an event was first handed to the dispatcher. */
  readonly handedOver: ReadonlyMap<string, number>;
  /** Batches whose start met a fault: nobody can know what became of it. */
  readonly doubtful: ReadonlySet<string>;
  /** What was seen on the way that must never be. */
  readonly wrongs: readonly string[];
  /** What came to pass in the ledger and around it. */
  readonly met: ReadonlySet<string>;
  readonly claims: readonly Claim[];
  /** Operations on the outside by all processes. */
  readonly operations: number;
  /** How long lanes stood idle with something ripe, milliseconds. */
  readonly idle: Watch["longest"];
}

const EPOCH_MS = Date.UTC(2026, 4, 9);
const DISPATCHER_TIMEOUT_MS = 60_000;
const FUNCTION_TIMEOUT_MS = 120_000;
const SWEEP_MS = 300_000;
const VISIBILITY_MS = 60_000;
const STALE_UNTIL_MS = 15 * 60_000;
/** Long enough for three sweeps, runs of ten minutes and waits after zombies. */
const END_MS = 6 * 3_600_000;

export async function play(
  world: World,
  defect?: Defect,
  trace?: (line: string) => void,
): Promise<Protocol> {
  const chance = createChance(world.seed + 0.5);
  const time = createVirtualTime();
  const say =
    trace === undefined
      ? undefined
      : (line: string) => trace(`${(time.now() / 1_000).toFixed(3).padStart(10)}  ${line}`);
  const memory = createMemoryLedger({
    pageSize: world.pageSize,
    leavesTicket: () => chance.likely(world.undeleted),
  });
  const { table } = memory;
  const met = new Set<string>();
  const wrongs: string[] = [];
  const claims: Claim[] = [];
  const bare = sightedLedger(memory.ledger, table, sight => met.add(sight));
  const processes = createProcesses({
    time,
    chance,
    epochMs: EPOCH_MS,
    faults: world.faults,
    onDeath() {
      if (world.calmFrom === undefined) calmFrom = Number.POSITIVE_INFINITY;
    },
    ...(world.slowMs !== undefined && { slowMs: world.slowMs }),
    ...(world.twists !== undefined && { twists: world.twists }),
    onOperation: (count, process, what) => {
      happened = count;
      for (const due of triggers.filter(({ after, on }) => after <= count || on(process, what))) {
        due.pull();
      }
    },
    maxSkewMs: world.maxSkewMs,
    maxPaceMs: world.maxPaceMs,
    trace: say,
  });
  const flow = createVirtualFlow({
    flow: FLOW,
    now: () => EPOCH_MS + time.now(),
    beganAt: EPOCH_MS,
    runMs: () => chance.anyScale(world.minRunMs ?? 500, world.maxRunMs),
    status: () => (chance.likely(world.failing) ? "error" : "success"),
    planned: world.realRunner === true,
  });
  let happened = 0;
  let triggers: Trigger[] = [];
  /** Dispatchers and commands at work, which are about to wake somebody. */
  let dispatching = 0;
  const doubtful = new Set<string>();
  const acknowledged = new Map<string, number>();
  const handedOver = new Map<string, number>();
  const idle = createWatch({ time, table, epochMs: EPOCH_MS });
  const manifests = createVirtualManifests(wrong => wrongs.push(wrong));
  const planted = plantDefect(defect, { table, time });

  let wrongSweeps = world.wrongSweeps ?? 0;
  /** Only those who look after lanes get wrong answers: what a lane learns of its runner is AWS's word. */
  const isWrong = () => {
    if (wrongSweeps > 0) return wrongSweeps-- > 0;
    return chance.likely(world.stale / 3) && time.now() < STALE_UNTIL_MS;
  };
  let calmFrom = world.calmFrom ?? (isCalm(world) ? 0 : Number.POSITIVE_INFINITY);

  /** Where nobody died, the sweep has nothing to do: a dispatcher or a lane wakes the lane. */
  const onlySwept = new Map<string, number>();
  /** What a sweep saw may be done by others until it wakes the lane. */
  const needsLane = (lane: string) => {
    const { head, tickets } = table.lanes.get(lane) ?? {};
    if (head?.open !== undefined || head?.drop !== undefined) return true;
    return head?.hold === undefined && (tickets?.size ?? 0) > 0;
  };

  /** Does something at a time, after so many operations, or at a moment: whichever comes first. */
  const trigger = (at: number, after: number, on: Moment | undefined, work: () => void) => {
    let pulled = false;
    const isThen = createMomentCounter(on === undefined ? [] : [on]);
    const own: Trigger = {
      after,
      on: (process, what) => isThen(process, what) !== undefined,
      pull() {
        if (!pulled) time.after(0, work);
        pulled = true;
        triggers = triggers.filter(one => one !== own);
      },
    };
    triggers = [...triggers, own];
    time.after(at, () => own.pull());
  };

  const dependenciesOf = (process: Process, role: Role) => {
    const watched = planted.ledger(
      watchClaims(bare, table, claim => {
        claims.push({ ...claim, at: EPOCH_MS + time.now(), skewMs: process.skewMs });
      }),
      role,
    );
    const operated = ledgerOf(watched, {
      process,
      processes,
      onEffect: lane => idle.note(lane),
      onWrong: wrong => wrongs.push(wrong),
      table,
    });
    const ledger = planted.code(operated, role);
    const wake = async (lane: string, gen: number) => {
      const { name, payload } = laneExecution({ lane, gen }, "lane");
      return asAws(() =>
        processes.operate(process, `wake ${gen}`, () => {
          const before = durable.executions.length;
          const { arn } = durable.start("lane", name, payload);
          const isNew = durable.executions.length > before;
          if (isNew && process.name === "sweep") met.add("a sweep was needed");
          const about = `generation ${gen} of lane ${lane}`;
          if (process.name !== "sweep") {
            // The sweep was only quicker than who was about to wake it.
            const since = onlySwept.get(about) ?? Number.NEGATIVE_INFINITY;
            if (time.now() - since < 5_000 + 60 * world.maxPaceMs) onlySwept.delete(about);
          } else if (isNew && time.now() >= calmFrom && dispatching === 0 && needsLane(lane)) {
            onlySwept.set(about, time.now());
          }
          return arn;
        }),
      );
    };
    const askExecution: AskExecution = arn =>
      asAws(() =>
        processes.operate(process, "ask", () => {
          const execution = durable.find(arn);
          if (execution === undefined) return { kind: "unknown" as const };
          const ended = execution.endedAt;
          const told = { input: execution.input };
          if (role === "command" && ended === undefined && isWrong()) {
            met.add("a wrong answer of AWS");
            return { kind: "ended" as const, at: EPOCH_MS + time.now(), ...told };
          }
          const stale =
            ended !== undefined && chance.likely(world.stale) && time.now() < STALE_UNTIL_MS;
          return ended === undefined || stale
            ? { kind: "running" as const, ...told }
            : { kind: "ended" as const, at: EPOCH_MS + ended, ...told };
        }),
      );
    return {
      ledger,
      wake,
      askExecution: planted.ask(askExecution, role),
      epochMs: () => processes.epochMs(process),
      attempts: 4,
      sleep: (milliseconds: number) => processes.sleep(process, milliseconds),
      random: chance.random,
      log: SILENT,
    };
  };

  const durable: DurableService = createDurableService({
    time,
    chance,
    processes,
    timeoutMs: FUNCTION_TIMEOUT_MS,
    labelOf,
    functions: {
      lane: async (input, operations, { process, arn }) => {
        const order = readLaneOrder(input);
        if (order === undefined) throw new Error("This is no order of a lane.");
        const dependencies: LaneDependencies = {
          ...dependenciesOf(process, "lane"),
          operations,
          runner: "runner",
          manyOperations: world.manyOperations,
          manifests: manifests.storeOf(work =>
            asAws(() => processes.operate(process, "manifest", work)),
          ),
          executionArn: arn,
          runnerTimeoutMs: planted.runnerTimeoutMs ?? FUNCTION_TIMEOUT_MS,
        };
        return runLane(order, dependencies);
      },
      runner(input, operations, { process, arn }) {
        const given = {
          process,
          processes,
          flow,
          rowsOf: (address: string) => manifests.keysOf(address),
          fence: { ...dependenciesOf(process, "runner"), runner: arn },
          onDoubt: (lane: string, batch: number) => void doubtful.add(`${lane} ${batch}`),
        };
        if (world.realRunner !== true) return runBatch(input, operations, given);
        met.add("the real runner");
        return runForReal(input, operations, { ...given, random: chance.random });
      },
    },
    onEnd(execution) {
      say?.(`${execution.label} is ${execution.status} ${execution.error ?? ""}`);
      if (execution.error?.includes("Non-deterministic") === true) wrongs.push(execution.error);
      if (execution.functionName !== "lane" || execution.status === "SUCCEEDED") return;
      // AWS's status event, which may be late and may never come.
      if (chance.likely(0.7)) {
        time.after(chance.anyScale(100, 60_000), () => {
          void command("status event", dependencies => sweepAfter(execution.arn, dependencies));
        });
      }
    },
  });

  /** A command of a person or of a schedule, which is given up when it fails: nobody repeats it. */
  const command = async (
    name: string,
    work: (dependencies: SweepDependencies) => Promise<unknown>,
  ) => {
    const isSweep = name === "sweep";
    const end = () => {
      if (!isSweep) dispatching -= 1;
    };
    const process = processes.start({ name, timeoutMs: DISPATCHER_TIMEOUT_MS, onDeath: end });
    if (!isSweep) dispatching += 1;
    try {
      const result = await work(dependenciesOf(process, "command"));
      say?.(`${name}: ${JSON.stringify(result)}`);
    } catch (error) {
      say?.(`${name} failed: ${String(error)}`);
    }
    process.isOver = true;
    end();
  };

  let deliveries = 0;
  const handOver = async (decisions: World["deliveries"][number]["decisions"]): Promise<void> => {
    deliveries += 1;
    dispatching += 1;
    let answered = false;
    const again = () => {
      if (!answered) time.after(VISIBILITY_MS, () => void handOver(decisions));
      answered = true;
    };
    const process = processes.start({
      name: `dispatcher ${deliveries}`,
      timeoutMs: DISPATCHER_TIMEOUT_MS,
      onDeath: again,
      onGivenUp: () => {
        met.add("a zombie at work");
        again();
      },
    });
    for (const { identity } of decisions) {
      if (!handedOver.has(identity)) handedOver.set(identity, time.now());
    }
    const dependencies = planted.dispatcher(dependenciesOf(process, "dispatcher"));
    const results = await deliver(decisions, dependencies);
    const failed = decisions.filter((_, index) => results[index]?.kind === "failed");
    if (!answered) {
      for (const [index, { identity }] of decisions.entries()) {
        if (results[index]?.kind === "failed" || acknowledged.has(identity)) continue;
        acknowledged.set(identity, time.now());
      }
    }
    answered = true;
    process.isOver = true;
    dispatching -= 1;
    if (failed.length > 0) time.after(VISIBILITY_MS, () => void handOver(failed));
  };

  for (const { at, afterOperations, on, decisions } of world.deliveries) {
    trigger(at, afterOperations, on, () => void handOver(decisions));
  }
  for (const [index, asked] of world.commands.entries()) {
    const { at, afterOperations, on, lane, do: what, label = "" } = asked;
    trigger(at, afterOperations, on, () => {
      if (what === "stop") return durable.stop(label);
      void command(`${what} ${lane}`, dependencies => {
        if (what === "again") {
          const failed = { lane, outcomes: SAFE_OUTCOMES, dryRun: false };
          return runAgain(failed, { ...dependencies, remainingMs: () => 60_000 });
        }
        const control: ControlCommand = { lane, do: what, by: "world", why: "", dryRun: false };
        return controlLane(control, { ...dependencies, commandId: `command-${index}` });
      });
    });
  }
  let sweepsAtRest = 0;
  for (let at = SWEEP_MS; at < END_MS && sweepsAtRest < 2; at += SWEEP_MS) {
    time.after(at - time.now(), () => void command("sweep", dependencies => sweep(dependencies)));
    await time.finish(at + SWEEP_MS - 1);
    const isAtRest =
      triggers.length === 0 &&
      durable.executions.every(({ status }) => status !== "RUNNING") &&
      // Two stale answers of AWS in a row keep a sweep from the lane; the third sweep comes all the same.
      [...table.lanes.values()].every(
        ({ head, counter }) => head.drop === undefined || counter === undefined,
      ) &&
      [...acknowledged.keys()].every(identity => table.entries.get(identity)?.state === "told");
    sweepsAtRest = isAtRest ? sweepsAtRest + 1 : 0;
  }
  for (const [about] of onlySwept) wrongs.push(`${about} was woken by nobody but the sweep`);
  return {
    world,
    beganAt: EPOCH_MS,
    table,
    runs: flow.runs(),
    executions: durable.executions,
    acknowledged,
    handedOver,
    doubtful,
    wrongs,
    met,
    claims,
    operations: happened,
    idle: idle.longest,
  };
}

/** A call to AWS whose answer is lost is an error like any other to who made it. */
async function asAws<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      // The SDK tries three times.
      if (!(error instanceof Interference) || attempt >= 3) throw error;
    }
  }
}

interface Trigger {
  readonly after: number;
  readonly on: (process: Process, what: string) => boolean;
  pull(): void;
}

const SILENT: Log = { info() {}, warn() {}, error() {}, with: () => SILENT };

/** `lane a 2`: generation 2 of lane a. `runner a 1.2`: of its batch 1, for generation 2. */
function labelOf(functionName: string, input: unknown): string {
  const order = readRunnerOrder(input);
  if (order !== undefined) {
    const { lane, batch, gen, follow } = order;
    return `${follow === undefined ? functionName : "follower"} ${lane} ${batch}.${gen}`;
  }
  const { lane, gen } = readLaneOrder(input) ?? { lane: "?", gen: 0 };
  return `${functionName} ${lane} ${gen}`;
}
