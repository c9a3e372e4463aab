import type { Context } from "aws-lambda";
import { runDurably } from "../../../lambda/follow/run-durably.ts";
import { createBatchGate, type FenceDependencies } from "../../../lambda/lanes/fenced-begin.ts";
import type { Log } from "../../../lambda/log.ts";
import type { Metrics } from "../../../lambda/metrics.ts";
import { readRunnerOrder } from "../../../lambda/order.ts";
import { apiKeyCredentials } from "../../../shared/etlworks/credentials.ts";
import { createEtlworksClient } from "../../../shared/etlworks/etlworks-client.ts";
import type { HttpReply, HttpRequest } from "../../../shared/etlworks/http.ts";
import { createModel, type Model } from "../../sandbox/model.ts";
import { exampleUsers } from "../../sandbox/users.ts";
import type { Operations } from "../../virtual/virtual-durable.ts";
import { Interference, type Process, type Processes } from "../../virtual/virtual-processes.ts";
import type { Run, VirtualFlow } from "./virtual-flow.ts";

/** An Etlworks in virtual time, for the real runner. */
export interface VirtualEtlworks {
  readonly model: Model;
  readonly apiKey: string;
}

const MANY_RUNS = 40;

/** One flow, whose runs are planned from the start. */
export function createVirtualEtlworks(given: {
  readonly flow: number;
  readonly epochMs: () => number;
  readonly runMs: () => number;
  readonly status: () => Run["status"];
}): VirtualEtlworks {
  const [user] = exampleUsers();
  if (user === undefined) throw new Error("The sandbox has no user.");
  const runs = Array.from({ length: MANY_RUNS }, () => ({
    runningMs: Math.ceil(given.runMs()),
    end: given.status(),
  }));
  const flows = [{ id: given.flow, name: "flow", runs }];
  return {
    model: createModel({ now: given.epochMs, users: [user], flows }),
    apiKey: user.apiKey ?? "",
  };
}

/** The runner as it is, with the core, on a network that can lose each request and each answer. */
export async function runForReal(
  input: unknown,
  operations: Operations,
  given: {
    readonly process: Process;
    readonly processes: Processes;
    readonly etlworks: VirtualEtlworks;
    readonly beganAt: number;
    readonly flow: VirtualFlow;
    readonly rowsOf: (address: string) => readonly string[] | undefined;
    readonly fence: FenceDependencies;
    readonly random: () => number;
    readonly onDoubt: (lane: string, batch: number) => void;
  },
): Promise<unknown> {
  const order = readRunnerOrder(input);
  if (order === undefined) throw new Error("This is no order of a lane.");
  const { process, processes, etlworks, fence } = given;
  const { lane, batch } = order;
  const send = async (request: HttpRequest): Promise<HttpReply> => {
    const { method, url, headers, body = "" } = request;
    try {
      return await processes.operate(process, method, () => {
        const { model } = etlworks;
        const before = model.runs.length;
        const path = url.pathname + url.search;
        const reply = model.answer({ method, path, headers, body });
        for (const { auditId, parameters, startedAt, plan } of model.runs.slice(before)) {
          const { events = "" } = parameters;
          const listed = events.startsWith("s3://") ? given.rowsOf(events) : events.split("\n");
          const at = startedAt - given.beganAt;
          given.flow.note({
            auditId,
            lane,
            batch,
            events: listed ?? [],
            startedAt: at,
            endsAt: at + (plan.runningMs ?? 0),
            status: plan.end === "error" ? "error" : "success",
          });
        }
        return { kind: "answer", ...reply, cut: false };
      });
    } catch (error) {
      if (!(error instanceof Interference)) throw error;
      if (error.kind === "throttled") {
        return {
          kind: "answer",
          status: 429,
          headers: { "retry-after": "1" },
          body: "",
          cut: false,
        };
      }
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
      client: createEtlworksClient({
        send,
        baseUrl: new URL("http://127.0.0.1/rest"),
        credentials: apiKeyCredentials(etlworks.apiKey),
        redact: text => text,
        epochMs: fence.epochMs,
        monotonicMs: fence.epochMs,
      }),
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
