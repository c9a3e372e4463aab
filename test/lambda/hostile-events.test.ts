import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requestOf } from "../../lambda/follow/run-order.ts";
import { readEntryItem } from "../../lambda/lanes/ledger/table-items.ts";
import { textField } from "../../shared/json-fields.ts";
import { computingMs } from "../computing-time.ts";
import { type BuiltHandler, importHandler } from "./stand-ins/built-handler.ts";
import { plainItem } from "./stand-ins/dynamo-expressions.ts";
import { type DynamoDb, startDynamoDb } from "./stand-ins/dynamodb.ts";
import { type LambdaInvoke, startLambdaInvoke } from "./stand-ins/lambda-invoke.ts";
import { anyText } from "./stand-ins/matchers.ts";
import { type Bundles, FROM_SOURCES, sharedBundles } from "./stand-ins/shared-bundles.ts";

/** Events and commands as careless or hostile people send them, through the built dispatcher. */

const routes = [
  {
    name: "orders",
    when: { source: ["aws.s3"] },
    flow: 12345,
    parameters: { file: "{key}" },
  },
  {
    name: "own",
    when: { source: ["etlworks.dispatcher"], detail: { want: [{ exists: true }] } },
    flow: 12346,
    parameters: { want: "{detail.want}" },
  },
  {
    name: "files",
    when: { source: ["com.example.files"] },
    flow: 12347,
    lane: "{detail.folder}",
  },
  { name: "shop", when: { source: ["com.example.shop"] }, flow: 12347 },
];

let bundles: Bundles;
let lambda: LambdaInvoke;
let dynamo: DynamoDb;
let handler: BuiltHandler;

beforeAll(async () => {
  bundles = await sharedBundles();
});
beforeEach(async () => {
  [lambda, dynamo] = await Promise.all([startLambdaInvoke(), startDynamoDb()]);
  handler = await importHandler(bundles, "dispatcher", {
    AWS_ENDPOINT_URL_LAMBDA: lambda.origin,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.origin,
    // Knows no buckets.
    AWS_ENDPOINT_URL_S3: dynamo.origin,
    ETLWORKS_BASE_URL: "https://etl.example.com",
    ETLWORKS_LEDGER: "ledger",
    ETLWORKS_LANE: "arn:aws:lambda:eu-central-1:123456789012:function:lane:live",
    ETLWORKS_RUNNER: "arn:aws:lambda:eu-central-1:123456789012:function:runner:live",
    ETLWORKS_ROUTES: JSON.stringify(routes),
  });
});
afterEach(() => Promise.all([lambda.close(), dynamo.close()]));

const object = {
  source: "aws.s3",
  "detail-type": "Object Created",
  id: "event-1",
  detail: { bucket: { name: "landing" }, object: { key: "a.csv", size: 9, "version-id": "v1" } },
};

function queueOf(...events: readonly object[]): object {
  return queue(...events.map(event => JSON.stringify(event)));
}

function queue(...bodies: readonly string[]): object {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `message-${index + 1}`,
      eventSource: "aws:sqs",
      body,
    })),
  };
}

function expectNothingStarted(): void {
  expect([...dynamo.items.keys()]).toEqual([]);
  expect(lambda.invocations).toEqual([]);
}

describe("a number that JSON cannot keep", () => {
  it.each([
    ['{"want": 1e400}', /send it as a string/],
    ['{"want": -1e400}', /send it as a string/],
    ['{"want": 9007199254740993}', /send it as a string/],
    ['{"want": 1e-400}', /send it as a string/],
    ['{"want": -1e-400}', /send it as a string/],
    ['{"flow": 12345, "parameters": {"a": 1e-400}}', /parameters\.a: is too small a number/],
    ['{"flow": 12345, "id": 1e-400}', /id: is too small a number/],
    ['{"flow": 12345.00000000000000001}', /flow: 12345 is not a positive whole number/],
    ['{"flow": 12345, "parameters": {"a": 1e999}}', /parameters\.a: is too large a number/],
    ['{"flow": 12345, "id": 9007199254740993}', /id: is too large a number/],
    ['{"flow": 12345, "id": 1e999}', /id: is too large a number/],
    ['{"flow": 12345, "force": 9007199254740993}', /force: is too large a number/],
  ])("%s goes back", async (body, sentence) => {
    expect(await handler.invoke(queue(body))).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-1" }],
    });
    expect(handler.output).toMatch(sentence);
    expectNothingStarted();
  });
});

describe("a number in a message", () => {
  it.each([
    ["0.1234567890123456789", "0.1234567890123456789"],
    ["0.10000000000000001", "0.10000000000000001"],
    ["-0", "-0"],
    ["1.50", "1.5"],
  ])("goes to the flow exactly: %s", async (written, text) => {
    const body = `{"flow": 12345, "parameters": {"a": ${written}}}`;
    expect(await handler.invoke(queue(body))).toEqual({ batchItemFailures: [] });
    const [entry] = [...dynamo.items].filter(([key]) => key.startsWith("E#"));
    const { decision } = readEntryItem(plainItem(entry?.[1] ?? {}));
    expect(decision.parameters).toEqual({ a: text });
  });
});

describe("a placeholder that no schedule filled", () => {
  const place = "<aws.scheduler.execution-id>";
  it.each([
    { force: place, event: object },
    { force: `again ${place}`, event: { flow: 12345 } },
    { ...object, id: place },
    { source: "com.example.shop", "detail-type": "x", id: place, detail: {} },
    { source: "com.example.shop", "detail-type": "x", time: place, detail: {} },
    { force: "again", event: { flow: 12345, id: place } },
  ])("is refused, since it would be one event for ever: %j", async event => {
    await expect(handler.invoke(event)).rejects.toThrow(/placeholder.* not replaced/);
    expect(await handler.invoke(queue(JSON.stringify(event)))).toMatchObject({
      batchItemFailures: { length: 1 },
    });
    expectNothingStarted();
  });

  it("may stand in the detail, which may tell of a schedule that somebody made", async () => {
    const event = { source: "com.example.shop", "detail-type": "x", id: "1", detail: { place } };
    expect(await handler.invoke(event)).toMatchObject({ delivered: [anyText] });
  });
});

describe("no log line holds a value", () => {
  it.each([
    '{"flow": 12345, "parameters": {"a": "hunter2",}}',
    "hunter2",
    '{"a": "hunter2" "b": 1}',
  ])("of a message that is not JSON: %s", async body => {
    expect(await handler.invoke(queue(body))).toMatchObject({ batchItemFailures: { length: 1 } });
    expect(handler.output).toContain("is not JSON");
    expect(handler.output).not.toContain("unter2");
  });

  it("of a key that is not well encoded", async () => {
    const record = {
      eventSource: "aws:s3",
      eventName: "ObjectCreated:Put",
      s3: { bucket: { name: "landing" }, object: { key: "hunter2%zz", size: 1, sequencer: "1" } },
    };
    expect(await handler.invoke({ Records: [record] })).toMatchObject({ delivered: [anyText] });
    expect(handler.output).toContain("not well percent-encoded");
    expect(handler.output).not.toContain("hunter2");
  });
});

describe("a dry run", () => {
  it.each([
    [{ flow: 12345, parameters: { a: "hunter2" } }, ["direct", 12345, "12345", ["a"]]],
    [{ force: "again", event: object }, ["orders", 12345, "12345", ["file"]]],
    [{ force: "again", event: { flow: 7 } }, ["direct", 7, "7", []]],
    // Of an event as AWS sends it, which a person has copied.
    [object, ["orders", 12345, "12345", ["file"]]],
    [queueOf(object, object), ["orders", 12345, "12345", ["file"]]],
  ])("of %j tells what would start, and starts nothing", async (event, expected) => {
    const [route, flow, lane, parameters] = expected;
    expect(await handler.invoke({ ...event, dryRun: true })).toEqual({
      dryRun: true,
      runs: [{ route, flow, lane, identity: anyText, parameters }],
      failures: [],
    });
    expectNothingStarted();
    expect(handler.output).not.toContain("Delivered");
    await handler.invoke({ ...event, dryRun: false });
    expect(lambda.invocations).toHaveLength(1);
  });

  it("has the identity under which the event is delivered", async () => {
    const dry = await handler.invoke({ flow: 12345, id: "x", dryRun: true });
    const identity = textField(await handler.invoke({ flow: 12345, id: "x" }), "identity");
    expect(dry).toMatchObject({ runs: [{ identity }] });
  });

  it("is refused when it is neither true nor false, and in a message, where nobody reads the answer", async () => {
    const event = { flow: 12345, dryRun: "yes" };
    await expect(handler.invoke(event)).rejects.toThrow(/dryRun must be true or false/);
    const message = JSON.stringify({ flow: 12345, dryRun: true });
    expect(await handler.invoke(queue(message))).toMatchObject({
      batchItemFailures: { length: 1 },
    });
    expectNothingStarted();
  });

  it("tells mistakes as the invoke would", async () => {
    const event = { flow: 0, dryRun: true };
    await expect(handler.invoke(event)).rejects.toThrow(/flow: 0 is not a positive whole number/);
  });

  it("cuts a long sentence without halving a character", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `${index}${"😀".repeat(500)}`);
    const parameters = Object.fromEntries(names.map(name => [name, null]));
    for (const event of [
      { flow: 12345, parameters },
      { flow: 12345, parameters, dryRun: true },
    ]) {
      for (const before of ["", "a"]) {
        const invoked = handler.invoke({ ...event, [`unknown${before}`]: 1 });
        await expect(invoked).rejects.toSatisfy(
          error => error instanceof Error && error.message.isWellFormed(),
        );
        await expect(invoked).rejects.toThrow(/… \(\d+ characters\)$/);
      }
    }
  });

  it("of a check is a check", async () => {
    expect(await handler.invoke({ check: true, dryRun: true })).toMatchObject({
      routes: { orders: 12345 },
    });
  });
});

describe("a flow that runs in several lanes", () => {
  it.each([
    [{ flow: 12347 }, "never"],
    [{ source: "com.example.shop", "detail-type": "x", id: "1", detail: {} }, "never"],
    // A folder may be called as the lane of the flow.
    [
      { source: "com.example.files", "detail-type": "x", id: "1", detail: { folder: "12347" } },
      "never",
    ],
    [object, "strict"],
  ])("takes no run of another lane for its own: %j", async (event, adoption) => {
    await handler.invoke(event);
    const [entry] = [...dynamo.items].filter(([key]) => key.startsWith("E#"));
    const { decision } = readEntryItem(plainItem(entry?.[1] ?? {}));
    const { flow, lane } = decision;
    expect(lane).toBe(String(flow));
    expect(requestOf(decision, {}, { runQuery: "", lane })).toMatchObject({ adoption });
  });
});

describe("a command", () => {
  it.each(["hold", "resume", "drop"])("to %s a lane that nobody knows is refused", async word => {
    for (const dryRun of [true, false]) {
      await expect(handler.invoke({ lane: "12354", do: word, dryRun })).rejects.toThrow(
        /No such lane is known: "12354"\. The nearest names are "12345"/,
      );
    }
    expectNothingStarted();
  });

  it("shows the beginning of a long name, and no half character", async () => {
    const lane = `${"x".repeat(199)}${"😀".repeat(10)}`;
    await expect(handler.invoke({ lane, do: "hold" })).rejects.toThrow(
      `No such lane is known: "${"x".repeat(199)}… (219 characters)". The nearest`,
    );
  });

  it("may hold the lane of a route's flow before its first event", async () => {
    expect(await handler.invoke({ lane: "12346", do: "hold" })).toMatchObject({ held: true });
  });

  it("knows a lane that events came for", async () => {
    await handler.invoke({ flow: 99, id: "x" });
    expect(await handler.invoke({ lane: "99", do: "hold" })).toMatchObject({ held: true });
  });

  it.each([
    [{ again: true }, /again is refused: write \{"again"/],
    [{ again: [], dryRun: true }, /again is refused: write/],
    [{ backfill: "landing" }, /backfill is refused: write/],
    [{ lanes: 1 }, /lanes is refused: write \{"lanes": true\}/],
    [{ check: false }, /check is refused: write \{"check": true\}/],
    [{ do: "hold" }, /lane: must be a string/],
    [{ lane: "12345", do: 1 }, /do: 1 is not one of hold, resume, drop/],
  ])("with a mistake is not taken for an event: %j", async (command, sentence) => {
    await expect(handler.invoke(command)).rejects.toThrow(sentence);
    expectNothingStarted();
  });
});

describe("what the ledger could not read back", () => {
  it.each(["why", "by"])("is refused: a hold with a long %s", async name => {
    const hold = { lane: "12345", do: "hold", [name]: "y".repeat(1_001) };
    await expect(handler.invoke(hold)).rejects.toThrow(`${name}: must have at most 1000`);
    expectNothingStarted();
  });
});

it("takes records for records, whatever stands beside them", async () => {
  const record = {
    eventSource: "aws:s3",
    eventName: "ObjectCreated:Put",
    s3: { bucket: { name: "landing" }, object: { key: "a.csv", size: 1, sequencer: "1" } },
  };
  expect(await handler.invoke({ Event: "s3:TestEvent", Records: [record] })).toMatchObject({
    delivered: [anyText],
  });
});

it("says what to do when a backfill cannot list its bucket", async () => {
  await expect(handler.invoke({ backfill: { bucket: "landing", prefix: "" } })).rejects.toThrow(
    /The bucket landing could not be listed .*s3:ListBucketVersions/s,
  );
});

// The sources of a mutation run ask before each step whether it is changed.
describe.skipIf(FROM_SOURCES)("a poison message", () => {
  const unknown = (names: readonly string[]) => ({
    flow: 12345,
    ...Object.fromEntries(names.map(name => [name, 1])),
  });
  const again = (outcomes: readonly string[]) => ({ again: { outcomes } });
  it.each([
    [
      "with thousands of unknown fields",
      unknown(Array.from({ length: 20_000 }, (_, index) => `f${index}`)),
    ],
    ["with a long unknown field", unknown(["y".repeat(200_000)])],
    ["that looks like a command, with a long outcome", again(["y".repeat(500_000)])],
    ["with thousands of unknown outcomes", again(Array(20_000).fill("unkown-outcome"))],
    ["with thousands that look like commands", Array(5_000).fill(again(["unkown-outcome"]))],
    [
      "with thousands of events with mistakes",
      Array(2_000).fill(unknown(Array.from({ length: 20 }, (_, index) => `unknown-${index}`))),
    ],
  ])("%s takes no time from its neighbours", async (_case, event) => {
    const poison = JSON.stringify(event);
    const poisons = Array.from({ length: 9 }, () => poison);
    const used = await computingMs(async () => {
      const reply = await handler.invoke(queue(...poisons, JSON.stringify(object)));
      expect(reply).toMatchObject({ batchItemFailures: { length: 9 } });
    });
    expect(used).toBeLessThan(4_000);
    expect(lambda.invocations).toHaveLength(1);
  });
});
