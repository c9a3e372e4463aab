import {
  type StepConfig,
  StepError,
  StepSemantics,
  type WaitForConditionConfig,
} from "@aws/durable-execution-sdk-js";
import type { Clock } from "../../shared/run/clock.ts";
import type { Host, Once } from "../../shared/run/host.ts";
import { UserError } from "../../shared/user-error.ts";
import { cutText } from "../cut-text.ts";
import { wholeSeconds } from "../whole-seconds.ts";

/**
 * The host of a run in a durable execution, which outlives this process: AWS keeps the results of
 * its operations, ends the process while it waits, and replays the code from the start afterwards.
 * https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
 *
 * The clock is the wall clock, since a wait may end in another process. Nobody tells a durable
 * execution to stop: `StopDurableExecution` ends it without a word.
 */
export function createDurableHost(dependencies: {
  readonly context: DurableOperations;
  readonly epochMs: () => number;
  readonly random: () => number;
}): Host {
  const { context, epochMs, random } = dependencies;
  const clock: Clock = { monotonicMs: epochMs, epochMs };
  const never = new AbortController().signal;
  const budget = createOperationBudget();

  return {
    clock,
    random,
    stop: never,
    abandon: never,
    async once(name, work) {
      budget.passed(1);
      const attempt = await atMostOnce(context, name, () => settle(work));
      return attempt.kind === "done" ? { kind: "done", value: unsettle(attempt.value) } : attempt;
    },
    async read(name, work) {
      const { at, done } = await context.step(
        name,
        async () => ({ done: await settle(work), at: epochMs() }),
        {
          semantics: StepSemantics.AtLeastOncePerRetry,
          retryStrategy: () => ({ shouldRetry: false }),
        },
      );
      budget.passed(1, at);
      return unsettle(done);
    },
    async until(name, first, check, nextDelay) {
      type Watched = Watch<typeof first>;
      const initialState: Watched = {
        firstCheckAt: null,
        checks: 0,
        delaySeconds: null,
        state: first,
      };
      const checkOnce = async ({
        state: before,
        checks,
        firstCheckAt,
      }: Watched): Promise<Watched> => {
        const state = await check(before);
        const delay = nextDelay(state);
        const at = epochMs();
        const polled = {
          firstCheckAt: firstCheckAt ?? budget.firstCheckAt ?? at,
          checks: checks + 1,
          state,
        };
        return {
          ...polled,
          delaySeconds:
            delay === "done" ? null : wholeSeconds(Math.max(delay, budget.floor(polled, at))),
        };
      };
      const last = await context.waitForCondition<Watched>(
        name,
        // Neither may throw: the SDK 2.4.0 ends the execution in a wrong place then.
        async watched => {
          const next = await settle(() => checkOnce(watched));
          return "value" in next
            ? next.value
            : { ...watched, checks: watched.checks + 1, delaySeconds: null, thrown: next.thrown };
        },
        {
          initialState,
          waitStrategy: ({ delaySeconds }) =>
            delaySeconds === null
              ? { shouldContinue: false }
              : { shouldContinue: true, delay: { seconds: delaySeconds } },
        },
      );
      budget.passed(last.checks, last.firstCheckAt);
      if (last.thrown !== undefined) throw revive(last.thrown);
      return last.state;
    },
  };
}

/** What is used of the SDK's DurableContext. */
export interface DurableOperations {
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
}

/** What `until` carries from check to check. Survives JSON. */
interface Watch<State> {
  /** When the first check of the whole execution ended, milliseconds since 1970. */
  readonly firstCheckAt: number | null;
  readonly checks: number;
  /** Until the next check; null when there is none. */
  readonly delaySeconds: number | null;
  readonly state: State;
  /** The check failed in a way that it must not: a mistake of the user, or of this code. */
  readonly thrown?: Thrown;
}

/**
 * A step that AWS never runs again once it has begun. The default strategy would run it six times,
 * and a flow with it.
 */
async function atMostOnce<T>(
  context: DurableOperations,
  name: string,
  work: () => Promise<T>,
): Promise<Once<T>> {
  try {
    const value = await context.step(name, work, {
      semantics: StepSemantics.AtMostOncePerRetry,
      retryStrategy: () => ({ shouldRetry: false }),
    });
    return { kind: "done", value };
  } catch (error) {
    if (wasInterrupted(error)) return { kind: "interrupted" };
    throw error;
  }
}

function wasInterrupted(error: unknown): boolean {
  const cause = error instanceof StepError ? error.cause : undefined;
  return cause instanceof Error && cause.name === "StepInterruptedError";
}

/** An error as data: the SDK keeps no class and no field of an error across a replay. */
interface Thrown {
  readonly name: string;
  readonly message: string;
}

/** A checkpoint holds 256 KB, and an execution that exceeds it fails without an outcome. */
const MAX_MESSAGE = 4_000;

type Settled<T> = { readonly value: T } | { readonly thrown: Thrown };

async function settle<T>(work: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    const { name, message } =
      error instanceof Error ? error : { name: "Error", message: String(error) };
    return { thrown: { name, message: cutText(message, MAX_MESSAGE) } };
  }
}

function unsettle<T>(settled: Settled<T>): T {
  if ("thrown" in settled) throw revive(settled.thrown);
  return settled.value;
}

function revive({ name, message }: Thrown): Error {
  if (name === "UserError") return new UserError(message);
  const error = new Error(message);
  error.name = name;
  return error;
}

/** Counts operations, and slows down when they run out. */
interface OperationBudget {
  /** When the execution's first check ended; null before that. */
  readonly firstCheckAt: number | null;
  /** Operations that are over; `firstCheckAt` where their result told it. */
  passed(operations: number, firstCheckAt?: number | null): void;
  /** The shortest wait in milliseconds that can be afforded after this check. */
  floor(watch: { readonly checks: number; readonly firstCheckAt: number }, at: number): number;
}

/** Well beyond what a usual run of 48 hours takes (measured in test/lambda/follow/operations.test.ts). */
const FREE_OPERATIONS = 1_450;

/** From then on at most this many while the execution's age grows by a factor of e. */
const OPERATIONS_PER_GROWTH = 120;

/**
 * AWS ends an execution at its 3,000th operation, for good, and a run that goes on unwatched is the
 * worst end of all. A server that answers every start with 429 and `Retry-After: 1` would get there
 * within an hour. So after half of them a wait lasts at least 1/120 of the execution's age for each
 * operation since the wait before: a year then ends at 1450 + 120 ln(1 year / 6 min) < 2,850.
 *
 * The count is the same on every replay, because it is made of the results of operations only.
 */
function createOperationBudget(): OperationBudget {
  let used = 0;
  let usedAtLastWait = 0;
  let firstCheckAt: number | null = null;
  return {
    get firstCheckAt() {
      return firstCheckAt;
    },
    passed(operations, started = null) {
      firstCheckAt ??= started;
      used += operations;
      // All but the last of several checks were followed by a wait.
      if (operations > 1) usedAtLastWait = used - 1;
    },
    floor({ checks, firstCheckAt: start }, at) {
      const now = used + checks;
      if (now <= FREE_OPERATIONS) return 0;
      const sinceLastWait = checks > 1 ? 1 : now - usedAtLastWait;
      return (sinceLastWait * (at - start)) / OPERATIONS_PER_GROWTH;
    },
  };
}
