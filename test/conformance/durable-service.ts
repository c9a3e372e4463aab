import {
  type CheckpointDurableExecutionRequest,
  type CheckpointDurableExecutionResponse,
  type DurableContext,
  type DurableExecutionClient,
  type ErrorObject,
  InvocationStatus,
  type OperationUpdate,
  type WireOperation,
  withDurableExecution,
} from "@aws/durable-execution-sdk-js";
import type { Context } from "aws-lambda";
import { createDurableClient } from "../../lambda/aws/durable-client.ts";
import type { CallerTime } from "../virtual/caller-time.ts";
import { die, type Life, lives } from "./world.ts";

/**
 * AWS's side of a durable execution, as far as steps and conditions need it: it keeps the
 * operations, ends waits when their time has come, and invokes the function again. The SDK on the
 * other side is the real one. In contrast to AWS's own local runner it lets a process die at any
 * checkpoint, and time passes only by the clock it is given.
 */
export interface DurableService {
  run(): Promise<ExecutionEnd>;
  readonly operations: readonly WireOperation[];
  /** One for each check of a condition and each attempt of a step: what AWS counts. */
  readonly operationCount: number;
  readonly invocations: number;
}

export type ExecutionEnd =
  | { readonly status: "SUCCEEDED"; readonly result: unknown }
  | { readonly status: "FAILED"; readonly error: ErrorObject };

export interface DurableServiceOptions {
  readonly handler: (input: unknown, context: DurableContext) => Promise<unknown>;
  readonly input: unknown;
  readonly time: CallerTime;
  /** `suspend` ends the process at each wait, as AWS does; `stay` polls on within one. */
  readonly waits?: "suspend" | "stay";
  readonly onDeath?: () => void;
  /**
   * Whether AWS refuses this checkpoint, because it has given the execution to another invocation.
   * As AWS words it, and as the SDK does not expect it.
   */
  readonly supersededAt?: (count: number) => boolean;
  /** Whether the process dies at this checkpoint, before or after AWS has taken it in. */
  readonly crashAt?: (moment: "before" | "after", count: number) => boolean;
}

const ARN =
  "arn:aws:lambda:eu-central-1:123456789012:function:runner:7/durable-execution/orders-1/a1b2";

export function createDurableService(options: DurableServiceOptions): DurableService {
  const { time, waits = "suspend" } = options;
  const operations = new Map<string, WireOperation>();
  const dueAt = new Map<string, number>();
  let operationCount = 0;
  let checkpoints = 0;
  let invocations = 0;

  const client: DurableExecutionClient = {
    async getExecutionState() {
      return { Operations: [...operations.values()] };
    },
    async checkpoint(request) {
      const life = lives.getStore();
      if (life?.alive === false) return new Promise(() => {});
      checkpoints += 1;
      if (life !== undefined && options.crashAt?.("before", checkpoints) === true) return die(life);
      if (options.supersededAt?.(checkpoints) === true) {
        throw Object.assign(new Error("Invalid checkpoint token"), {
          name: "InvalidParameterValueException",
          $metadata: { httpStatusCode: 400 },
        });
      }
      const response = accept(request);
      if (life !== undefined && options.crashAt?.("after", checkpoints) === true) return die(life);
      return response;
    },
  };

  const handler = withDurableExecution(options.handler, {
    durableExecutionClient: createDurableClient(client),
  });

  operations.set("0", {
    Id: "0",
    Type: "EXECUTION",
    StartTimestamp: new Date(time.now()),
    Status: "STARTED",
    ExecutionDetails: { InputPayload: JSON.stringify(options.input) },
  });

  return {
    get operations() {
      return [...operations.values()].slice(1);
    },
    get operationCount() {
      return operationCount;
    },
    get invocations() {
      return invocations;
    },
    async run() {
      for (;;) {
        const output = await invokeAgain();
        if (output === "died") continue;
        if (output.Status === InvocationStatus.SUCCEEDED) {
          return { status: "SUCCEEDED", result: JSON.parse(output.Result ?? "null") };
        }
        if (output.Status === InvocationStatus.FAILED)
          return { status: "FAILED", error: output.Error ?? {} };
        endNextWait();
      }
    },
  };

  /** AWS invokes again after an error of the invocation, and a new process has nothing of the old. */
  async function invokeAgain() {
    try {
      return await invoke();
    } catch (error) {
      if (options.supersededAt === undefined) throw error;
      options.onDeath?.();
      return "died";
    }
  }

  async function invoke() {
    invocations += 1;
    const { promise: death, resolve: tell } = Promise.withResolvers<"died">();
    const onDeath = () => {
      options.onDeath?.();
      tell("died");
    };
    const life: Life = { alive: true, onDeath };
    const event = {
      DurableExecutionArn: ARN,
      CheckpointToken: "token",
      InitialExecutionState: {
        Operations: [...operations.values()].map(operation => ({ ...operation })),
      },
    };
    const running = lives.run(life, () => handler(event, lambdaContext));
    return Promise.race([running, death]);
  }

  function accept(request: CheckpointDurableExecutionRequest): CheckpointDurableExecutionResponse {
    const updates = request.Updates ?? [];
    // Nothing to say means: the process polls for the end of its wait. Only what has changed is told.
    const Operations = updates.length === 0 ? [endNextWait()] : updates.map(apply);
    return {
      CheckpointToken: "token",
      NewExecutionState: { Operations: Operations.map(operation => ({ ...operation })) },
    };
  }

  function apply(update: OperationUpdate): WireOperation {
    const id = update.Id ?? "";
    const before = operations.get(id);
    const details = before?.StepDetails ?? { Attempt: 0 };
    const operation: WireOperation = {
      Id: id,
      Name: update.Name,
      Type: update.Type,
      SubType: update.SubType,
      StartTimestamp: before?.StartTimestamp ?? new Date(time.now()),
      Status: "STARTED",
      StepDetails: details,
    };
    switch (update.Action) {
      case "START":
        if (before !== undefined && before.Status !== "READY") {
          throw new Error(`Operation ${update.Name} was started while it is ${before.Status}.`);
        }
        operationCount += 1;
        break;
      case "RETRY": {
        const seconds = update.StepOptions?.NextAttemptDelaySeconds ?? 0;
        if (!Number.isInteger(seconds) || seconds < 1) {
          throw new Error(`A wait of ${seconds} s; AWS takes whole seconds from 1.`);
        }
        dueAt.set(id, time.now() + seconds * 1_000);
        operation.Status = "PENDING";
        operation.StepDetails = {
          Attempt: (details.Attempt ?? 0) + 1,
          Result: update.Payload,
          // Only the process looks at it: an hour is longer than it lives, so it ends.
          NextAttemptTimestamp: new Date(Date.now() + (waits === "suspend" ? 3_600_000 : 0)),
        };
        break;
      }
      case "SUCCEED":
        operation.Status = "SUCCEEDED";
        operation.EndTimestamp = new Date(time.now());
        operation.StepDetails = { ...details, Result: update.Payload };
        break;
      case "FAIL":
        operation.Status = "FAILED";
        operation.EndTimestamp = new Date(time.now());
        operation.StepDetails = { ...details, Error: update.Error };
        break;
      case "CANCEL":
      case undefined:
        throw new Error(`The stand-in knows no ${update.Action}.`);
    }
    if ((update.Payload?.length ?? 0) > 256 * 1_024) {
      throw new Error(`The result of ${update.Name} is larger than AWS's 256 KB.`);
    }
    operations.set(id, operation);
    return operation;
  }

  function endNextWait(): WireOperation {
    const [next] = [...dueAt].toSorted(([, one], [, other]) => one - other);
    const [id = "", at = 0] = next ?? [];
    const waiting = operations.get(id);
    if (waiting === undefined) throw new Error("The execution waits for nothing.");
    dueAt.delete(id);
    time.advanceTo(at);
    const operation: WireOperation = { ...waiting, Status: "READY" };
    operations.set(id, operation);
    return operation;
  }
}

const lambdaContext: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: "runner",
  functionVersion: "7",
  invokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:runner:live",
  memoryLimitInMB: "256",
  awsRequestId: "c0ffee00-0000-4000-8000-000000000000",
  logGroupName: "/aws/lambda/runner",
  logStreamName: "2026/11/23/[7]0123",
  getRemainingTimeInMillis: () => 180_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};
