import type { Context } from "aws-lambda";
import { runDurably } from "../../../lambda/follow/run-durably.ts";
import {
  createBatchGate,
  type FenceDependencies,
} from "../../../lambda/lanes/ledger-batch-gate.ts";
import type { Log } from "../../../lambda/log.ts";
import type { Metrics } from "../../../lambda/metrics.ts";
import { readRunnerOrder } from "../../../lambda/order.ts";
import type { HttpReply, HttpRequest } from "../../../shared/etlworks/http/http.ts";
import type { Operations } from "../../virtual/virtual-durable.ts";
import { Interference, type Process, type Processes } from "../../virtual/virtual-processes.ts";
import type { VirtualFlow } from "./virtual-flow.ts";

/** The runner as it is, with the core, on a network that can lose each request and each answer. */
export async function runForReal(
  input: unknown,
  operations: Operations,
  given: {
    readonly process: Process;
    readonly processes: Processes;
    readonly flow: VirtualFlow;
    readonly rowsOf: (address: string) => readonly string[] | undefined;
    readonly fence: FenceDependencies;
    readonly random: () => number;
    readonly onDoubt: (lane: string, batch: number) => void;
  },
): Promise<unknown> {
  const order = readRunnerOrder(input);
  if (order === undefined) throw new Error("This is no order of a lane.");
  const { process, processes, flow, fence } = given;
  const { etlworks } = flow;
  const { lane, batch } = order;
  const exchange = (request: HttpRequest): HttpReply => {
    const before = etlworks.model.runs.length;
    const reply = etlworks.exchange(request);
    for (const run of etlworks.model.runs.slice(before)) {
      const { events = "" } = run.parameters;
      const listed = events.startsWith("s3://") ? given.rowsOf(events) : events.split("\n");
      flow.note(run, { lane, batch, events: listed ?? [] });
    }
    if (reply === "nothing") throw new Error("Without a fault Etlworks always answers.");
    return reply;
  };
  const send = async (request: HttpRequest): Promise<HttpReply> => {
    const { method } = request;
    try {
      return await processes.operate(process, method, () => exchange(request));
    } catch (error) {
      if (!(error instanceof Interference)) throw error;
      if (error.kind === "throttled") return TOO_MANY;
      if (method === "POST") given.onDoubt(lane, batch);
      return { kind: "broken", reason: "connection reset" };
    }
  };
  return runDurably(
    input,
    {
      step: (name, work, config) => operations.step(name, work, config),
      waitForCondition: (name, check, config) => operations.waitForCondition(name, check, config),
      executionContext: { durableExecutionArn: fence.runner },
      lambdaContext: LAMBDA_CONTEXT,
    },
    {
      client: etlworks.client(send, fence.epochMs),
      gateOf: (own, runner) => createBatchGate(own, { ...fence, runner }),
      runQuery: "",
      logParameters: false,
      epochMs: fence.epochMs,
      random: given.random,
      log: SILENT,
      metrics: NO_METRICS,
    },
  );
}

const TOO_MANY: HttpReply = {
  kind: "answer",
  status: 429,
  headers: { "retry-after": "1" },
  body: "",
  cut: false,
};
const LAMBDA_CONTEXT: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: "runner",
  functionVersion: "7",
  invokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:runner:live",
  memoryLimitInMB: "512",
  awsRequestId: "c0ffee00-0000-4000-8000-000000000000",
  logGroupName: "/aws/lambda/runner",
  logStreamName: "2026/11/23/[7]0123",
  getRemainingTimeInMillis: () => 120_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};
const SILENT: Log = { info() {}, warn() {}, error() {}, with: () => SILENT };
const NO_METRICS: Metrics = { add() {}, flush() {} };
