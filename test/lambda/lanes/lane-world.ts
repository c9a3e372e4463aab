import type { Decision } from "../../../lambda/decision.ts";
import type { ReadLedgerDependencies } from "../../../lambda/lanes/commands/read-ledger.ts";
import { type DeliverDependencies, deliver } from "../../../lambda/lanes/deliver.ts";
import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";
import { createBatchGate } from "../../../lambda/lanes/ledger-batch-gate.ts";
import type {
  LaneDependencies,
  LaneOperations,
} from "../../../lambda/lanes/loop/lane-dependencies.ts";
import { runLane } from "../../../lambda/lanes/loop/lane-loop.ts";
import type { ExecutionState } from "../../../lambda/lanes/wake.ts";
import { createLog } from "../../../lambda/log.ts";
import type { RunnerOrder } from "../../../lambda/order.ts";
import { createMemoryLedger, type MemoryTable } from "../../virtual/memory-ledger.ts";
import { type LedgerCall, observeLedger } from "../../virtual/observed-ledger.ts";
import { createVirtualTime } from "../../virtual/virtual-time.ts";

/** One AWS with lanes, in virtual time: nothing dies in it but what a test stops. */
export interface LaneWorld {
  readonly table: MemoryTable;
  readonly ledger: Ledger;
  /** The same without any time that passes. */
  readonly bare: Ledger;
  readonly dependencies: LaneDependencies &
    DeliverDependencies &
    Pick<ReadLedgerDependencies, "remainingMs">;
  readonly runs: readonly WorldRun[];
  readonly calls: readonly LedgerCall[];
  /** Names of operations of lane executions, by `lane-generation`. */
  readonly executions: ReadonlyMap<string, WorldExecution>;
  readonly manifests: ReadonlyMap<string, string>;
  now(): number;
  deliver(...decisions: readonly Decision[]): ReturnType<typeof deliver>;
  /** Lets so much time pass. */
  pass(milliseconds: number): Promise<void>;
  /** Stops a lane's execution or a runner, as `StopDurableExecution` does: it never goes on. */
  stop(name: string): void;
  /** Starts the runner as if a lane had invoked it. */
  run(order: RunnerOrder): Promise<unknown>;
}

export interface WorldExecution {
  state: ExecutionState;
  operations: number;
}

export interface WorldRun {
  readonly at: number;
  readonly lane: string;
  readonly batch: number;
  readonly identities: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  endedAt?: number;
}

export interface LaneWorldOptions {
  readonly runMs?: number;
  readonly outcome?: (run: WorldRun) => string;
  /** Where the runner ends without a word. */
  readonly runnerDies?: (
    run: number,
  ) => "before the fence" | "after the fence" | "after the audit id" | undefined;
  readonly runnerTimeoutMs?: number;
  readonly meet?: (call: LedgerCall, happen: () => Promise<unknown>) => Promise<unknown>;
}

const EPOCH = Date.UTC(2026, 10, 26, 21, 0, 0);
const CALL_MS = 5;

export function createLaneWorld(options: LaneWorldOptions = {}): LaneWorld {
  const { runMs = 60_000, outcome = () => "success", runnerDies = () => undefined } = options;
  const time = createVirtualTime();
  const never = new AbortController().signal;
  const sleep = (milliseconds: number) => time.sleep(milliseconds, never);
  const epochMs = () => EPOCH + time.now();
  const memory = createMemoryLedger({ pageSize: 7 });
  const calls: LedgerCall[] = [];
  const ledger = observeLedger(memory.ledger, async (call, happen) => {
    await sleep(CALL_MS);
    calls.push(call);
    return options.meet === undefined ? happen() : options.meet(call, happen);
  });
  const executions = new Map<string, WorldExecution>();
  const stopped = new Set<string>();
  const runs: WorldRun[] = [];
  const manifests = new Map<string, string>();
  const log = createLog({ write: () => {}, epochMs, redact: text => text });
  let runners = 0;

  const wake = async (lane: string, gen: number) => {
    await sleep(CALL_MS);
    const name = `${lane}-${gen}`;
    if (!executions.has(name)) void begin(name, () => runLane({ lane, gen }, partsFor(name)));
    return name;
  };

  /** Something that was stopped waits for ever. */
  const alive = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const value = await work();
    return stopped.has(name) ? new Promise<T>(() => {}) : value;
  };

  const begin = (name: string, work: () => Promise<unknown>): Promise<unknown> => {
    const execution: WorldExecution = { state: { kind: "running" }, operations: 0 };
    executions.set(name, execution);
    const end = () => {
      execution.state = { kind: "ended", at: epochMs() };
    };
    const ended = work();
    ended.then(end, end);
    return ended;
  };

  const operationsOf = (name: string): LaneOperations => {
    const count = () => {
      const execution = executions.get(name);
      if (execution !== undefined) execution.operations += 1;
    };
    return {
      async step(_step, work) {
        count();
        return alive(name, work);
      },
      async waitForCondition(_name, check, config) {
        let state = config.initialState;
        for (let attempt = 1; ; attempt += 1) {
          count();
          const before = state;
          state = await alive(name, () => check(before));
          const decision = config.waitStrategy(state, attempt);
          if (!decision.shouldContinue) return state;
          const seconds = "seconds" in decision.delay ? decision.delay.seconds : 1;
          await alive(name, () => sleep(seconds * 1_000));
        }
      },
      async invoke(_name, _arn, order) {
        count();
        return alive(name, async () => {
          const failure = await runOrder(order);
          throw Object.assign(new Error(failure), { name: "InvokeError" });
        });
      },
    };
  };

  /** Always ends as a failing child does: the lane must not mind. */
  const runOrder = async (order: RunnerOrder): Promise<string> => {
    await run(order).catch(() => {});
    return "it failed";
  };

  const run = (order: RunnerOrder) => {
    runners += 1;
    const name = `runner-${runners}`;
    return begin(name, () => alive(name, () => runner(name, order, runnerDies(runners))));
  };

  async function runner(name: string, order: RunnerOrder, dies: string | undefined) {
    const fence = { ...common, runner: name };
    if (dies === "before the fence") throw new Error(dies);
    const gate = createBatchGate(order, fence);
    const begun = await alive(name, () => gate.begin());
    if (dies === "after the fence") throw new Error(dies);
    if (begun.kind === "given-up") throw new Error(begun.reason);
    if (begun.kind === "refused") {
      const { message } = begun;
      await gate.noteOut({ kind: "refused", verdict: "fail", message });
      throw new Error(message);
    }
    let current = runs.find(({ lane, batch }) => lane === order.lane && batch === order.batch);
    if (begun.kind === "start") {
      const batch = memory.table.lanes.get(order.lane)?.batches.get(order.batch);
      const tickets = memory.table.lanes.get(order.lane)?.tickets;
      current = {
        at: time.now(),
        lane: order.lane,
        batch: order.batch,
        identities: (batch?.members ?? []).map(
          ({ seq, round }) => tickets?.get(`${seq}.${round}`)?.identity ?? "",
        ),
        parameters: await gate.readParameters(),
      };
      runs.push(current);
      await alive(name, () => gate.noteAuditId(`audit-${order.batch}`));
      if (dies === "after the audit id") throw new Error(dies);
    }
    if (current === undefined) throw new Error("It follows a run that never began.");
    const left = current.at + runMs - time.now();
    await alive(name, () => sleep(Math.max(0, left)));
    current.endedAt = time.now();
    const kind = outcome(current);
    const verdict = kind === "success" ? "pass" : "fail";
    await gate.noteOut({ kind, verdict, message: `it was ${kind}` });
    return kind;
  }

  const remainingMs = () => 60_000;
  const common = { remainingMs, ledger, wake, epochMs, sleep, random: () => 0.5, attempts: 6 };
  const partsFor = (name: string): LaneWorld["dependencies"] => ({
    ...common,
    operations: operationsOf(name),
    executionArn: name,
    askExecution: async arn => {
      await sleep(CALL_MS);
      return executions.get(arn)?.state ?? { kind: "unknown" };
    },
    runner: "arn:aws:lambda:eu-central-1:123456789012:function:runner:live",
    runnerTimeoutMs: options.runnerTimeoutMs ?? 60_000,
    manifests: {
      address: file => `s3://lists/${file}`,
      async write(file, csv) {
        if (!manifests.has(file)) manifests.set(file, csv);
      },
    },
    log,
  });
  const dependencies = partsFor("nobody");

  return {
    table: memory.table,
    ledger,
    bare: memory.ledger,
    dependencies,
    runs,
    calls,
    executions,
    manifests,
    now: time.now,
    deliver: (...decisions) => time.until(deliver(decisions, dependencies)),
    pass: milliseconds => time.finish(time.now() + milliseconds),
    stop(name) {
      stopped.add(name);
      const execution = executions.get(name);
      if (execution !== undefined) execution.state = { kind: "ended", at: epochMs() };
    },
    run,
  };
}
