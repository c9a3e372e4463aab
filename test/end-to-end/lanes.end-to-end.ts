import { join } from "node:path";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { functionOfArn } from "../../lambda/function-of-arn.ts";
import { laneExecution } from "../../lambda/lanes/execution-name.ts";
import type { Flow } from "../sandbox/flow.ts";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { record } from "./fields.ts";
import { createLambdaFunction, type LambdaFunction, REGION } from "./lambda-function.ts";
import { type LambdaService, startLambdaService } from "./lambda-service.ts";
import { createLedgerTable, type LedgerTable } from "./ledger-table.ts";
import { type Moto, type Queue, startMoto } from "./moto.ts";
import { deliverQueue } from "./queue-events.ts";

/**
 * All three handlers, built, where they will run: AWS's runtime client, AWS's emulator of the
 * durable service, moto's DynamoDB, S3, SQS and EventBridge, and our stand-in for Etlworks.
 */
let moto: Moto;
let lambda: LambdaService;
let sandbox: Sandbox;
let table: LedgerTable;
let finished: Queue;
let s3: S3Client;

const TABLE = "ledger";
const LISTS = "lists";

beforeAll(async () => {
  [moto, lambda, sandbox] = await Promise.all([
    startMoto(),
    startLambdaService(),
    startSandbox({ flows }),
  ]);
  await moto.call("secretsmanager.CreateSecret", { Name: "key", SecretString: sandbox.apiKey });
  table = await createLedgerTable(moto.url, TABLE);
  await moto.s3("PUT", `/${LISTS}`, LOCATION);
  finished = await moto.queue("finished");
  const pattern = { source: ["etlworks.run-flow"] };
  await moto.call("AWSEvents.PutRule", { Name: "f", EventPattern: JSON.stringify(pattern) });
  const Targets = [{ Id: "queue", Arn: finished.arn }];
  await moto.call("AWSEvents.PutTargets", { Rule: "f", Targets });
  s3 = new S3Client({
    endpoint: moto.url,
    region: REGION,
    forcePathStyle: true,
    credentials: { accessKeyId: "example", secretAccessKey: "example" },
  });
});
afterAll(() => Promise.all([moto.stop(), lambda.stop(), sandbox.close()]));

const functions: LambdaFunction[] = [];
afterEach(async () => {
  await Promise.all(functions.splice(0).map(started => started.stop()));
});

describe("an event", () => {
  it("has one run, however often it comes, and is told how that ended", async () => {
    const stack = start([{ ...route, flow: SLOW_FLOW }]);
    const queue = await moto.queue("twice");
    const before = sandbox.model.runs.length;
    for (const delivery of ["first", "second"]) {
      const MessageBody = s3Event("orders/a b+c.csv");
      await moto.call("AmazonSQS.SendMessage", { QueueUrl: queue.url, MessageBody });
      expect(await deliverQueue(moto, queue, stack.dispatcher), delivery).toMatchObject({
        failed: [],
      });
    }
    const execution = await stack.laneEnded(String(SLOW_FLOW), 1);
    expect(execution, stack.logs()).toMatchObject({
      status: "SUCCEEDED",
      result: { lane: String(SLOW_FLOW), gen: 1, batches: 1 },
    });
    const runs = sandbox.model.runs.slice(before);
    expect(runs.map(({ parameters }) => parameters)).toEqual([{ file: "s3://b/orders/a b+c.csv" }]);

    const batch = await table.item(`B#${SLOW_FLOW}`, "0000000001");
    expect(batch?.["st"]).toEqual({ S: "begun" });
    expect(batch?.["auditId"]).toEqual({ S: runs[0]?.auditId });
    expect(batch?.["out"]?.M?.["kind"]).toEqual({ S: "success" });
    const third = await stack.dispatcher.invoke(JSON.parse(s3Event("orders/a b+c.csv")));
    expect(record(third.kind === "response" ? third.payload : {})["duplicates"]).toHaveLength(1);
  });

  it("keeps the key out of the inputs, the checkpoints, the table and the logs", async () => {
    const stack = start([route]);
    await stack.ask({ flow: QUICK_FLOW, parameters: { nothing: "secret" }, id: "keeps-the-key" });
    const { name } = stack.execution(String(QUICK_FLOW), 1);
    await lambda.ended(name);
    const kept = (await lambda.history(name)) + (await table.dump()) + stack.logs();
    expect(kept).toContain("auditId");
    for (const form of [sandbox.apiKey, encodeURIComponent(sandbox.apiKey), btoa(sandbox.apiKey)]) {
      expect(kept.includes(form)).toBe(false);
    }
  });
});

describe("a burst of files", () => {
  it("is one run, which reads their list; a failure is told and run again", async () => {
    const stack = start([
      {
        ...route,
        flow: FAILS_ONCE,
        parameters: { list: "{batch.manifest}", count: "{batch.count}" },
        batch: { quiet: "2s" },
      },
    ]);
    await moto.receive(finished);
    const before = sandbox.model.runs.length;
    for (const name of ["a.csv", 'b "x", y.csv', "c.csv"]) {
      const answer = await stack.ask(JSON.parse(s3Event(`in/${name}`)));
      expect(record(answer)["delivered"], stack.logs()).toHaveLength(1);
    }
    const lane = String(FAILS_ONCE);
    expect(await stack.laneEnded(lane, 1), stack.logs()).toMatchObject({ status: "SUCCEEDED" });

    const [run, ...others] = sandbox.model.runs.slice(before);
    expect(others).toEqual([]);
    const list = run?.parameters["list"] ?? "";
    expect(run?.parameters["count"]).toBe("3");
    expect(list).toMatch(
      new RegExp(`^s3://${LISTS}/batches/${lane}/0000000001-[0-9a-f]{12}\\.csv$`),
    );
    expect(await objectText(list)).toBe(
      [
        "bucket,key,version_id,size,etag,event_time",
        "b,in/a.csv,,9,5d41402a,2026-11-23T17:52:44.668Z",
        'b,"in/b ""x"", y.csv",,9,5d41402a,2026-11-23T17:52:44.668Z',
        "b,in/c.csv,,9,5d41402a,2026-11-23T17:52:44.668Z",
        "",
      ].join("\r\n"),
    );

    const events = await moto.receive(finished);
    expect(events).toHaveLength(1);
    expect(JSON.parse(events[0]?.body ?? "")).toMatchObject({
      "detail-type": "Etlworks Run Finished",
      detail: {
        outcome: "error",
        verdict: "fail",
        flowId: FAILS_ONCE,
        message: "boom",
        auditId: run?.auditId,
        route: "files",
        lane,
        batch: { id: 1, count: 3, manifest: list },
        parameters: ["list", "count"],
        origin: { bucket: "b", key: "in/a.csv" },
      },
    });

    const { lanes } = record(await stack.ask({ lanes: true }));
    const described = Array.isArray(lanes) ? lanes.map(record) : [];
    expect(described.find(one => one["lane"] === lane)).toMatchObject({
      state: "idle",
      last: { batch: 1, outcome: "error" },
    });
    const again = { again: { lane } };
    expect(await stack.ask({ ...again, dryRun: true })).toEqual({
      dryRun: true,
      again: 3,
      lanes: { [lane]: 3 },
      outcomes: { error: 3 },
      complete: true,
    });
    expect(await stack.ask(again)).toMatchObject({ again: 3 });
    expect(await stack.laneEnded(lane, 2), stack.logs()).toMatchObject({ status: "SUCCEEDED" });
    const [second] = sandbox.model.runs.slice(before + 1);
    expect(second?.parameters["count"]).toBe("3");
    expect(await stack.ask({ ...again, dryRun: true })).toMatchObject({ again: 0 });
  });
});

describe("a lane whose execution was stopped", () => {
  it("is succeeded by the sweep; the run that had begun is followed and no other is started", async () => {
    const stack = start([{ ...route, flow: LONG_FLOW }]);
    const before = sandbox.model.runs.length;
    await stack.ask(JSON.parse(s3Event("long/1.csv")));
    await stack.ask(JSON.parse(s3Event("long/2.csv")));
    const lane = String(LONG_FLOW);
    await until(() => sandbox.model.runs.length > before);
    await stack.stop(lane, 1);
    expect(await stack.ask({ sweep: true }), stack.logs()).toMatchObject({ succeeded: 1 });
    expect(await stack.laneEnded(lane, 2), stack.logs()).toMatchObject({
      status: "SUCCEEDED",
      result: { batches: 2 },
    });
    const runs = sandbox.model.runs.slice(before);
    expect(runs.map(({ parameters }) => parameters["file"])).toEqual([
      "s3://b/long/1.csv",
      "s3://b/long/2.csv",
    ]);
  });
});

describe("what lies in a bucket", () => {
  it("is taken through the routes by a backfill, once", async () => {
    const stack = start([{ ...route, flow: BACKFILL_FLOW }]);
    await moto.s3("PUT", "/stored", LOCATION);
    for (const key of ["in/1.csv", "in/2.csv", "other/3.csv"]) {
      await moto.s3("PUT", `/stored/${key}`, "id,total\n");
    }
    const backfill = { bucket: "stored", prefix: "in/" };
    expect(await stack.ask({ backfill, dryRun: true }), stack.logs()).toMatchObject({
      dryRun: true,
      objects: 2,
      delivered: 2,
      known: 0,
    });
    expect(await stack.ask({ backfill })).toMatchObject({ delivered: 2, complete: true });
    expect(await stack.ask({ backfill })).toMatchObject({ delivered: 0, known: 2 });
    expect(await stack.laneEnded(String(BACKFILL_FLOW), 1)).toMatchObject({
      result: { batches: 2 },
    });
  });
});

const QUICK_FLOW = 21;
const SLOW_FLOW = 22;
const FAILS_ONCE = 23;
const LONG_FLOW = 24;
const BACKFILL_FLOW = 25;

const flows: readonly Flow[] = [
  { id: QUICK_FLOW, name: "Over at once", runs: [{ runningMs: 0 }] },
  { id: SLOW_FLOW, name: "Takes a moment", runs: [{ runningMs: 1_500 }] },
  {
    id: FAILS_ONCE,
    name: "Fails once",
    runs: [{ runningMs: 200, end: "error", message: "boom" }, { runningMs: 200 }],
  },
  { id: LONG_FLOW, name: "Takes longer", runs: [{ runningMs: 6_000 }] },
  { id: BACKFILL_FLOW, name: "Quick too", runs: [{ runningMs: 100 }] },
];

const route = {
  name: "files",
  when: { source: ["aws.s3"], "detail-type": ["Object Created"] },
  flow: QUICK_FLOW,
  parameters: { file: "s3://{bucket}/{key}" },
};

/** The three functions of a deployment. */
function start(routes: readonly object[]) {
  const common = {
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: moto.url,
    AWS_ENDPOINT_URL_DYNAMODB: moto.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: moto.url,
    AWS_ENDPOINT_URL_S3: moto.url,
    ETLWORKS_LEDGER: TABLE,
    ETLWORKS_LANE: arnOf("lane"),
    ETLWORKS_RUNNER: arnOf("runner"),
    ETLWORKS_MANIFESTS: `s3://${LISTS}/batches`,
    ETLWORKS_EVENT_BUS: "default",
    ETLWORKS_BASE_URL: sandbox.baseUrl,
    // Short, so that the fate of a dead runner is known in a moment.
    ETLWORKS_RUNNER_TIMEOUT: "60s",
  };
  const add = (name: string, environment: Readonly<Record<string, string>>) => {
    const bundle = join(import.meta.dirname, "..", "..", "dist", "lambda", `${name}.mjs`);
    const started = createLambdaFunction({ name, bundle, environment });
    functions.push(started);
    return started;
  };
  const runner = add("runner", { ...common, ETLWORKS_SECRET_ID: "key" });
  const lane = add("lane", common);
  const dispatcher = add("dispatcher", { ...common, ETLWORKS_ROUTES: JSON.stringify(routes) });
  lambda.add(runner, "durable");
  lambda.add(lane, "durable");
  const execution = (name: string, gen: number) =>
    laneExecution({ lane: name, gen }, functionOfArn(arnOf("lane")));
  return {
    dispatcher,
    execution,
    laneEnded: (name: string, gen: number) => lambda.ended(execution(name, gen).name),
    stop: (name: string, gen: number) => lambda.stopExecution(execution(name, gen).name),
    logs: () => [dispatcher, lane, runner].map(({ log }) => log).join("\n"),
    /** Invokes the dispatcher and resolves with its answer. */
    async ask(event: unknown): Promise<unknown> {
      const result = await dispatcher.invoke(event);
      expect(result, dispatcher.log).toMatchObject({ kind: "response" });
      return result.kind === "response" ? result.payload : undefined;
    },
  };
}

function arnOf(name: string): string {
  return `arn:aws:lambda:${REGION}:123456789012:function:${name}:live`;
}

async function objectText(address: string): Promise<string> {
  const [, , Bucket = "", ...key] = address.split("/");
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key.join("/") }));
  return (await Body?.transformToString("utf8")) ?? "";
}

async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 300 && !holds(); attempt += 1) {
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  expect(holds()).toBe(true);
}

/** The body of a message from S3, as moto writes it. */
function s3Event(key: string): string {
  const object = { key: encodeURIComponent(key).replaceAll("%20", "+"), size: 9, eTag: "5d41402a" };
  const s3Part = { s3SchemaVersion: "1.0", bucket: { name: "b", arn: "arn:aws:s3:::b" }, object };
  const eventTime = "2026-11-23T17:52:44.668Z";
  const source = { eventVersion: "2.1", eventSource: "aws:s3", awsRegion: "eu-central-1" };
  return JSON.stringify({
    Records: [{ ...source, eventTime, eventName: "ObjectCreated:Put", s3: s3Part }],
  });
}

const LOCATION = `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${REGION}</LocationConstraint></CreateBucketConfiguration>`;
