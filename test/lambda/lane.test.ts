import { LocalDurableTestRunner } from "@aws/durable-execution-sdk-js-testing";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { type BuiltHandler, importHandler } from "./stand-ins/built-handler.ts";
import { useDurableRunner } from "./stand-ins/durable-runner.ts";
import { type DynamoDb, startDynamoDb } from "./stand-ins/dynamodb.ts";
import { type LambdaInvoke, startLambdaInvoke } from "./stand-ins/lambda-invoke.ts";
import { anyText, textWith } from "./stand-ins/matchers.ts";
import { type SecretsManager, startSecretsManager } from "./stand-ins/secrets-manager.ts";
import { type Bundles, sharedBundles } from "./stand-ins/shared-bundles.ts";

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

beforeAll(async () => {
  bundles = await sharedBundles();
});
useDurableRunner();
beforeEach(async () => {
  [etlworks, secretsManager, lambda, dynamo] = await Promise.all([
    startSandbox({ flows: [{ id: 1, name: "orders", runs: [{ runningMs: 100 }] }] }),
    startSecretsManager(),
    startLambdaInvoke(),
    startDynamoDb(),
  ]);
  secretsManager.secrets.set("etlworks/key", { text: etlworks.apiKey });
});
afterEach(() =>
  Promise.all([etlworks.close(), secretsManager.close(), lambda.close(), dynamo.close()]),
);

function load(
  name: "dispatcher" | "lane" | "runner",
  environment: Readonly<Record<string, string>> = {},
): Promise<BuiltHandler> {
  return importHandler(bundles, name, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.origin,
    AWS_ENDPOINT_URL_LAMBDA: lambda.origin,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.origin,
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
  const [lane, runner] = await Promise.all([load("lane", environment), load("runner")]);
  const execution = new LocalDurableTestRunner({ handlerFunction: lane.raw });
  execution.registerDurableFunction(RUNNER, runner.raw);
  return { lane, result: await lane.during(() => execution.run({ payload })) };
}

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
