import { LocalDurableTestRunner } from "@aws/durable-execution-sdk-js-testing";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { type BuiltHandler, importHandler } from "./stand-ins/built-handler.ts";
import { useDurableRunner } from "./stand-ins/durable-runner.ts";
import { type DynamoDb, startDynamoDb } from "./stand-ins/dynamodb.ts";
import { type LambdaInvoke, startLambdaInvoke } from "./stand-ins/lambda-invoke.ts";
import { anyText, textWith } from "./stand-ins/matchers.ts";
import { type S3, startS3 } from "./stand-ins/s3.ts";
import { type SecretsManager, startSecretsManager } from "./stand-ins/secrets-manager.ts";
import { type Bundles, sharedBundles } from "./stand-ins/shared-bundles.ts";
import { answered, failed, startToldCalls, type ToldCalls } from "./stand-ins/told-calls.ts";

/** The three functions together: what the dispatcher writes, the lane reads and the runner runs. */

const RUNNER = "arn:aws:lambda:eu-central-1:123456789012:function:runner:live";
const LANE = "arn:aws:lambda:eu-central-1:123456789012:function:lane:live";

const routes = [
  {
    name: "orders",
    when: { source: ["aws.s3"] },
    flow: 1,
    parameters: { file: "{key}" },
  },
];

let bundles: Bundles;
let etlworks: Sandbox;
let secretsManager: SecretsManager;
let lambda: LambdaInvoke;
let dynamo: DynamoDb;
let s3: S3;
let bus: ToldCalls;

beforeAll(async () => {
  bundles = await sharedBundles();
});
useDurableRunner();
beforeEach(async () => {
  [etlworks, secretsManager, lambda, dynamo, s3, bus] = await Promise.all([
    startSandbox({ flows: [{ id: 1, name: "orders", runs: [{ runningMs: 100 }] }] }),
    startSecretsManager(),
    startLambdaInvoke(),
    startDynamoDb(),
    startS3(),
    startToldCalls(),
  ]);
  secretsManager.secrets.set("etlworks/key", { text: etlworks.apiKey });
});
afterEach(() =>
  Promise.all([etlworks, secretsManager, lambda, dynamo, s3, bus].map(one => one.close())),
);

function load(
  name: "dispatcher" | "lane" | "runner",
  environment: Readonly<Record<string, string>> = {},
): Promise<BuiltHandler> {
  return importHandler(bundles, name, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.origin,
    AWS_ENDPOINT_URL_LAMBDA: lambda.origin,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.origin,
    AWS_ENDPOINT_URL_S3: s3.origin,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.origin,
    ETLWORKS_BASE_URL: etlworks.baseUrl,
    ETLWORKS_SECRET_ID: "etlworks/key",
    ETLWORKS_LEDGER: "ledger",
    ETLWORKS_LANE: LANE,
    ETLWORKS_RUNNER: RUNNER,
    ETLWORKS_ROUTES: JSON.stringify(routes),
    ...environment,
  });
}

async function runLane(payload: unknown, environment: Readonly<Record<string, string>> = {}) {
  const [lane, runner] = await Promise.all([
    load("lane", environment),
    load("runner", environment),
  ]);
  const execution = new LocalDurableTestRunner({ handlerFunction: lane.raw });
  execution.registerDurableFunction(RUNNER, runner.raw);
  return { lane, result: await lane.during(() => execution.run({ payload })) };
}

/** Objects that the dispatcher takes for a batch route, and the lane that they wake. */
async function runBatch(
  batch: object,
  keys: readonly string[],
  environment: Readonly<Record<string, string>>,
) {
  const text = JSON.stringify([{ ...routes[0], parameters: { list: "{batch.manifest}" }, batch }]);
  const settings = { ...environment, ETLWORKS_ROUTES: text };
  const dispatcher = await load("dispatcher", settings);
  for (const key of keys) await dispatcher.invoke(object(key));
  return runLane({ lane: "1", gen: 1 }, settings);
}

const WITH_ALL = {
  ETLWORKS_MANIFESTS: "s3://lists/of files",
  ETLWORKS_EVENT_BUS: "finished",
  ETLWORKS_STACK: "loads",
};
const TAKEN = answered({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] });

function object(key: string): object {
  return {
    source: "aws.s3",
    "detail-type": "Object Created",
    id: `event of ${key}`,
    detail: { bucket: { name: "landing" }, object: { key, size: 9, "version-id": "v1" } },
  };
}

describe("the built lane on AWS's local runner", () => {
  it("runs what the dispatcher wrote, one after the other, and ends", async () => {
    const dispatcher = await load("dispatcher");
    for (const key of ["a.csv", "b.csv"]) await dispatcher.invoke(object(key));
    const [wake = ""] = lambda.invocations.map(({ payload }) => payload);
    const { result, lane } = await runLane(JSON.parse(wake));
    expect(result.getStatus()).toBe("SUCCEEDED");
    expect(result.getResult()).toEqual({ lane: "1", gen: 1, batches: 2 });
    expect(etlworks.model.runs.map(({ parameters }) => parameters["file"])).toEqual([
      "a.csv",
      "b.csv",
    ]);
    const ends = lane.lines.filter(({ message }) => message === "batch ended");
    expect(ends).toMatchObject([
      { lane: "1", gen: 1, requestId: anyText },
      { lane: "1", gen: 1, requestId: anyText },
    ]);
    expect(lane.output).not.toContain(etlworks.apiKey);
  });

  it("writes the list of a batch where its setting says, and the runner tells the bus of the end", async () => {
    bus.next(TAKEN);
    const { result } = await runBatch({}, ["a.csv", "b.csv"], WITH_ALL);
    expect(result.getResult()).toMatchObject({ batches: 1 });
    const [[name, list] = []] = s3.objects;
    expect(name).toMatch(/^lists\/of files\/.*\.csv$/);
    expect(list).toContain("landing,b.csv,v1,9");
    expect(etlworks.model.runs.map(({ parameters }) => parameters["list"])).toEqual([
      `s3://${name}`,
    ]);
    expect(bus.taken()).toMatchObject([
      {
        body: { Entries: [{ EventBusName: "finished", Detail: textWith('"outcome":"success"') }] },
      },
    ]);
  });

  it.each([
    ["takes it", TAKEN, undefined],
    ["does not", failed(400, "InternalException"), { Untold: 1, Stack: "loads" }],
  ])("tells a bus that %s of a set without a run", async (_how, answer, counted) => {
    bus.next(answer, answer, answer);
    const set = { all: ["a.csv", "z.csv"], most: 2 };
    const { result, lane } = await runBatch(set, ["a.csv", "in/a.csv"], WITH_ALL);
    expect(result.getResult()).toMatchObject({ batches: 1 });
    expect(bus.taken()[0]).toMatchObject({
      body: { Entries: [{ EventBusName: "finished", Detail: textWith('"outcome":"incomplete"') }] },
    });
    expect(lane.lines.filter(line => "Untold" in line)).toMatchObject(
      counted === undefined ? [] : [counted],
    );
    expect(etlworks.model.runs).toEqual([]);
  });

  it("ends at once when nothing waits", async () => {
    const { result } = await runLane({ lane: "1", gen: 1 });
    expect(result.getStatus()).toBe("SUCCEEDED");
    expect(etlworks.model.runs).toEqual([]);
  });

  it.each([
    ["an event", object("a.csv")],
    ["nothing", {}],
    ["a lane without its generation", { lane: "1" }],
  ])("says what to do with %s", async (_what, payload) => {
    const { result, lane } = await runLane(payload);
    expect(result.getStatus()).toBe("FAILED");
    expect(result.getError().errorMessage).toEqual(textWith("Lanes are started by the dispatcher"));
    expect(lane.lines).toEqual([
      {
        level: "ERROR",
        timestamp: anyText,
        message: textWith(/^the execution failed: .*Lanes are started by the dispatcher/),
        requestId: anyText,
        errorType: "UserError",
      },
    ]);
  });

  it.each(["ETLWORKS_LEDGER", "ETLWORKS_LANE", "ETLWORKS_RUNNER"])(
    "says that it needs %s",
    async setting => {
      const { result, lane } = await runLane({ lane: "1", gen: 1 }, { [setting]: "" });
      expect(result.getStatus()).toBe("FAILED");
      expect(result.getError().errorMessage).toEqual(textWith(setting));
      expect(lane.lines).toMatchObject([
        { level: "ERROR", message: textWith(setting), lane: "1", gen: 1, errorType: "UserError" },
      ]);
    },
  );
});
