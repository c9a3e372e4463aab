import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { LocalDurableTestRunner } from "@aws/durable-execution-sdk-js-testing";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { ParameterText } from "../../lambda/decision.ts";
import { createDynamoLedger } from "../../lambda/lanes/ledger/dynamo-ledger.ts";
import type { RunnerOrder } from "../../lambda/order.ts";
import type { Flow } from "../sandbox/flow.ts";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { type BuiltHandler, importHandler } from "./stand-ins/built-handler.ts";
import { useDurableRunner } from "./stand-ins/durable-runner.ts";
import { plain } from "./stand-ins/dynamo-expressions.ts";
import { type DynamoDb, startDynamoDb } from "./stand-ins/dynamodb.ts";
import { anyNumber, anyText, textWith } from "./stand-ins/matchers.ts";
import { type SecretsManager, startSecretsManager } from "./stand-ins/secrets-manager.ts";
import { type Bundles, FROM_SOURCES, sharedBundles } from "./stand-ins/shared-bundles.ts";

let bundles: Bundles;
let secretsManager: SecretsManager;
let etlworks: Sandbox;
let dynamo: DynamoDb;

beforeAll(async () => {
  bundles = await sharedBundles();
});
useDurableRunner();
beforeEach(async () => {
  [etlworks, secretsManager, dynamo] = await Promise.all([
    startSandbox({ flows }),
    startSecretsManager(),
    startDynamoDb(),
  ]);
  secretsManager.secrets.set("etlworks/key", { text: etlworks.apiKey });
});
afterEach(() => Promise.all([etlworks.close(), secretsManager.close(), dynamo.close()]));

const flows: readonly Flow[] = [
  { id: 1, name: "good", runs: [{ runningMs: 700 }] },
  {
    id: 2,
    name: "bad",
    runs: [{ runningMs: 300, end: "error", message: `ORA-1 ${"x".repeat(400_000)}` }],
  },
  { id: 3, name: "odd", runs: [{ runningMs: 300, end: "warning" }] },
  { id: 4, name: "stopped", runs: [{ runningMs: 300, end: "canceled" }] },
];

/** Puts a batch of one event into the ledger, armed for generation 1, and resolves with its order. */
async function input(
  flow: number,
  failOnWarning = false,
  parameters: Readonly<Record<string, ParameterText>> = { file: "customer-names.csv" },
): Promise<RunnerOrder> {
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", dynamo.origin);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "example");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example");
  const ledger = createDynamoLedger("ledger");
  const lane = `lane of ${flow} ${failOnWarning}`;
  const decision = {
    route: "orders",
    flow,
    parameters,
    policy: { ifRunning: "wait", timeout: 60_000, failOnWarning },
    origin: { source: "aws.s3", detailType: "Object Created", key: "a.csv" },
    identity: `${lane} a.csv`,
    lane,
    afterFailure: "continue",
  } as const;
  await ledger.putEntry({ seq: 1, at: Date.now(), decision });
  await ledger.armBatch(lane, 1, {
    gen: 1,
    members: [{ seq: 1, round: 1 }],
    route: "orders",
    flow,
    by: "",
    afterFailure: "continue",
    keep: "all",
    at: Date.now(),
  });
  vi.unstubAllEnvs();
  return { lane, batch: 1, gen: 1 };
}

/** What the ledger says of the batch of an order. */
function batchOf({ lane }: RunnerOrder): unknown {
  return plain({ M: dynamo.items.get(`B#${lane}\n0000000001`) });
}

async function run(payload: unknown, environment: Readonly<Record<string, string>> = {}) {
  const handler = await importHandler(bundles, "runner", {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.origin,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.origin,
    ETLWORKS_LEDGER: "ledger",
    ETLWORKS_BASE_URL: etlworks.baseUrl,
    ETLWORKS_SECRET_ID: "etlworks/key",
    ...environment,
  });
  const runner = new LocalDurableTestRunner({ handlerFunction: handler.raw });
  const result = await handler.during(() => runner.run({ payload }));
  return { result, handler };
}

describe("the built runner on AWS's local runner", () => {
  it("follows a run to its end, and tells of it in log and metrics", async () => {
    const order = await input(1);
    const { result, handler } = await run(order);
    expect(result.getStatus()).toBe("SUCCEEDED");
    const [only] = etlworks.model.runs;
    expect(result.getResult()).toMatchObject({
      kind: "success",
      flowId: 1,
      auditId: only?.auditId,
    });
    expect(only?.parameters).toEqual({ file: "customer-names.csv" });
    expect(etlworks.model.runs.length).toBe(1);
    expect(batchOf(order)).toMatchObject({
      st: "begun",
      runner: anyText,
      auditId: only?.auditId,
      out: { kind: "success", verdict: "pass" },
    });

    const about = {
      route: "orders",
      flow: 1,
      requestId: anyText,
      durableExecutionName: anyText,
    };
    expect(handler.lines).toContainEqual(
      expect.objectContaining({
        level: "INFO",
        message: "run began",
        auditId: only?.auditId,
        ...about,
      }),
    );
    expect(handler.lines).toContainEqual(
      expect.objectContaining({ message: "status changed", auditId: only?.auditId, ...about }),
    );
    expect(handler.lines).toContainEqual(expect.objectContaining({ outcome: "success", ...about }));
    for (const expected of [
      { Route: "orders", Started: 1 },
      { Route: "orders", Outcome: "success", Outcomes: 1 },
      { Route: "orders", LatenessSeconds: anyNumber },
      { Requests: anyNumber },
    ]) {
      expect(handler.lines).toContainEqual(expect.objectContaining(expected));
    }
    expect(requestsCounted(handler)).toBe(etlworks.requests.length);
    expect(secretsManager.fetches).toBe(1);
  });

  it("keeps key and parameter values out of every operation and every line", async () => {
    const { result, handler } = await run(await input(1));
    const kept = JSON.stringify(result.getHistoryEvents().slice(1));
    expect(kept).toContain("auditId");
    for (const text of [kept, handler.output]) {
      expect(text).not.toContain(etlworks.apiKey);
      expect(text).not.toContain("customer-names");
    }
  });

  it("ends as FAILED with the outcome as its error, however long the server's message is", async () => {
    const { result, handler } = await run(await input(2));
    expect(result.getStatus()).toBe("FAILED");
    const { errorType, errorMessage } = result.getError();
    expect(errorType).toBe("RunFailed");
    expect(JSON.parse(errorMessage ?? "")).toMatchObject({
      kind: "error",
      flowId: 2,
      message: textWith(/^ORA-1/),
    });
    expect(errorMessage?.length).toBeLessThan(32_768);
    expect(handler.lines).toContainEqual(
      expect.objectContaining({ level: "ERROR", outcome: "error" }),
    );
  });

  it("fails when somebody canceled the run, and says so wherever the verdict stands", async () => {
    const order = await input(4);
    const { result, handler } = await run(order);
    expect(result.getStatus()).toBe("FAILED");
    expect(JSON.parse(result.getError().errorMessage ?? "")).toMatchObject({ kind: "canceled" });
    expect(batchOf(order)).toMatchObject({ out: { kind: "canceled", verdict: "fail" } });
    expect(handler.lines).toContainEqual(
      expect.objectContaining({ level: "ERROR", outcome: "canceled" }),
    );
    expect(handler.lines).toContainEqual(
      expect.objectContaining({ Route: "orders", Outcome: "canceled", Outcomes: 1 }),
    );
  });

  it("takes a warning as its route says", async () => {
    expect((await run(await input(3))).result.getStatus()).toBe("SUCCEEDED");
    expect((await run(await input(3, true))).result.getStatus()).toBe("FAILED");
  });

  it("fails with a sentence for what only the user can fix", async () => {
    const missing = await run(await input(99));
    expect(missing.result.getError().errorType).toBe("RunFailed");
    expect(JSON.parse(missing.result.getError().errorMessage ?? "")).toMatchObject({
      kind: "refused",
      flowId: 99,
      message: textWith(/^Flow 99 .*was not found/),
    });
    const strange = await run({ flow: 1 });
    expect(strange.result.getError()).toMatchObject({ errorType: "UserError" });
    const unset = await run(await input(1), { ETLWORKS_SECRET_ID: "" });
    expect(unset.result.getError()).toMatchObject({
      errorType: "RunFailed",
      errorMessage: textWith("ETLWORKS_SECRET_ID is not set"),
    });
    const noTable = await run(await input(1), { ETLWORKS_LEDGER: "" });
    expect(noTable.result.getError()).toMatchObject({
      errorType: "UserError",
      errorMessage: textWith("ETLWORKS_LEDGER is not set"),
    });
    // Where the lane's sentence for such an end sends people. How a run failed is told once.
    const told = [strange, noTable, unset].map(({ handler }) =>
      handler.lines.filter(
        ({ level, message }) => level === "ERROR" && /failed: /.test(String(message)),
      ),
    );
    expect(told).toMatchObject([
      [{ message: textWith("not an order of a lane"), errorType: "UserError", requestId: anyText }],
      [{ message: textWith("ETLWORKS_LEDGER is not set"), errorType: "UserError" }],
      [],
    ]);
    expect(etlworks.model.runs).toEqual([]);
  });

  it("starts nothing for a batch that is another's, and says why", async () => {
    const order = await input(1);
    await run(order);
    const second = await run(order);
    expect(second.result.getStatus()).toBe("SUCCEEDED");
    expect(second.result.getResult()).toMatchObject({
      kind: "given-up",
      reason: textWith("has its outcome: success"),
    });
    const early = await run({ ...(await input(3)), gen: 2 });
    expect(early.result.getResult()).toMatchObject({
      kind: "given-up",
      reason: textWith("claimed for generation 1"),
    });
    expect(etlworks.model.runs.length).toBe(1);
  });

  it("starts nothing when the batch's parameters cannot be filled, and fails", async () => {
    const order = await input(1, false, { list: [{ batch: "manifest" }] });
    const { result } = await run(order);
    expect(result.getStatus()).toBe("FAILED");
    expect(batchOf(order)).toMatchObject({
      out: { kind: "refused", verdict: "fail", message: textWith("ETLWORKS_MANIFESTS") },
    });
    expect(etlworks.model.runs).toEqual([]);
  });

  it("follows the run that a runner before it left behind, and starts no other", async () => {
    const order = await input(1);
    await run(order);
    const auditId = etlworks.model.runs[0]?.auditId ?? "";
    const key = `B#${order.lane}\n0000000001`;
    const { out: _, ...left } = dynamo.items.get(key) ?? {};
    dynamo.put(key, { ...left, runner: { S: "a runner that is gone" } });
    const { result } = await run({ ...order, follow: auditId });
    expect(result.getResult()).toMatchObject({ kind: "success", auditId });
    expect(batchOf(order)).toMatchObject({ auditId, out: { kind: "success" } });
    expect(etlworks.model.runs.length).toBe(1);
  });

  it("answers a check without starting anything", async () => {
    const { result } = await run({ check: true, flows: [1, 99] });
    expect(result.getResult()).toMatchObject({
      ok: false,
      flows: { 1: "good", 99: textWith("was not found") },
    });
    expect(etlworks.model.runs).toEqual([]);
  });
});

describe.skipIf(FROM_SOURCES)("the bundles", () => {
  it("stay within their budgets", () => {
    for (const [name, { total, own }] of bundles.sizes) {
      expect(total, name).toBeLessThan(262_000);
      expect(own, name).toBeLessThan(160_000);
    }
    const files = readdirSync(bundles.directory).map(name => join(bundles.directory, name));
    const all = files.reduce((sum, file) => sum + statSync(file).size, 0);
    expect(all).toBeLessThan(1_100_000);
  });
});

function requestsCounted(handler: BuiltHandler): number {
  return handler.lines.reduce(
    (sum, { Requests }) => sum + (typeof Requests === "number" ? Requests : 0),
    0,
  );
}
