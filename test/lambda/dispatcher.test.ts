import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Decision } from "../../lambda/decision.ts";
import { readEntryItem } from "../../lambda/lanes/ledger/table-items.ts";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { type BuiltHandler, importHandler } from "./stand-ins/built-handler.ts";
import { plainItem } from "./stand-ins/dynamo-expressions.ts";
import { type DynamoDb, startDynamoDb } from "./stand-ins/dynamodb.ts";
import { type LambdaInvoke, startLambdaInvoke } from "./stand-ins/lambda-invoke.ts";
import { anyText, textWith } from "./stand-ins/matchers.ts";
import { startS3 } from "./stand-ins/s3.ts";
import { type SecretsManager, startSecretsManager } from "./stand-ins/secrets-manager.ts";
import { type Bundles, sharedBundles } from "./stand-ins/shared-bundles.ts";

const RUNNER = "arn:aws:lambda:eu-central-1:123456789012:function:runner:live";
const LANE = "arn:aws:lambda:eu-central-1:123456789012:function:lane:live";
const OBJECT = "in/a b+c dé.csv";

const routes = [
  {
    name: "orders",
    when: { source: ["aws.s3"], detail: { bucket: { name: ["landing"] } } },
    flow: 12345,
    parameters: { file: "{key}" },
  },
  {
    name: "nightly",
    when: { source: ["aws.events", "aws.scheduler", "etlworks.dispatcher", "com.example.shop"] },
    flow: 12346,
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
beforeEach(async () => {
  [etlworks, secretsManager, lambda, dynamo] = await Promise.all([
    startSandbox({
      flows: [12345, 12346].map(id => ({
        id,
        name: `flow ${id}`,
        // Parallel runs, so that a batch is not limited by the rule of one run a flow.
        starts: [{ code: 4 }],
      })),
    }),
    startSecretsManager(),
    startLambdaInvoke(),
    startDynamoDb(),
  ]);
  secretsManager.secrets.set("etlworks/key", { text: `${etlworks.apiKey}\n` });
});
afterEach(() =>
  Promise.all([etlworks.close(), secretsManager.close(), lambda.close(), dynamo.close()]),
);

function dispatcher(environment: Readonly<Record<string, string>> = {}): Promise<BuiltHandler> {
  return importHandler(bundles, "dispatcher", {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.origin,
    AWS_ENDPOINT_URL_LAMBDA: lambda.origin,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.origin,
    ETLWORKS_BASE_URL: etlworks.baseUrl,
    ETLWORKS_ROUTES: JSON.stringify(routes),
    ...environment,
  });
}

const inPlace = { ETLWORKS_SECRET_ID: "etlworks/key" };
const throughLanes = {
  ETLWORKS_LEDGER: "ledger",
  ETLWORKS_LANE: LANE,
  ETLWORKS_RUNNER: RUNNER,
};

async function sample(name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(import.meta.dirname, "samples", `${name}.json`), "utf8"));
}

/** An event of S3 through EventBridge; without a version, as from a bucket that keeps none. */
function objectEvent(key: string, version = "v1"): object {
  return {
    source: "aws.s3",
    "detail-type": "Object Created",
    id: `event of ${key} ${version}`,
    detail: {
      bucket: { name: "landing" },
      object: { key, size: 9, ...(version !== "" && { "version-id": version }) },
    },
  };
}

function queue(...bodies: readonly unknown[]): unknown {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `message-${index + 1}`,
      eventSource: "aws:sqs",
      body: typeof body === "string" ? body : JSON.stringify(body),
    })),
  };
}

describe.each([
  ["in place", inPlace],
  ["through lanes", throughLanes],
])("%s", (_how, environment) => {
  it.each([
    ["s3", [OBJECT]],
    ["s3-sns", [OBJECT]],
    ["s3-sqs", [OBJECT]],
    ["s3-sns-sqs", [OBJECT]],
    ["s3-sns-sqs-raw", [OBJECT]],
    ["eventbridge-s3", ["in/a+b%2Bc%20d%C3%A9.csv"]],
    ["eventbridge-s3-sqs", ["in/a+b%2Bc%20d%C3%A9.csv"]],
    ["eventbridge-s3-sns-sqs", ["in/a+b%2Bc%20d%C3%A9.csv"]],
    ["pipe-s3-sqs", [OBJECT, "in/second.csv"]],
    ["eventbridge-cron", [undefined]],
    ["eventbridge-own", [undefined]],
    ["scheduler", [undefined]],
    ["scheduler-input", [undefined]],
    ["sqs-own", [undefined]],
    ["s3-test-event", []],
  ])("starts what %s asks for", async (name, files) => {
    const handler = await dispatcher(environment);
    const event = await sample(name);
    const answer = await handler.invoke(event);
    expect(answer).toMatchObject(
      /sqs|pipe/.test(name) ? { batchItemFailures: [] } : { duplicates: [] },
    );
    const started = environment === inPlace ? etlworks.model.runs : decisions();
    expect(started.map(({ parameters }) => parameters["file"])).toHaveLength(files.length);
    expect(new Set(started.map(({ parameters }) => parameters["file"]))).toEqual(new Set(files));
  });
});

/** What the ledger was given, in order. */
function decisions(): readonly Decision[] {
  return [...dynamo.items]
    .filter(([key]) => key.startsWith("E#"))
    .map(([, item]) => readEntryItem(plainItem(item)).decision);
}

describe("a batch", () => {
  it.each([
    ["in place", inPlace],
    ["through lanes", throughLanes],
  ])("gives back only the broken ones (%s)", async (_how, environment) => {
    const handler = await dispatcher(environment);
    const test = { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "landing" };
    const event = queue(objectEvent("a.csv"), "{not json", test, objectEvent("b.csv"), {
      source: "x",
    });
    expect(await handler.invoke(event)).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-2" }],
    });
    const started = environment === inPlace ? etlworks.model.runs : decisions();
    expect(started.length).toBe(3);
    expect(handler.lines).toContainEqual(
      expect.objectContaining({ level: "ERROR", record: "message-2" }),
    );
  });

  it("fails a record whose parameter has no value, and says which", async () => {
    const handler = await dispatcher({
      ...throughLanes,
      ETLWORKS_ROUTES: JSON.stringify([
        { name: "orders", when: { source: ["aws.s3"] }, flow: 1, parameters: { v: "{versionId}" } },
      ]),
    });
    const without = objectEvent("a.csv", "");
    expect(await handler.invoke(queue(without, objectEvent("b.csv")))).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-1" }],
    });
    expect(handler.output).toContain('Parameter \\"v\\"');
  });

  it.each([
    ["in place", inPlace, 0],
    ["through lanes, where an event runs once", throughLanes, 1],
  ])(
    "with a route that can never run starts other routes' flows: %s",
    async (_how, environment, starts) => {
      const broken = {
        name: "broken",
        when: { source: ["aws.s3"] },
        flow: 12346,
        parameters: { v: "{versionId}" },
      };
      const handler = await dispatcher({
        ...environment,
        ETLWORKS_ROUTES: JSON.stringify([routes[0], broken]),
      });
      const event = queue(objectEvent("a.csv", ""));
      expect(await handler.invoke(event)).toEqual({
        batchItemFailures: [{ itemIdentifier: "message-1" }],
      });
      expect(handler.output).toContain('Parameter \\"v\\"');
      expect(etlworks.model.runs.length + decisions().length).toBe(starts);
    },
  );

  it("keeps the order of a FIFO group: after a failure the rest goes back", async () => {
    const handler = await dispatcher(throughLanes);
    const records = ["{bad", objectEvent("a"), objectEvent("b")].map((body, index) => ({
      messageId: `m${index}`,
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-central-1:1:orders.fifo",
      attributes: { MessageGroupId: index === 2 ? "other" : "one" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    }));
    expect(await handler.invoke({ Records: records })).toEqual({
      batchItemFailures: [{ itemIdentifier: "m0" }, { itemIdentifier: "m1" }],
    });
    expect(decisions()).toMatchObject([{ origin: { key: "b" } }]);
  });

  it("from a source without names throws one error that names all failures", async () => {
    const handler = await dispatcher(throughLanes);
    lambda.refuse = () => ({ status: 404, type: "ResourceNotFoundException" });
    const event = await sample("s3");
    await expect(handler.invoke(event)).rejects.toThrow(/Set ETLWORKS_LANE to the ARN of the lane/);
  });

  it("tells of an event that no route matches, and counts it", async () => {
    const handler = await dispatcher(throughLanes);
    await handler.invoke({ source: "com.unknown", "detail-type": "What", id: "7", detail: {} });
    expect(handler.lines).toContainEqual(
      expect.objectContaining({ message: "no route matches the event", source: "com.unknown" }),
    );
    expect(handler.lines.every(line => "_aws" in line || line["requestId"] === "request-1")).toBe(
      true,
    );
    expect(metric(handler, "Unmatched")).toBe(1);
  });
});

describe("nothing falls through", () => {
  const foreign: readonly (readonly [string, unknown, RegExp])[] = [
    ["own JSON that no route wants", { order: 4711 }, /No route matches this/],
    [
      "a pointer of the extended client",
      ["software.amazon.payloadoffloading.PayloadS3Pointer", { s3BucketName: "b", s3Key: "k" }],
      /pointer of the SQS or SNS extended client/,
    ],
    ["Kafka's mapping", { eventSource: "aws:kafka", records: {} }, /Events of aws:kafka/],
    ["a schedule's unfilled places", { at: "<aws.scheduler.scheduled-time>" }, /were not replaced/],
    ["a wrapper with mistakes", { force: 2, event: {} }, /force: must be/],
    ["a flow that no route starts", { flow: 99 }, /No route starts flow 99/],
  ];
  const onlyS3 = { ...throughLanes, ETLWORKS_ROUTES: JSON.stringify([routes[0]]) };

  it.each(foreign)("in a queue: %s goes back, alone", async (_what, body, sentence) => {
    const handler = await dispatcher(onlyS3);
    expect(await handler.invoke(queue(objectEvent("a.csv"), body))).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-2" }],
    });
    expect(handler.output).toMatch(sentence);
    expect(metric(handler, "Failures")).toBe(1);
    expect(decisions().length).toBe(1);
  });

  it.each(foreign.filter(([what]) => !what.startsWith("a flow")))(
    "by itself: %s is an error",
    async (_what, event, sentence) => {
      const handler = await dispatcher(onlyS3);
      await expect(handler.invoke(event)).rejects.toThrow(sentence);
      expect(metric(handler, "Failures")).toBe(1);
    },
  );

  it("and what is skipped is counted", async () => {
    const handler = await dispatcher(throughLanes);
    await handler.invoke({
      source: "aws.s3",
      "detail-type": "Object Created",
      detail: { bucket: { name: "landing" }, object: { key: "in/", size: 0 } },
    });
    expect(metric(handler, "Skipped")).toBe(1);
    expect(decisions()).toEqual([]);
  });

  it("in place nothing of an invocation starts when a part of it cannot be read", async () => {
    const handler = await dispatcher(inPlace);
    const record = {
      eventSource: "aws:s3",
      eventName: "ObjectCreated:Put",
      s3: { bucket: { name: "landing" }, object: { key: "a.csv", size: 1 } },
    };
    const mixed = { Records: [record, { eventSource: "aws:kinesis" }] };
    await expect(handler.invoke(mixed)).rejects.toThrow(/aws:kinesis/);
    expect(etlworks.model.runs).toEqual([]);
  });

  it.each([
    ["in place", inPlace],
    ["through lanes", throughLanes],
  ])("copies of one event in one batch start one run: %s", async (_how, environment) => {
    const handler = await dispatcher(environment);
    const notification = {
      Records: [
        {
          eventSource: "aws:s3",
          eventName: "ObjectCreated:Put",
          s3: { bucket: { name: "landing" }, object: { key: "a.csv", size: 1, versionId: "v1" } },
        },
      ],
    };
    const twice = { Records: [...notification.Records, ...notification.Records] };
    const batch = queue(objectEvent("a.csv"), notification, objectEvent("a.csv"), twice);
    expect(await handler.invoke(batch)).toEqual({ batchItemFailures: [] });
    expect(etlworks.model.runs.length + decisions().length).toBe(1);
    expect(metric(handler, "Deduplicated")).toBe(4);
  });

  it("copies of an event that cannot be started all go back", async () => {
    etlworks.fault({ kind: "answer", when: "before", status: 403, body: "{}", method: "POST" });
    const handler = await dispatcher(inPlace);
    const batch = queue(objectEvent("a.csv"), objectEvent("b.csv"), objectEvent("a.csv"));
    const answer = await handler.invoke(batch);
    const names = etlworks.model.runs.map(({ parameters }) => parameters["file"]);
    const failed = names.includes("a.csv") ? ["message-2"] : ["message-1", "message-3"];
    expect(answer).toEqual({
      batchItemFailures: failed.map(itemIdentifier => ({ itemIdentifier })),
    });
    expect(etlworks.model.runs.length).toBe(1);
  });

  it("in place nothing of a pipe's batch starts that comes back as a whole", async () => {
    const handler = await dispatcher(inPlace);
    const fromKafka = (offset: number, more: object = {}) => ({
      eventSource: "aws:kafka",
      eventSourceArn: "arn:kafka",
      topic: "orders",
      partition: 0,
      offset,
      ...more,
    });
    const good = [fromKafka(1), fromKafka(2)];
    const bad = { eventSource: "aws:kafka", records: {} };
    for (const requestId of ["first try", "second try"]) {
      const invoked = handler.invoke([...good, bad], { requestId });
      await expect(invoked).rejects.toThrow(/Events of aws:kafka/);
    }
    expect(etlworks.model.runs).toEqual([]);
    expect(await handler.invoke(good)).toEqual({ batchItemFailures: [] });
    expect(etlworks.model.runs.length).toBe(2);
  });

  it("through lanes a pipe's record without an id starts nothing beside a bad one that brings it again", async () => {
    const byOnce = {
      name: "by-once",
      when: { source: ["etlworks.dispatcher"], detail: { order: [{ exists: true }] } },
      flow: 12345,
      once: "{detail.order}",
    };
    const byId = { ...byOnce, name: "by-id", once: "{id}-{detail.order}" };
    const handler = await dispatcher({
      ...throughLanes,
      ETLWORKS_ROUTES: JSON.stringify([...routes, byOnce, byId]),
    });
    const rabbit = {
      eventSource: "aws:rmq",
      eventSourceArn: "arn:rabbit",
      eventSourceKey: "orders::/",
      basicProperties: { messageId: null },
      data: "e30=",
    };
    const known = { ...rabbit, basicProperties: { messageId: "1" } };
    const bad = { eventSource: "aws:rmq", rmqMessagesByQueue: {} };
    const batch = [rabbit, known, { order: 5 }, objectEvent("a.csv"), bad];
    const began = () =>
      decisions()
        .map(({ route }) => route)
        .toSorted();
    for (const requestId of ["first try", "second try"]) {
      await expect(handler.invoke(batch, { requestId })).rejects.toThrow(/Events of aws:rmq/);
      // What would be known again is not kept waiting.
      expect(began()).toEqual(["by-once", "nightly", "orders"]);
    }
    expect(handler.output).toContain("this event has no id by which it would be known then");
    expect(await handler.invoke(batch.slice(0, -1), { requestId: "third try" })).toEqual({
      batchItemFailures: [],
    });
    expect(began()).toEqual(["by-id", "by-once", "nightly", "nightly", "nightly", "orders"]);
  });

  it("a message may ask for a flow that a route starts", async () => {
    const handler = await dispatcher(throughLanes);
    const order = { flow: 12345, parameters: { day: "2026-11-23" }, id: "order-1" };
    expect(await handler.invoke(queue(order))).toEqual({ batchItemFailures: [] });
    await handler.invoke(order);
    expect(decisions()[0]).toMatchObject({ flow: 12345, parameters: { day: "2026-11-23" } });
    expect(decisions().length).toBe(1);
  });

  it("a replay runs what has not run, and all of it when its name says so", async () => {
    const handler = await dispatcher(throughLanes);
    const replayed = (name: string) => ({ ...objectEvent("a.csv"), "replay-name": name });
    await handler.invoke(objectEvent("a.csv"));
    await handler.invoke(replayed("recovery"));
    expect(decisions().length).toBe(1);
    expect(handler.output).toContain('a replay whose name begins with \\"again\\"');
    await handler.invoke(replayed("again-2026-11-23"));
    await handler.invoke(replayed("again-2026-11-23"));
    expect(decisions().length).toBe(2);
  });

  it("another function's failure is an event like any other", async () => {
    const handler = await dispatcher(throughLanes);
    const failure = (name: string, condition: string) => ({
      requestContext: {
        requestId: "r",
        functionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${name}:live`,
        condition,
      },
      requestPayload: objectEvent("a.csv"),
    });
    await handler.invoke(queue(failure("dispatcher", "RetriesExhausted")));
    await handler.invoke(queue(failure("runner", "RetriesExhausted")));
    expect(decisions().length).toBe(1);
    for (const condition of ["EventAgeExceeded", "RetriesExhausted"]) {
      const detail = failure("dispatcher", condition);
      const onBus = {
        source: "lambda",
        "detail-type": "Lambda Function Invocation Result - Failure",
      };
      expect(await handler.invoke({ ...onBus, id: condition, detail })).toMatchObject({
        duplicates: [anyText],
      });
    }
    expect(decisions().length).toBe(1);
    await handler.invoke(queue(failure("billing", "RetriesExhausted")));
    expect(decisions().map(({ route }) => route)).toEqual(["orders", "nightly"]);
    await handler.invoke(queue(failure("dispatcher", "Success")));
    // Both came as one message's content, so they are one event.
    expect(decisions().map(({ route }) => route)).toEqual(["orders", "nightly"]);
  });
});

describe("the secret", () => {
  it("is fetched once for nine records, and once more when the key was rotated", async () => {
    const handler = await dispatcher(inPlace);
    const nine = queue(...Array.from({ length: 9 }, (_, index) => objectEvent(`${index}.csv`)));
    expect(await handler.invoke(nine)).toEqual({ batchItemFailures: [] });
    expect(secretsManager.fetches).toBe(1);
    expect(etlworks.model.runs.length).toBe(9);

    etlworks.model.changeApiKey("olivia@example.com", "the-new-key-0123456789");
    secretsManager.secrets.set("etlworks/key", { text: '{"apiKey": "the-new-key-0123456789"}' });
    expect(await handler.invoke(nine)).toEqual({ batchItemFailures: [] });
    expect(secretsManager.fetches).toBe(2);
    expect(etlworks.model.runs.length).toBe(18);
    expect(handler.output).not.toContain("the-new-key");
    expect(handler.output).not.toContain(etlworks.apiKey);
  });

  it("that is wrong for good is fetched twice for nine records, and fails all of them", async () => {
    secretsManager.secrets.set("etlworks/key", { text: "revoked-key-0123456789" });
    const handler = await dispatcher(inPlace);
    const nine = queue(...Array.from({ length: 9 }, (_, index) => objectEvent(`${index}.csv`)));
    expect(await handler.invoke(nine)).toMatchObject({ batchItemFailures: { length: 9 } });
    expect(secretsManager.fetches).toBe(2);
    expect(handler.output).toContain("did not accept the secret that ETLWORKS_SECRET_ID names");
    expect(handler.output).not.toContain("revoked-key");
  });

  it.each([
    ["missing", undefined, /does not know the secret etlworks\/key \(ETLWORKS_SECRET_ID\)/],
    [
      "not allowed",
      { error: "AccessDeniedException", message: "User is not authorized to perform it" },
      /secretsmanager:GetSecretValue/,
    ],
    [
      "locked by KMS",
      { error: "AccessDeniedException", message: "Access to KMS is not allowed" },
      /kms:Decrypt/,
    ],
    [
      "invalid, and repeated by AWS",
      { error: "InvalidRequestException", message: "Secret etlworks/key is marked for deletion" },
      /Secret etlworks\/key is marked/,
    ],
    ["binary", { binary: "AAEC" }, /is binary/],
    ["a Bearer token", { text: "Bearer abc" }, /starts with "Bearer"/],
    ["JSON without a key", { text: '{"key": "abc"}' }, /"apiKey", or "username" and "password"/],
  ])("%s fails the invocation with a sentence", async (_case, secret, sentence) => {
    if (secret === undefined) secretsManager.secrets.clear();
    else secretsManager.secrets.set("etlworks/key", secret);
    const handler = await dispatcher(inPlace);
    await expect(handler.invoke(objectEvent("a.csv"))).rejects.toThrow(sentence);
    expect(etlworks.requests).toEqual([]);
  });

  it.each([
    "8sKf02LmQpZx91TnVbRy47WcHd63JgUa",
    "3f2b8c1e-9d47-4a6b-8e21-7c5d0f9a1b34",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvIn0.c2lnbmF0dXJl",
  ])("whose place is taken by the key itself is not shown: %s", async key => {
    const handler = await dispatcher({ ETLWORKS_SECRET_ID: key });
    secretsManager.secrets.set(key, {
      error: "AccessDeniedException",
      message: `not authorized on resource: ${key}`,
    });
    const invoked = handler.invoke(objectEvent("a.csv"));
    await expect(invoked).rejects.toThrow(`the secret ${key.slice(0, 4)}… (ETLWORKS_SECRET_ID)`);
    await expect(invoked).rejects.not.toThrow(key);
    expect(handler.output).not.toContain(key);
  });

  it("may hold the key in a field of any name, which stands behind its own", async () => {
    const text = JSON.stringify({ apiKey: "another-key-0123456789", etl: etlworks.apiKey });
    secretsManager.secrets.set("etlworks/key", { text });
    const named = await dispatcher({ ETLWORKS_SECRET_ID: "etlworks/key#etl" });
    await named.invoke(objectEvent("a.csv"));
    expect(etlworks.model.runs.length).toBe(1);
    const missing = await dispatcher({ ETLWORKS_SECRET_ID: "etlworks/key#elt" });
    await expect(missing.invoke(objectEvent("b.csv"))).rejects.toThrow(/has no field "elt"/);
  });

  it("is not the only one: headers for a gateway go with each request and into no log", async () => {
    const handler = await dispatcher({
      ...inPlace,
      ETLWORKS_REQUEST_HEADERS: "X-Gate: Basic b3BlbiBzZXNhbWU=\n# a comment\nX-Team: data-loading",
    });
    etlworks.fault({
      kind: "answer",
      when: "before",
      status: 403,
      body: '{"status":403,"error":"Forbidden","message":"no b3BlbiBzZXNhbWU= here"}',
      method: "POST",
    });
    await expect(handler.invoke(objectEvent("a.csv"))).rejects.toThrow(/no \*\*\* here/);
    await handler.invoke(objectEvent("b.csv"));
    expect(etlworks.requests.length).toBeGreaterThan(2);
    for (const { headers } of etlworks.requests) {
      expect(headers).toMatchObject({
        "x-gate": "Basic b3BlbiBzZXNhbWU=",
        "x-team": "data-loading",
      });
    }
    expect(handler.output).not.toContain("b3BlbiBzZXNhbWU=");
  });

  it.each(["HTTPS_PROXY", "http_proxy", "ALL_PROXY"])(
    "is not the only one: a proxy's password in %s is cut out of what a server says",
    async variable => {
      const handler = await dispatcher({
        ...inPlace,
        // No request of the test goes through it.
        NO_PROXY: "*",
        [variable]: "http://olivia:open%20sesame@proxy.example.com:8080",
      });
      etlworks.fault({
        kind: "answer",
        when: "before",
        status: 403,
        body: '{"status":403,"error":"Forbidden","message":"not open sesame, not open%20sesame"}',
        method: "POST",
      });
      const invoked = handler.invoke(objectEvent("a.csv"));
      await expect(invoked).rejects.toThrow(/not \*\*\*, not \*\*\*/);
      expect(handler.output).not.toContain("sesame");
    },
  );

  it("may be a login", async () => {
    const login = { username: "olivia@example.com", password: "olivia-likes-cold-brew-7" };
    secretsManager.secrets.set("etlworks/key", { text: JSON.stringify(login) });
    const handler = await dispatcher(inPlace);
    await handler.invoke(objectEvent("a.csv"));
    await handler.invoke(objectEvent("b.csv"));
    expect(etlworks.requests.filter(({ path }) => path.includes("token-auth")).length).toBe(1);
    expect(etlworks.model.runs.length).toBe(2);
  });
});

describe("through lanes", () => {
  it("the same event is one entry, a new version of the object another", async () => {
    const handler = await dispatcher(throughLanes);
    await handler.invoke(objectEvent("a.csv"), { requestId: "one" });
    expect(await handler.invoke(objectEvent("a.csv"), { requestId: "two" })).toMatchObject({
      delivered: [],
      duplicates: [textWith(/^orders-/)],
    });
    expect(metric(handler, "Deduplicated")).toBe(1);
    await handler.invoke(objectEvent("a.csv", "v2"), { requestId: "three" });
    expect(decisions()).toHaveLength(2);
    expect(secretsManager.fetches).toBe(0);
    expect(etlworks.requests).toEqual([]);
  });

  it("several events of one invocation wake their lane once, in few calls one after the other", async () => {
    const handler = await dispatcher(throughLanes);
    const ten = queue(...Array.from({ length: 10 }, (_, index) => objectEvent(`${index}.csv`)));
    expect(await handler.invoke(ten)).toEqual({ batchItemFailures: [] });
    expect(lambda.invocations).toEqual([
      {
        functionName: LANE,
        type: "Event",
        name: textWith(/^[\w-]{43}-1$/),
        payload: '{"lane":"12345","gen":1}',
      },
    ]);
    expect(dynamo.calls.toSorted()).toEqual([
      "GetItem",
      "GetItem",
      ...Array.from({ length: 10 }, () => "TransactWriteItems"),
      "UpdateItem",
    ]);
    expect(decisions().map(({ origin }) => origin.key)).toEqual(
      Array.from({ length: 10 }, (_, index) => `${index}.csv`),
    );
  });

  it("a lane that AWS knows already counts as woken", async () => {
    const handler = await dispatcher(throughLanes);
    lambda.refuse = () => ({ status: 409, type: "DurableExecutionAlreadyStartedException" });
    expect(await handler.invoke(objectEvent("a.csv"))).toMatchObject({
      delivered: [textWith(/^orders-/)],
    });
  });

  it("throttling is tried again, and is a failure of its record when it lasts", async () => {
    const handler = await dispatcher(throughLanes);
    lambda.refuse = count =>
      count === 1 ? { status: 429, type: "TooManyRequestsException" } : undefined;
    expect(await handler.invoke(queue(objectEvent("a.csv")))).toEqual({ batchItemFailures: [] });
    expect(lambda.invocations.length).toBe(2);

    lambda.refuse = () => ({ status: 429, type: "TooManyRequestsException" });
    expect(await handler.invoke(queue(objectEvent("b.csv")))).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-1" }],
    });
    expect(metric(handler, "Failures")).toBe(1);

    lambda.refuse = () => undefined;
    expect(await handler.invoke(queue(objectEvent("b.csv")))).toEqual({ batchItemFailures: [] });
    expect(decisions()).toHaveLength(2);
  });

  it("a table that cannot be reached fails its records, and nothing is started", async () => {
    const handler = await dispatcher(throughLanes);
    dynamo.refuse = () => ({ status: 400, type: "ResourceNotFoundException" });
    await expect(handler.invoke(objectEvent("a.csv"))).rejects.toThrow(/ETLWORKS_LEDGER/);
    expect(lambda.invocations).toEqual([]);
  });
});

describe("what is asked of lanes by hand", () => {
  it("is answered in JSON, and a dry run changes nothing", async () => {
    const handler = await dispatcher(throughLanes);
    await handler.invoke(queue(objectEvent("a.csv"), objectEvent("b.csv")));
    expect(await handler.invoke({ lanes: true })).toMatchObject({
      lanes: [{ lane: "12345", state: "waiting", waiting: 2, oldest: anyText }],
    });
    const hold = { lane: "12345", do: "hold", why: "the database is full" };
    expect(await handler.invoke({ ...hold, dryRun: true })).toMatchObject({ dryRun: true });
    expect(await handler.invoke({ lanes: true })).toMatchObject({ lanes: [{ state: "waiting" }] });
    expect(await handler.invoke(hold)).toEqual({
      lane: "12345",
      do: "hold",
      dryRun: false,
      held: true,
      running: null,
      waiting: 2,
      dropped: 0,
    });
    expect(await handler.invoke({ lanes: true })).toMatchObject({
      lanes: [{ state: "held", held: { why: "the database is full" } }],
    });
    expect(await handler.invoke({ lane: "12345", do: "drop" })).toMatchObject({ dropped: 2 });
    expect(await handler.invoke({ lane: "12345", do: "resume" })).toMatchObject({ held: false });
    expect(await handler.invoke({ again: { outcomes: ["dropped"] } })).toEqual({
      dryRun: false,
      again: 2,
      lanes: { 12345: 2 },
      outcomes: { dropped: 2 },
      complete: true,
    });
  });

  it.each([
    [{ lane: "1", do: "halt" }, /do: "halt" is not one of hold, resume, drop/],
    [{ lane: "1", do: "hold", dryrun: true }, /dryrun: is not known; did you mean "?dryRun/],
    [{ again: { outcome: ["error"] } }, /again\.outcome: is not known; did you mean "?outcomes/],
    [{ again: { outcomes: ["failed"], since: "yesterday" } }, /no outcome.*again\.since/],
    [{ backfill: { bucket: "b" } }, /backfill\.prefix: must be a string/],
    [{ backfill: { bucket: "b", prefix: "", limit: 0 } }, /backfill\.limit: 0/],
    [{ lanes: true, lane: "x" }, /lane: is not known/],
  ])("%j is refused with a sentence", async (command, sentence) => {
    const handler = await dispatcher(throughLanes);
    await expect(handler.invoke(command)).rejects.toThrow(sentence);
    expect(dynamo.calls).toEqual([]);
  });

  it("a dry run of what came before says that nothing would start", async () => {
    const handler = await dispatcher(throughLanes);
    const asked = { flow: 12345, id: "ticket-4711" };
    expect(await handler.invoke({ ...asked, dryRun: true })).toMatchObject({
      runs: [{ route: "direct", lane: "12345" }],
    });
    expect(await handler.invoke(asked)).toMatchObject({ kind: "delivered" });
    expect(await handler.invoke({ ...asked, dryRun: true })).toEqual({
      dryRun: true,
      runs: [],
      failures: [],
      remarks: ["direct: delivered before, by another copy of the event. It is waiting."],
    });
  });

  it("needs lanes", async () => {
    const handler = await dispatcher(inPlace);
    await expect(handler.invoke({ lanes: true })).rejects.toThrow(/ETLWORKS_LEDGER/);
  });

  it("a sweep wakes what waits, and counts for the alarms", async () => {
    const handler = await dispatcher({ ...throughLanes, ETLWORKS_STACK: "prod" });
    lambda.refuse = () => ({ status: 429, type: "TooManyRequestsException" });
    await handler.invoke(queue(objectEvent("a.csv")));
    lambda.refuse = () => undefined;
    const before = lambda.executions.size;
    await handler.invoke({ sweep: true }).catch(() => {});
    expect(lambda.executions.size).toBe(before + 1);
    expect(handler.lines).toContainEqual(expect.objectContaining({ Stack: "prod", Failures: 1 }));
  });
});

describe("in place", () => {
  it("a busy flow goes back to AWS", async () => {
    await etlworks.close();
    etlworks = await startSandbox({
      flows: [{ id: 12345, name: "slow", runs: [{ runningMs: 60_000 }] }],
    });
    secretsManager.secrets.set("etlworks/key", { text: etlworks.apiKey });
    const handler = await dispatcher(inPlace);
    expect(await handler.invoke(queue(objectEvent("a.csv")))).toEqual({ batchItemFailures: [] });
    expect(await handler.invoke(queue(objectEvent("b.csv")))).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-1" }],
    });
    expect(etlworks.model.runs.length).toBe(1);
  });

  it("a start in doubt goes back to AWS, in time", async () => {
    etlworks.fault({ kind: "hang", when: "before", method: "POST", path: /run$/ });
    const handler = await dispatcher(inPlace);
    const answer = await handler.invoke(queue(objectEvent("a.csv")), { remainingMs: 14_000 });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "message-1" }] });
    expect(handler.output).toContain("not known whether flow 12345 was started");
  });

  it("sends nothing when the invocation has no time left for a start", async () => {
    const handler = await dispatcher(inPlace);
    const answer = await handler.invoke(queue(objectEvent("a.csv")), { remainingMs: 9_500 });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "message-1" }] });
    expect(handler.output).toContain("nothing was sent");
    expect(etlworks.requests).toEqual([]);
  });

  it("a start whose answer was lost is a failure of its record, and no run is taken for it", async () => {
    etlworks.fault({ kind: "reset", when: "after", method: "POST", path: /run$/ });
    const handler = await dispatcher(inPlace);
    expect(await handler.invoke(queue(objectEvent("a.csv")))).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-1" }],
    });
    expect(etlworks.model.runs.length).toBe(1);
    expect(handler.output).toContain("not known whether flow 12345 was started");
  });

  it("of five events whose four first starts a balancer drops, one is acknowledged", async () => {
    etlworks.fault({
      kind: "html",
      when: "before",
      status: 502,
      method: "POST",
      path: /run$/,
      times: 4,
    });
    const handler = await dispatcher(inPlace);
    const five = queue(...[1, 2, 3, 4, 5].map(number => objectEvent(`${number}.csv`)));
    expect(await handler.invoke(five)).toMatchObject({ batchItemFailures: { length: 4 } });
    expect(etlworks.model.runs.length).toBe(1);
  });
});

describe("a direct invoke", () => {
  it.each([
    ["in place", inPlace],
    ["through lanes", throughLanes],
  ])("starts the flow that it names (%s)", async (_how, environment) => {
    const handler = await dispatcher(environment);
    const answer = await handler.invoke({
      flow: 12345,
      parameters: { day: "2026-11-23", limit: 10 },
    });
    expect(answer).toMatchObject({ kind: "delivered" });
    expect(JSON.stringify(answer)).toMatch(/"identity":"direct-/);
    if (environment === inPlace) {
      expect(answer).toMatchObject({
        outcome: { kind: "started", auditId: etlworks.model.runs[0]?.auditId },
      });
      expect(etlworks.model.runs[0]?.parameters).toEqual({ day: "2026-11-23", limit: "10" });
    } else {
      expect(decisions()[0]?.parameters).toEqual({ day: "2026-11-23", limit: "10" });
    }
  });

  it("that fails throws", async () => {
    const handler = await dispatcher(inPlace);
    await expect(handler.invoke({ flow: 99 })).rejects.toThrow(/Flow 99 .*was not found/);
    await expect(handler.invoke({ flow: "x" })).rejects.toThrow(/flow: "x" is not a positive/);
  });
});

describe("the check", () => {
  it("reads the secret and every route's flow in place", async () => {
    const handler = await dispatcher(inPlace);
    expect(await handler.invoke({ check: true })).toMatchObject({
      ok: true,
      flows: { 12345: "flow 12345", 12346: "flow 12346" },
      problems: [],
      lane: "none: flows are started in place and not followed",
      runner: "none",
      routes: { orders: 12345, nightly: 12346 },
    });
    expect(etlworks.model.runs).toEqual([]);
  });

  it("says what is wrong", async () => {
    const handler = await dispatcher({ ...inPlace, ETLWORKS_SECRET_ID: "other" });
    const answer = await handler.invoke({ check: true });
    expect(answer).toMatchObject({
      ok: false,
      problems: [textWith("other"), anyText],
    });
  });

  it("asks the runner, which may read the secret, and says where its answer will be", async () => {
    const handler = await dispatcher(throughLanes);
    const executionArn = `${RUNNER}/durable-execution/check-request-1/1`;
    expect(await handler.invoke({ check: true })).toMatchObject({
      asked: "the runner",
      executionArn,
      next: textWith(executionArn),
      lane: LANE,
      runner: RUNNER,
    });
    expect(lambda.invocations).toMatchObject([
      {
        type: "Event",
        name: "check-request-1",
        payload: '{"check":true,"flows":[12345,12346]}',
      },
    ]);
    lambda.refuse = () => ({ status: 403, type: "AccessDeniedException" });
    expect(await handler.invoke({ check: true })).toMatchObject({
      ok: false,
      problems: [textWith("lambda:InvokeFunction")],
    });
    dynamo.refuse = () => ({ status: 400, type: "ResourceNotFoundException" });
    expect(await handler.invoke({ check: true })).toMatchObject({
      ok: false,
      problems: [textWith("ETLWORKS_LEDGER")],
    });
  });

  it("needs the runner's ARN, where there are lanes", async () => {
    const handler = await dispatcher({ ...throughLanes, ETLWORKS_RUNNER: "" });
    expect(await handler.invoke({ check: true })).toMatchObject({
      ok: false,
      flows: {},
      problems: [textWith("Set ETLWORKS_RUNNER")],
    });
    expect(lambda.invocations).toEqual([]);
  });
});

describe("the lanes of a flow", () => {
  it("are told to each decision of it, where one of its routes has several", async () => {
    const [orders, nightly] = routes;
    const text = JSON.stringify([
      { ...orders, lane: "{dirname}" },
      { ...orders, name: "again" },
      nightly,
    ]);
    const s3 = await startS3();
    onTestFinished(() => s3.close());
    for (const key of ["in/a.csv", "in/b.csv", "out/c.csv"])
      s3.objects.set(`landing/${key}`, "a,b");
    const handler = await dispatcher({
      ...throughLanes,
      AWS_ENDPOINT_URL_S3: s3.origin,
      ETLWORKS_ROUTES: text,
    });
    await handler.invoke(objectEvent("in/a.csv"));
    await handler.invoke({ flow: 12345 });
    await handler.invoke({ flow: 12346 });
    expect(await handler.invoke({ backfill: { bucket: "landing", prefix: "in/" } })).toMatchObject({
      objects: 2,
      delivered: 2,
      known: 2,
      complete: true,
    });
    const shared = decisions().map(
      ({ route, flow, policy }) => `${route} of ${flow}: ${policy.sharedFlow}`,
    );
    expect(shared.toSorted()).toEqual([
      "again of 12345: true",
      "again of 12345: true",
      "direct of 12345: true",
      "direct of 12346: undefined",
      "orders of 12345: true",
      "orders of 12345: true",
    ]);
  });
});

describe("the environment", () => {
  const route = routes[0];
  it.each([
    ["not JSON", "[{", /not JSON/],
    ["an unknown field", JSON.stringify([{ ...route, wehn: {} }]), /routes\[0\]\.wehn/],
    ["no flow", JSON.stringify([{ ...route, flow: "12345" }]), /routes\[0\]\.flow/],
    [
      "a wrong pattern",
      JSON.stringify([{ ...route, when: { source: "aws.s3" } }]),
      /routes\[0\]\.when\.source/,
    ],
    [
      "a wrong policy",
      JSON.stringify([{ ...route, ifRunning: "whatever" }]),
      /routes\[0\]\.ifRunning/,
    ],
    [
      "a wrong duration",
      JSON.stringify([{ ...route, timeout: "2 hours" }]),
      /routes\[0\]\.timeout/,
    ],
    [
      "a wrong template",
      JSON.stringify([{ ...route, parameters: { file: "{key" } }]),
      /routes\[0\]\.parameters\.file/,
    ],
    ["a name twice", JSON.stringify([route, route]), /routes\[1\]\.name/],
  ])("routes with %s are refused with a path", async (_what, text, sentence) => {
    const handler = await dispatcher({ ...throughLanes, ETLWORKS_ROUTES: text });
    await expect(handler.invoke(objectEvent("a.csv"))).rejects.toThrow(sentence);
    expect(dynamo.calls).toEqual([]);
  });

  it.each([
    [{ ...throughLanes, ETLWORKS_LANE: "lane" }, /ETLWORKS_LANE is not the ARN of a function/],
    [{ ...throughLanes, ETLWORKS_RUNNER: RUNNER.replace(":live", "") }, /version at its end/],
    [{ ETLWORKS_LANE: LANE }, /Lanes need both/],
    [{ ETLWORKS_LEDGER: "ledger" }, /Lanes need both ETLWORKS_LEDGER .* and ETLWORKS_LANE/],
    [{ ETLWORKS_RUNNER: RUNNER }, /Lanes need both/],
    [{ ...throughLanes, ETLWORKS_MANIFESTS: "bucket/folder" }, /such as s3:\/\/bucket\/folder/],
    [
      { ...inPlace, ETLWORKS_BASE_URL: "http://etl.example.com" },
      /http would send the key unencrypted/,
    ],
    [
      { ...inPlace, ETLWORKS_EVENTBUS: "finished" },
      /^ETLWORKS_EVENTBUS is not known, did you mean/,
    ],
    [{ ...throughLanes, ETLWORKS_LANE: RUNNER }, /ETLWORKS_LANE and ETLWORKS_RUNNER name one/],
    [{ ...inPlace, ETLWORKS_BASE_URL: " " }, /ETLWORKS_BASE_URL is set and empty/],
    [{ ...inPlace, ETLWORKS_LOG_PARAMETERS: "yes" }, /ETLWORKS_LOG_PARAMETERS is neither/],
    [{ ...inPlace, ETLWORKS_ROUTES_FILE: "r.json" }, /Remove one of them/],
    [{ ...inPlace, ETLWORKS_ROUTES: "" }, /Put routes.json beside the handler/],
    [
      { ...inPlace, ETLWORKS_ROUTES: "", ETLWORKS_ROUTES_FILE: "key-in-the-wrong-place" },
      /^There are no routes: ENOENT: no such file or directory\. Put/,
    ],
    [{}, /ETLWORKS_SECRET_ID is not set/],
    [{ ...inPlace, ETLWORKS_RUN_QUERY: "a=1#x" }, /ETLWORKS_RUN_QUERY: it has a "#"/],
    [{ ...inPlace, ETLWORKS_REQUEST_HEADERS: "X-Gate" }, /ETLWORKS_REQUEST_HEADERS: line 1/],
    [
      { ...inPlace, ETLWORKS_REQUEST_HEADERS: "Authorization: x" },
      /ETLWORKS_REQUEST_HEADERS: line 1 sets "Authorization"/,
    ],
    [
      { ...throughLanes, ETLWORKS_LEDGER: "a table" },
      /ETLWORKS_LEDGER is not the name of a DynamoDB table/,
    ],
    [{ ...throughLanes, ETLWORKS_LANE: "lane" }, /ETLWORKS_LANE is not the ARN of a function/],
    [{ ...throughLanes, ETLWORKS_MANIFESTS: "bucket" }, /ETLWORKS_MANIFESTS is not a place/],
    [{ ...throughLanes, ETLWORKS_EVENT_BUS: "my bus" }, /ETLWORKS_EVENT_BUS is not the name/],
  ])("%j is refused with a sentence", async (environment, sentence) => {
    const handler = await dispatcher(environment);
    await expect(handler.invoke(objectEvent("a.csv"))).rejects.toThrow(sentence);
  });

  it("has what a route needs, or the route is refused", async () => {
    const text = JSON.stringify([
      { ...route, parameters: { list: "{batch.manifest}" }, batch: {} },
    ]);
    const withList = { ...throughLanes, ETLWORKS_ROUTES: text };
    for (const blank of ["", "  "]) {
      const handler = await dispatcher({ ...withList, ETLWORKS_MANIFESTS: blank });
      await expect(handler.invoke(objectEvent("a.csv"))).rejects.toThrow("set ETLWORKS_MANIFESTS");
    }
    const handler = await dispatcher({ ...withList, ETLWORKS_MANIFESTS: "s3://lists/orders" });
    await handler.invoke(objectEvent("a.csv"));
    expect(decisions()).toHaveLength(1);
  });

  it("shows parameter values in the log only when asked to", async () => {
    const quiet = await dispatcher(throughLanes);
    await quiet.invoke(objectEvent("secret-customer.csv"));
    expect(quiet.output).not.toContain("secret-customer");
    const loud = await dispatcher({ ...throughLanes, ETLWORKS_LOG_PARAMETERS: "true" });
    await loud.invoke(objectEvent("secret-customer.csv"));
    expect(loud.output).toContain("secret-customer");
  });
});

/** The sum of a metric over all of its lines. */
function metric(handler: BuiltHandler, name: string): number {
  return handler.lines
    .filter(line => "_aws" in line)
    .reduce((sum, line) => sum + (typeof line[name] === "number" ? line[name] : 0), 0);
}
