import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Flow } from "../sandbox/flow.ts";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { record } from "./fields.ts";
import { createLambdaFunction, type LambdaFunction } from "./lambda-function.ts";
import { type LambdaService, startLambdaService } from "./lambda-service.ts";
import { listenOnLoopback } from "./loopback-server.ts";
import { type Message, type Moto, objectPath, type Queue, startMoto } from "./moto.ts";
import { deliverQueue, queueEvent } from "./queue-events.ts";
import type { InvocationResult } from "./runtime-api.ts";

/**
 * The built handlers where they will run: AWS's runtime client, AWS's emulator of the durable
 * service, moto's Secrets Manager, S3, SNS, SQS and EventBridge, and our stand-in for Etlworks.
 */
let moto: Moto;
let lambda: LambdaService;
let sandbox: Sandbox;

beforeAll(async () => {
  [moto, lambda, sandbox] = await Promise.all([
    startMoto(),
    startLambdaService(),
    startSandbox({ flows }),
  ]);
  await moto.call("secretsmanager.CreateSecret", { Name: "key", SecretString: sandbox.apiKey });
});
afterAll(() => Promise.all([moto.stop(), lambda.stop(), sandbox.close()]));

const functions: LambdaFunction[] = [];
afterEach(async () => {
  await Promise.all(functions.splice(0).map(started => started.stop()));
});

describe("S3's real events, made by moto from objects with hostile keys", () => {
  const bucket = "landing";
  let viaQueue: readonly Message[];
  let viaTopic: readonly Message[];
  let viaBridge: readonly Message[];
  let queue: Queue;

  beforeAll(async () => {
    const [direct, topic, bridge] = await Promise.all(
      ["direct", "topic", "bridge"].map(name => moto.queue(name)),
    );
    if (direct === undefined || topic === undefined || bridge === undefined) throw new Error();
    queue = direct;
    await moto.s3("PUT", `/${bucket}`, locationOf("eu-central-1"));
    const topicArn = /<TopicArn>(.*?)</.exec(await moto.query("CreateTopic", { Name: "t" }))?.[1];
    const subscription = { TopicArn: topicArn ?? "", Protocol: "sqs", Endpoint: topic.arn };
    await moto.query("Subscribe", subscription);
    const pattern = { source: ["aws.s3"], "detail-type": ["Object Created"] };
    await moto.call("AWSEvents.PutRule", { Name: "r", EventPattern: JSON.stringify(pattern) });
    const Targets = [{ Id: "queue", Arn: bridge.arn }];
    await moto.call("AWSEvents.PutTargets", { Rule: "r", Targets });
    await moto.s3("PUT", `/${bucket}?notification`, notification(direct.arn, topicArn ?? ""));
    for (const key of hostileKeys) await moto.s3("PUT", objectPath(bucket, key), "id,total\n");
    await moto.s3("PUT", objectPath(bucket, "a folder/"), "");
    [viaQueue, viaTopic, viaBridge] = await Promise.all([
      moto.receive(direct),
      moto.receive(topic),
      moto.receive(bridge),
    ]);
  });

  /** Delivers the events to a fresh dispatcher and resolves with the keys that Etlworks was given. */
  async function keysGiven(events: readonly unknown[]): Promise<readonly string[]> {
    const before = sandbox.model.runs.length;
    const dispatcher = addDispatcher({ ETLWORKS_SECRET_ID: "key" });
    for (const event of events) {
      const result = await dispatcher.invoke(event);
      expect(result, dispatcher.log).toMatchObject({ kind: "response" });
      if (result.kind !== "response") continue;
      expect(record(result.payload)["batchItemFailures"] ?? []).toEqual([]);
    }
    return sandbox.model.runs.slice(before).map(({ parameters }) => parameters["file"] ?? "");
  }

  const expected = hostileKeys.map(key => `s3://${bucket}/${key}`).toSorted();

  it("has one event for each object on each path, and S3's test event", () => {
    expect(viaQueue).toHaveLength(hostileKeys.length + 2);
    expect(viaTopic).toHaveLength(hostileKeys.length + 2);
    expect(viaBridge).toHaveLength(hostileKeys.length + 1);
  });

  it("gives each key as it is, from S3 through SQS", async () => {
    const keys = await keysGiven([queueEvent(queue, viaQueue)]);
    expect(keys.toSorted()).toEqual(expected);
  });

  it("gives each key as it is, from S3 through SNS and SQS", async () => {
    const keys = await keysGiven([queueEvent(queue, viaTopic)]);
    expect(keys.toSorted()).toEqual(expected);
  });

  it("gives each key as it is, from S3 through EventBridge and SQS", async () => {
    const keys = await keysGiven([queueEvent(queue, viaBridge)]);
    expect(keys.toSorted()).toEqual(expected);
  });

  it("gives each key as it is, from S3 and from EventBridge straight to the function", async () => {
    const events = (messages: readonly Message[]) =>
      messages.map(({ body }): unknown => JSON.parse(body));
    const notifications = events(viaQueue).filter(event => "Records" in record(event));
    expect((await keysGiven(notifications)).toSorted()).toEqual(expected);
    expect((await keysGiven(events(viaBridge))).toSorted()).toEqual(expected);
  });
});

describe("a queue with bad messages", () => {
  it("gets back the bad ones alone, and parks them after its number of tries", async () => {
    const parked = await moto.queue("parked");
    const queue = await moto.queue("with-bad-ones");
    await moto.call("AmazonSQS.SetQueueAttributes", {
      QueueUrl: queue.url,
      Attributes: {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: parked.arn, maxReceiveCount: 2 }),
      },
    });
    for (const MessageBody of ["not JSON at all", s3Event("good.csv"), s3Event("bad/key.csv")]) {
      await moto.call("AmazonSQS.SendMessage", { QueueUrl: queue.url, MessageBody });
    }
    const dispatcher = addDispatcher({
      ETLWORKS_SECRET_ID: "key",
      ETLWORKS_ROUTES: JSON.stringify([{ ...route, accept: { file: "s3://b/[a-z]+\\.csv" } }]),
    });
    const before = sandbox.model.runs.length;
    const bodies = async () => {
      const { messages, failed } = await deliverQueue(moto, queue, dispatcher);
      return messages.filter(({ messageId }) => failed.includes(messageId)).map(({ body }) => body);
    };
    const bad = ["not JSON at all", s3Event("bad/key.csv")].toSorted();
    expect((await bodies()).toSorted()).toEqual(bad);
    expect((await bodies()).toSorted()).toEqual(bad);
    expect(await moto.receive(queue)).toEqual([]);
    const dead = await moto.receive(parked);
    expect(dead.map(({ body }) => body).toSorted()).toEqual(bad);
    const started = sandbox.model.runs.slice(before).map(({ parameters }) => parameters["file"]);
    expect(started).toEqual(["s3://b/good.csv"]);
  });
});

describe("the key in Secrets Manager", () => {
  const start = { flow: QUICK_FLOW, parameters: { from: "secrets" } };

  async function put(Name: string, secret: Readonly<Record<string, string>>): Promise<void> {
    await moto.call("secretsmanager.CreateSecret", { Name, ...secret });
  }

  it.each([
    ["plain text", () => sandbox.apiKey],
    ["JSON", () => JSON.stringify({ apiKey: sandbox.apiKey })],
    ["a login", () => JSON.stringify({ username: "olivia@example.com", password: OLIVIA })],
  ])("works as %s", async (form, secret) => {
    await put(form, { SecretString: secret() });
    const dispatcher = addDispatcher({ ETLWORKS_SECRET_ID: form });
    const result = await dispatcher.invoke(start);
    expect(result).toMatchObject({ kind: "response" });
    expect(dispatcher.log).not.toContain(sandbox.apiKey);
    expect(dispatcher.log).not.toContain(OLIVIA);
  });

  it.each([
    ["missing", async () => {}, /AWS Secrets Manager does not know the secret missing/],
    [
      "binary",
      () => put("binary", { SecretBinary: btoa("key") }),
      /The secret binary .* is binary/,
    ],
  ])("is reported in a sentence when it is %s", async (name, prepare, sentence) => {
    await prepare();
    const result = await addDispatcher({ ETLWORKS_SECRET_ID: name }).invoke(start);
    expect(errorOf(result)).toMatch(sentence);
  });

  // moto refuses in XML where the real service speaks JSON, so this answer is ours.
  it("is reported in a sentence when the function may not read it", async () => {
    const server = createServer((_, response) => {
      response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
      const message = "User is not authorized to perform: secretsmanager:GetSecretValue";
      response.end(JSON.stringify({ __type: "AccessDeniedException", message }));
    });
    const address = await listenOnLoopback(server);
    const result = await addDispatcher({
      ETLWORKS_SECRET_ID: "key",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://${address}`,
    }).invoke(start);
    server.close();
    expect(errorOf(result)).toContain("secretsmanager:GetSecretValue");
  });

  it("is fetched anew when it was rotated, within the same process", async () => {
    const login = "olivia@example.com";
    const fresh = "R".repeat(256);
    await put("rotated", { SecretString: sandbox.apiKey });
    const dispatcher = addDispatcher({ ETLWORKS_SECRET_ID: "rotated" });
    expect(await dispatcher.invoke(start)).toMatchObject({ kind: "response" });
    sandbox.model.changeApiKey(login, fresh);
    await moto.call("secretsmanager.PutSecretValue", { SecretId: "rotated", SecretString: fresh });
    const before = sandbox.model.runs.length;
    expect(await dispatcher.invoke(start)).toMatchObject({ kind: "response" });
    expect(sandbox.model.runs.length - before).toBe(1);
    expect(dispatcher.coldStarts).toBe(1);
    sandbox.model.changeApiKey(login, sandbox.apiKey);
  });
});

describe("an execution environment of Lambda", () => {
  it("is told what is wrong with the routes", async () => {
    const dispatcher = addDispatcher({
      ETLWORKS_SECRET_ID: "key",
      ETLWORKS_ROUTES: JSON.stringify([{ ...route, whn: {} }]),
    });
    const result = await dispatcher.invoke({ Records: [] });
    expect(errorOf(result)).toContain("whn");
  });

  it("gets an answer before its deadline while Etlworks hangs", async () => {
    const queue = await moto.queue("slow");
    await moto.call("AmazonSQS.SendMessage", {
      QueueUrl: queue.url,
      MessageBody: s3Event("late.csv"),
    });
    const fault = sandbox.fault({ kind: "hang", when: "before", times: Number.POSITIVE_INFINITY });
    const dispatcher = addDispatcher({ ETLWORKS_SECRET_ID: "key" }, 12_000);
    const { failed, messages } = await deliverQueue(moto, queue, dispatcher);
    fault.remove();

    expect(failed).toEqual(messages.map(({ messageId }) => messageId));
    expect(dispatcher.coldStarts).toBe(1);
  });
});

const QUICK_FLOW = 11;
const OLIVIA = "olivia-likes-cold-brew-7";

const flows: readonly Flow[] = [{ id: QUICK_FLOW, name: "Over at once", runs: [{ runningMs: 0 }] }];

const route = {
  name: "files",
  when: { source: ["aws.s3"], "detail-type": ["Object Created"] },
  flow: QUICK_FLOW,
  parameters: { file: "s3://{bucket}/{key}" },
};

/** Keys as users have them: all of S3's "characters that might require special handling" and more. */
const hostileKeys: readonly string[] = [
  "plain.csv",
  "a b+c%20d.csv",
  "100% & more=x?y#z.csv",
  "ümläut/日本語.csv",
  "emoji 😀.csv",
  "quotes \"'`<>.csv",
  "a/../b/./c.csv",
  "//double//slash",
  "tab\there.csv",
  "%2F%252F+%2B.csv",
  "{token} {{ github }} ::error::.csv",
  "(parens)!*~;:@,$.csv",
  "combining e\u0301.csv",
];

function addDispatcher(
  environment: Readonly<Record<string, string>>,
  timeoutMs = 60_000,
): LambdaFunction {
  const dispatcher = createLambdaFunction({
    name: "dispatcher",
    bundle: bundle("dispatcher"),
    timeoutMs,
    environment: {
      ETLWORKS_BASE_URL: sandbox.baseUrl,
      ETLWORKS_ROUTES: JSON.stringify([route]),
      AWS_ENDPOINT_URL_LAMBDA: lambda.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: moto.url,
      ...environment,
    },
  });
  functions.push(dispatcher);
  return dispatcher;
}

function errorOf(result: InvocationResult): string {
  return result.kind === "error" ? result.errorMessage : `no error but ${result.kind}`;
}

function bundle(name: string): string {
  return join(import.meta.dirname, "..", "..", "dist", "lambda", `${name}.mjs`);
}

/** The body of a message from S3, as moto writes it. */
function s3Event(key: string): string {
  const object = { key: encodeURIComponent(key).replaceAll("%20", "+"), size: 9, eTag: "5d41402a" };
  const s3 = { s3SchemaVersion: "1.0", bucket: { name: "b", arn: "arn:aws:s3:::b" }, object };
  const eventTime = "2026-11-23T17:52:44.668Z";
  const source = { eventVersion: "2.1", eventSource: "aws:s3", awsRegion: "eu-central-1" };
  return JSON.stringify({
    Records: [{ ...source, eventTime, eventName: "ObjectCreated:Put", s3 }],
  });
}

function notification(queueArn: string, topicArn: string): string {
  return `<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
    <QueueConfiguration><Queue>${queueArn}</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration>
    <TopicConfiguration><Topic>${topicArn}</Topic><Event>s3:ObjectCreated:*</Event></TopicConfiguration>
    <EventBridgeConfiguration/>
  </NotificationConfiguration>`;
}

function locationOf(region: string): string {
  return `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
}
