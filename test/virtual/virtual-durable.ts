import {
  type StepConfig,
  StepError,
  StepSemantics,
  type WaitForConditionConfig,
} from "@aws/durable-execution-sdk-js";
import type { Chance } from "./chance.ts";
import { never, type Process, type Processes } from "./virtual-processes.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What AWS knows of a durable execution. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  /** What it is called in a trace. */
  readonly label: string;
  readonly functionName: string;
  readonly input: string;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "STOPPED";
  error?: string;
  endedAt?: number;
  /** Operations that AWS counts. */
  operations: number;
}

interface Held extends Execution {
  /** Which invocation's checkpoints are taken. */
  token: number;
  readonly records: Map<number, Remembered>;
  /** Who waits for its end. */
  parent?: Held;
}

interface Remembered {
  readonly name: string;
  result?: { readonly value: unknown };
  error?: string;
  started?: boolean;
  attempts: number;
  state?: unknown;
  dueAt?: number;
  child?: Held;
}

/** The operations of the SDK's DurableContext that the functions use. */
export interface Operations {
  step<T>(
    name: string,
    work: () => Promise<T>,
    config: Pick<StepConfig<T>, "semantics" | "retryStrategy">,
  ): Promise<T>;
  waitForCondition<State>(
    name: string,
    check: (state: State) => Promise<State>,
    config: WaitForConditionConfig<State>,
  ): Promise<State>;
  invoke(name: string, functionName: string, input: unknown): Promise<unknown>;
}

export type DurableFunction = (
  input: unknown,
  operations: Operations,
  about: { readonly process: Process; readonly arn: string },
) => Promise<unknown>;

export interface DurableService {
  /** Starts an execution, or finds the one of this name, which may have ended. */
  start(functionName: string, name: string, input: string): Execution;
  find(arn: string): Execution | undefined;
  /** As `StopDurableExecution`: at once for AWS, and at its next checkpoint for who is at work in it. */
  stop(label: string): void;
  readonly executions: readonly Execution[];
}

/**
 * AWS's durable executions in virtual time: results are remembered, waits end the invocation, and
 * each invocation replays from the start. An invocation that died is followed by another one, and one
 * that was given up goes on beside its successor until its next checkpoint, which is refused.
 */
export function createDurableService(given: {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly processes: Processes;
  readonly functions: Readonly<Record<string, DurableFunction>>;
  readonly timeoutMs: number;
  readonly onEnd: (execution: Execution) => void;
  /** What to call an execution in a trace. */
  readonly labelOf: (functionName: string, input: unknown) => string;
}): DurableService {
  const { time, chance, processes } = given;
  const byName = new Map<string, Held>();
  const all: Held[] = [];

  const create = (functionName: string, name: string, input: string, parent?: Held): Held => {
    const label = given.labelOf(functionName, JSON.parse(input));
    const arn = `arn:aws:lambda:eu-central-1:123456789012:function:${functionName}:1/durable-execution/${name}/${all.length}`;
    const held: Held = {
      arn,
      name,
      label,
      functionName,
      input,
      status: "RUNNING",
      operations: 0,
      token: 0,
      records: new Map(),
      ...(parent !== undefined && { parent }),
    };
    all.push(held);
    later(held, chance.anyScale(1, 1_000));
    return held;
  };

  const later = (held: Held, milliseconds: number) => {
    const token = ++held.token;
    time.after(milliseconds, () => {
      if (held.status === "RUNNING" && held.token === token) void invoke(held);
    });
  };

  const end = (held: Held, status: Execution["status"], error?: string) => {
    held.status = status;
    held.endedAt = time.now();
    if (error !== undefined) held.error = error;
    if (held.parent !== undefined) later(held.parent, chance.anyScale(1, 1_000));
    given.onEnd(held);
  };

  const invoke = async (held: Held): Promise<void> => {
    const { token } = held;
    const again = () => {
      if (held.token === token && held.status === "RUNNING")
        later(held, chance.anyScale(100, 60_000));
    };
    const process = processes.start({
      name: `${held.label} #${token}`,
      timeoutMs: given.timeoutMs,
      onDeath: again,
      onGivenUp: again,
      onStop: () => {
        if (held.status === "RUNNING") end(held, "STOPPED");
      },
    });
    const work = given.functions[held.functionName];
    if (work === undefined) return end(held, "FAILED", `Function not found: ${held.functionName}`);
    let ending: { readonly error?: string } = {};
    try {
      await work(JSON.parse(held.input), operationsOf(held, token, process), {
        process,
        arn: held.arn,
      });
    } catch (error) {
      ending = {
        error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      };
    }
    await checkpoint(held, token, process, "end", () =>
      end(held, ending.error === undefined ? "SUCCEEDED" : "FAILED", ending.error),
    );
    process.isOver = true;
  };

  /** Refused to an invocation that was succeeded, and to all of an execution that has ended. */
  const checkpoint = async (
    held: Held,
    token: number,
    process: Process,
    what: string,
    write: () => void,
  ): Promise<void> => {
    for (;;) {
      let taken: boolean;
      try {
        taken = await processes.operate(process, `checkpoint ${what}`, () => {
          if (held.token !== token || held.status !== "RUNNING") return false;
          write();
          return true;
        });
      } catch {
        // The SDK asks again; what was taken before is the same now.
        continue;
      }
      if (taken) return;
      process.isOver = true;
      return never();
    }
  };

  const suspend = (held: Held, token: number, process: Process, until: number): Promise<never> => {
    process.isOver = true;
    if (held.token === token) later(held, Math.max(0, until - time.now()));
    return never();
  };

  const operationsOf = (held: Held, token: number, process: Process): Operations => {
    let place = 0;
    const recordOf = (name: string): Remembered => {
      place += 1;
      const known = held.records.get(place);
      if (known !== undefined && known.name !== name) {
        throw new Error(`Non-deterministic: operation ${place} was ${known.name}, now ${name}`);
      }
      const record = known ?? { name, attempts: 0 };
      if (known === undefined) {
        held.records.set(place, record);
        held.operations += 1;
      }
      return record;
    };
    const write = (what: string, change: () => void) =>
      checkpoint(held, token, process, what, change);

    return {
      async step<T>(
        name: string,
        work: () => Promise<T>,
        config: Pick<StepConfig<T>, "semantics" | "retryStrategy">,
      ): Promise<T> {
        const record = recordOf(name);
        if (record.result !== undefined) return replayed(record.result.value);
        if (record.error !== undefined) throw failure(record.error);
        const once = config.semantics === StepSemantics.AtMostOncePerRetry;
        if (record.dueAt !== undefined && record.dueAt > time.now()) {
          return suspend(held, token, process, record.dueAt);
        }
        let error: Error | undefined;
        if (once && record.started === true) error = interrupted();
        else {
          if (once) await write(`start of ${name}`, () => (record.started = true));
          try {
            const value: T = replayed(asJson(await work()));
            await write(name, () => (record.result = { value }));
            return value;
          } catch (thrown) {
            error = thrown instanceof Error ? thrown : new Error(String(thrown));
          }
        }
        const decision = config.retryStrategy?.(error, record.attempts + 1);
        if (decision?.shouldRetry !== true) {
          const { name: kind, message } = error;
          await write(`failure of ${name}`, () => (record.error = `${kind}: ${message}`));
          throw failure(record.error ?? "");
        }
        const { delay } = decision;
        const seconds = delay !== undefined && "seconds" in delay ? (delay.seconds ?? 1) : 1;
        await write(`retry of ${name}`, () => {
          record.attempts += 1;
          record.dueAt = time.now() + seconds * 1_000;
          record.started = false;
          held.operations += 1;
        });
        return suspend(held, token, process, record.dueAt ?? 0);
      },

      async waitForCondition<State>(
        name: string,
        check: (state: State) => Promise<State>,
        config: WaitForConditionConfig<State>,
      ): Promise<State> {
        const record = recordOf(name);
        if (record.result !== undefined) return replayed(record.result.value);
        if (record.dueAt !== undefined && record.dueAt > time.now()) {
          return suspend(held, token, process, record.dueAt);
        }
        const before = record.attempts === 0 ? config.initialState : replayed<State>(record.state);
        const state: State = replayed(asJson(await check(before)));
        const decision = config.waitStrategy(state, record.attempts + 1);
        if (!decision.shouldContinue) {
          await write(name, () => (record.result = { value: state }));
          return state;
        }
        const { delay } = decision;
        const seconds = "seconds" in delay ? (delay.seconds ?? 1) : 1;
        await write(`wait of ${name}`, () => {
          record.attempts += 1;
          record.state = state;
          record.dueAt = time.now() + seconds * 1_000;
          held.operations += 1;
        });
        return suspend(held, token, process, record.dueAt ?? 0);
      },

      async invoke(name, functionName, input) {
        const record = recordOf(name);
        if (record.child === undefined) {
          await write(`invoke of ${name}`, () => {
            record.child = create(functionName, `child-${all.length}`, JSON.stringify(input), held);
          });
        }
        const { child } = record;
        if (child === undefined || child.status === "RUNNING") {
          // The end of the child invokes us again.
          process.isOver = true;
          return never();
        }
        if (child.status === "SUCCEEDED") return null;
        const error = new Error(child.error ?? "Invoke failed");
        error.name = "InvokeError";
        throw error;
      },
    };
  };

  return {
    start(functionName, name, input) {
      const known = byName.get(name);
      if (known !== undefined) {
        if (known.input !== input) throw new Error("DurableExecutionAlreadyStarted");
        return known;
      }
      const created = create(functionName, name, input);
      byName.set(name, created);
      return created;
    },
    stop(label) {
      const held = all.find(one => one.label === label && one.status === "RUNNING");
      if (held !== undefined) end(held, "STOPPED");
    },
    find: arn => all.find(execution => execution.arn === arn),
    executions: all,
  };
}

/** What an operation wrote itself, at its own place: its type is what it was then. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- nothing else can tell it
function replayed<Value>(value: unknown): Value {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- by the place of its record
  return value as Value;
}

/** As a checkpoint keeps it. */
function asJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function interrupted(): Error {
  const error = new Error("The step was interrupted.");
  error.name = "StepInterruptedError";
  return error;
}

/** After a replay nothing is left of an error but its name and its message. */
function failure(text: string): Error {
  const [, name = "Error", message = ""] = /^(\w+): (.*)$/s.exec(text) ?? [];
  const cause = new Error(message);
  cause.name = name;
  return new StepError(message, cause);
}
