import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readInvocation } from "../../lambda/events/invocation.ts";
import { eventIdentity, runIdentity } from "../../lambda/identity.ts";
import type { RouteResult } from "../../lambda/routes/route.ts";
import { matchRoutes, parseRoutes } from "../../lambda/routes/routes.ts";
import { createTimeBudget } from "../../lambda/routes/time-budget.ts";
import { isObject } from "../../shared/json.ts";
import { WRAPS, wrapped } from "./events/wraps.ts";

const EVENTS = join(import.meta.dirname, "samples");
const ROUTE = {
  name: "orders",
  when: { source: [{ exists: true }] },
  flow: 12345,
  parameters: { what: "{detail-type}" },
};

function load(name: string): object {
  return parseObject(readFileSync(join(EVENTS, `${name}.json`), "utf8"));
}

function parseObject(text: string): object {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error("not an object");
  return value;
}

const BUDGET = createTimeBudget(60_000, () => performance.now());

type Run = Extract<RouteResult, { kind: "run" }>;

/** The runs that an event asks for. */
function runsOf(event: unknown, invocationId = "request-1", route: object = {}): Run[] {
  const routes = parseRoutes([{ ...ROUTE, ...route }]);
  const invocation = readInvocation(event, invocationId);
  if (invocation.kind !== "records") return [];
  return invocation.records
    .flatMap(record => (record.kind === "triggers" ? record.triggers : []))
    .flatMap(trigger => matchRoutes(routes, trigger, BUDGET))
    .flatMap(decision => (decision.kind === "run" ? [decision] : []));
}

function nameOf(event: unknown, invocationId?: string, route?: object): string | undefined {
  return runsOf(event, invocationId, route)[0]?.identity;
}

function namesOf(...events: readonly unknown[]): readonly (string | undefined)[] {
  return events.map((event, index) => nameOf(event, `request-${index}`));
}

interface S3Fields {
  readonly record?: object;
  readonly object?: object;
}

function s3({ record = {}, object = {} }: S3Fields = {}): unknown {
  const s3Object = { key: "k", size: 1, sequencer: "01", ...object };
  const base = { eventSource: "aws:s3", eventName: "ObjectCreated:Put" };
  return { Records: [{ ...base, ...record, s3: { bucket: { name: "b" }, object: s3Object } }] };
}

function eventBridge(object: object, more: object = {}): unknown {
  const detail = { bucket: { name: "b" }, object: { key: "k", size: 1, ...object } };
  return { id: "1", source: "aws.s3", "detail-type": "Object Created", detail, ...more };
}

function queued(body: unknown, messageId = "m"): unknown {
  return { Records: [{ eventSource: "aws:sqs", messageId, body: JSON.stringify(body) }] };
}

describe("the identity of a run", () => {
  it("is a short word that says which route it is of", () => {
    for (const name of ["orders", "Ordnerüberwachung täglich", "a/b c.d", "x".repeat(64), "…"]) {
      const run = nameOf(load("s3"), "r", { name });
      expect(run).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    }
    expect(nameOf(load("s3"))).toMatch(/^orders-[\w-]{43}$/);
  });

  it("is pinned, since a change of its recipe would run everything in flight once more", () => {
    expect(nameOf(load("s3"))).toBe("orders-Kiv7CmzMQghprwOnoIud2gc4Y5LadxaKBmtU31-q55I");
  });

  it("is one for one object version, by every path and at every attempt", () => {
    const paths = ["s3", "s3-sns", "s3-sqs", "s3-sns-sqs", "s3-sns-sqs-raw"];
    const runs = paths.flatMap((path, index) => runsOf(load(path), `request-${index}`));
    expect(runs).toHaveLength(paths.length);
    // Not only the identity: the ledger's entry is the same, whichever copy came first.
    expect(new Set(runs.map(run => JSON.stringify(run))).size).toBe(1);
  });

  it("is the same for the notification and the EventBridge event of one upload", () => {
    const other = { id: "another", time: "later", region: "r", account: "a" };
    expect(nameOf(s3())).toBe(nameOf(eventBridge({ sequencer: "01" }, other)));
    expect(nameOf(s3({ object: { versionId: "v" } }))).toBe(
      nameOf(eventBridge({ sequencer: "01", "version-id": "v" })),
    );
  });

  it("does not change with what differs between copies of a notification", () => {
    const copy = {
      eventTime: "2026-11-23T11:11:11Z",
      responseElements: { "x-amz-request-id": "2" },
    };
    expect(nameOf(s3({ record: copy }), "other")).toBe(nameOf(s3()));
  });

  it("is another for another version, key, bucket, kind of event, route and flow", () => {
    const events = [
      s3(),
      s3({ object: { sequencer: "02" } }),
      s3({ object: { versionId: "v1" } }),
      s3({ object: { versionId: "v2" } }),
      s3({ object: { key: "k2" } }),
      s3({ record: { eventName: "ObjectRemoved:Delete" } }),
      { event: s3(), force: "1" },
      { event: s3(), force: "2" },
    ];
    const names = events.map(event => nameOf(event));
    names.push(nameOf(s3(), "r", { name: "other" }), nameOf(s3(), "r", { flow: 2 }));
    expect(names).not.toContain(undefined);
    expect(new Set(names).size).toBe(names.length);
  });

  it("is that of the word and the content where somebody forces what has no id", () => {
    // Written by hand, as in examples/lambda/run-again.json: the AWS CLI may send it twice.
    const bare = { eventSource: "aws:s3", eventName: "ObjectCreated:Put" };
    const upload = (key: string) => ({
      Records: [{ ...bare, s3: { bucket: { name: "b" }, object: { key } } }],
    });
    for (const event of [upload("a.csv"), { refresh: "customers" }]) {
      const forced = nameOf({ force: "again-1", event }, "a");
      expect(forced).toBeDefined();
      expect(nameOf({ force: "again-1", event }, "b")).toBe(forced);
      expect(nameOf({ force: "again-2", event }, "b")).not.toBe(forced);
    }
    expect(nameOf({ force: "again-1", event: upload("b.csv") }, "a")).not.toBe(
      nameOf({ force: "again-1", event: upload("a.csv") }, "a"),
    );
  });

  it("is one for a delete marker that is made and another for it when it is removed", () => {
    const deleted = (action: string) =>
      s3({ record: { eventName: `ObjectRemoved:${action}` }, object: { versionId: "m" } });
    const made = nameOf(deleted("DeleteMarkerCreated"));
    const removed = nameOf(deleted("Delete"));
    expect(made).not.toBe(removed);
    expect(made).toBe(
      nameOf({
        id: "1",
        source: "aws.s3",
        "detail-type": "Object Deleted",
        detail: {
          bucket: { name: "b" },
          object: { key: "k", "version-id": "m" },
          "deletion-type": "Delete Marker Created",
        },
      }),
    );
  });

  it("takes the sequencer where versioning is suspended: every version is called null there", () => {
    const upload = (sequencer: string) => s3({ object: { versionId: "null", sequencer } });
    expect(nameOf(upload("01"))).not.toBe(nameOf(upload("02")));
    expect(nameOf(upload("01"))).toBe(nameOf(s3()));
  });

  it("takes the etag when there is nothing better, and the event's id when there is nothing", () => {
    const bare = (object: object) => eventBridge(object);
    expect(nameOf(bare({ etag: "1" }))).not.toBe(nameOf(bare({ etag: "2" })));
    expect(nameOf(eventBridge({}, { id: "1" }))).not.toBe(nameOf(eventBridge({}, { id: "2" })));
    expect(nameOf(eventBridge({ etag: "1" }, { id: "2" }))).toBe(nameOf(bare({ etag: "1" })));
  });

  it("knows a sequencer in any spelling of its number", () => {
    const upload = (sequencer: string) => s3({ object: { sequencer } });
    const names = namesOf(
      upload("0055AED6DCD90281E5"),
      upload("55aed6dcd90281e5"),
      eventBridge({ sequencer: "55AED6DCD90281E5" }),
      eventBridge({ sequencer: "000055aed6dcd90281e5", "version-id": "null" }),
    );
    expect(new Set(names).size).toBe(1);
    const others = ["0", "00", "55AED6DCD90281E50", "x55", "X55", "0x55", ""].map(upload);
    expect(new Set(namesOf(...others)).size).toBe(others.length - 1);
  });

  it("keeps uploads of the same content apart that are known by their etag and their request", () => {
    const upload = (request: string) =>
      s3({
        object: { sequencer: undefined, eTag: "e" },
        record: { responseElements: { "x-amz-request-id": request } },
      });
    const detail = {
      bucket: { name: "b" },
      object: { key: "k", etag: "e" },
      "request-id": "1",
    };
    expect(nameOf(upload("1"))).not.toBe(nameOf(upload("2")));
    expect(nameOf(upload("1"))).toBe(nameOf(eventBridge({}, { detail })));
  });

  it("keeps two changes of one version's tags apart", () => {
    const tags = (id: string) =>
      eventBridge({ "version-id": "v" }, { id, "detail-type": "Object Tags Added" });
    expect(nameOf(tags("1"))).not.toBe(nameOf(tags("2")));
    expect(nameOf(tags("1"))).toBe(nameOf(tags("1"), "other"));
  });

  it("of any other event follows its id", () => {
    const event = (id: string) => ({ id, source: "s", "detail-type": "t", detail: {} });
    expect(nameOf(event("1"), "a")).toBe(nameOf(event("1"), "b"));
    expect(nameOf(queued(event("1")))).toBe(nameOf(event("1")));
    expect(nameOf(event("1"))).not.toBe(nameOf(event("2")));
  });

  it("of a queue's own message follows the message's id, however often it is received", () => {
    expect(nameOf(queued({ a: 1 }, "m1"), "a")).toBe(nameOf(queued({ a: 1 }, "m1"), "b"));
    expect(nameOf(queued({ a: 1 }, "m1"))).not.toBe(nameOf(queued({ a: 1 }, "m2")));
  });

  it("of a schedule follows its ARN and time, not the attempt", () => {
    const attempt = (id: string, more: object = {}) => ({ ...load("scheduler"), id, ...more });
    expect(nameOf(attempt("1"))).toBe(nameOf(attempt("2")));
    expect(nameOf(attempt("1", { time: "2026-11-24T10:00:00Z" }))).not.toBe(nameOf(attempt("1")));
    expect(nameOf(load("scheduler-input"), "a")).toBe(nameOf(load("scheduler-input"), "b"));
  });

  it.each(["nightly", "02:00", "2026-11-23", "rate(1 day)", " "])(
    "of a schedule whose time is no moment (%s) follows the invocation",
    scheduledTime => {
      const event = { scheduleArn: "arn:schedule", scheduledTime };
      expect(nameOf(event, "request-1")).not.toBe(nameOf(event, "request-2"));
      expect(nameOf(event, "request-1")).toBe(nameOf(event, "request-1"));
    },
  );

  it("of an event without any identity follows the invocation, which AWS keeps when it retries", () => {
    expect(nameOf({ a: 1 }, "request-1")).toBe(nameOf({ a: 1 }, "request-1"));
    expect(nameOf({ a: 1 }, "request-1")).not.toBe(nameOf({ a: 1 }, "request-2"));
  });

  it("is one, whatever the event comes in, however deep and however often", () => {
    const schedule = { scheduleArn: "arn:schedule", scheduledTime: "2026-11-23T10:00:00Z" };
    const cloudEvent = { specversion: "1.0", type: "order", source: "/shop", id: "1" };
    const events = [
      [s3({ object: { versionId: "v" } }), eventBridge({ "version-id": "v" }, { id: "2" })],
      [s3({ object: { sequencer: "00AB" } }), eventBridge({ sequencer: "ab" }, { id: "2" })],
      [{ id: "1", source: "s", "detail-type": "t", detail: {} }],
      [
        { ...load("scheduler"), id: "1" },
        { ...load("scheduler"), id: "2" },
      ],
      [schedule, { ...schedule, attempt: 2 }],
      [cloudEvent],
    ];
    const ways = fc.array(fc.constantFrom(...Object.keys(WRAPS).filter(isNoForce)), {
      maxLength: 4,
    });
    const deliveries = fc.array(fc.tuple(fc.nat(), ways, fc.string()), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.constantFrom(...events), deliveries, (copies, delivered) => {
        const names = delivered.flatMap(([copy, wraps, invocationId]) => {
          const event = wraps.reduce(wrapped, copies[copy % copies.length]);
          return runsOf(event, invocationId).map(({ identity }) => identity);
        });
        expect(names).toHaveLength(delivered.length);
        expect(new Set(names).size).toBe(1);
      }),
      { numRuns: 2_000 },
    );
  });

  it("never meets another's by accident of its parts", () => {
    const text = fc.string({ unit: fc.constantFrom("a", '"', ",", "|", "\\"), maxLength: 3 });
    const dependencies = fc.tuple(text, text, text, text);
    const run = ([route, bucket, key, version]: readonly [string, string, string, string]) => {
      const origin = { source: "s", detailType: "t", bucket, key, version };
      const event = { origin, identity: eventIdentity(origin) };
      return runIdentity({ route: `r${route}`, flow: 1, event }).slice(-43);
    };
    fc.assert(
      fc.property(dependencies, dependencies, (one, other) => {
        expect(run(one) === run(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  const kafka = {
    eventSource: "aws:kafka",
    eventSourceArn: "arn:kafka",
    topic: "orders",
    partition: 3,
    offset: 17,
    timestamp: 1_700_000_000_000,
  };
  const { eventSourceArn: _, ...elsewhere } = kafka;
  const rabbit = {
    eventSource: "aws:rmq",
    eventSourceArn: "arn:rabbit",
    eventSourceKey: "orders::/",
    basicProperties: { messageId: "1" },
  };
  const kinesis = { eventSource: "aws:kinesis", eventSourceARN: "arn:k", sequenceNumber: "49" };
  const table = {
    eventSource: "aws:dynamodb",
    eventSourceARN: "arn:t",
    dynamodb: { SequenceNumber: "111" },
  };

  it.each([
    ["Kafka", kafka, kafka],
    ["Kafka, whose numbers a transformer made texts", kafka, { ...kafka, partition: "3" }],
    ["Kafka, likewise", kafka, { ...kafka, offset: "17", timestamp: "1700000000000" }],
    [
      "Kafka, whose servers are listed in another order",
      { ...elsewhere, bootstrapServers: "b:9092,a:9092" },
      { ...elsewhere, bootstrapServers: "a:9092,b:9092" },
    ],
    ["RabbitMQ", rabbit, { ...rabbit, redelivered: true }],
    ["Kinesis without an event's id", kinesis, kinesis],
    ["DynamoDB without an event's id", table, { ...table, eventName: "INSERT" }],
  ])("of a pipe's record is the same at each attempt: %s", (_source, one, other) => {
    expect(nameOf([one], "a")).toBe(nameOf([other], "b"));
  });

  it.each([kafka, rabbit, kinesis, table])("of a pipe's record is the same in a queue: %j", one => {
    const body = JSON.stringify(one);
    const inQueue = { Records: [{ eventSource: "aws:sqs", messageId: "m", body }] };
    expect(nameOf(inQueue, "b")).toBe(nameOf([one], "a"));
  });

  it.each([
    ["another offset", kafka, { ...kafka, offset: 18 }],
    ["another partition", kafka, { ...kafka, partition: 1 }],
    ["a topic that was made anew", kafka, { ...kafka, timestamp: 1_800_000_000_000 }],
    ["another cluster", kafka, { ...kafka, eventSourceArn: "arn:other" }],
    ["another broker", rabbit, { ...rabbit, eventSourceArn: "arn:other" }],
    ["another queue", rabbit, { ...rabbit, eventSourceKey: "returns::/" }],
    ["another stream", kinesis, { ...kinesis, eventSourceARN: "arn:other" }],
    [
      "another stream, which numbers its records alike",
      { ...kinesis, eventID: "shardId-0:49" },
      { ...kinesis, eventID: "shardId-0:49", eventSourceARN: "arn:other" },
    ],
    [
      "another broker of ActiveMQ",
      { eventSource: "aws:mq", eventSourceArn: "arn:mq", messageID: "ID:1" },
      { eventSource: "aws:mq", eventSourceArn: "arn:other", messageID: "ID:1" },
    ],
    ["another change", table, { ...table, dynamodb: { SequenceNumber: "112" } }],
  ])("of a pipe's record is another in %s", (_place, one, other) => {
    // Detail and all else apart, they have the same id only if the place is no part of it.
    expect(nameOf([one])).not.toBe(nameOf([other]));
    expect(nameOf([one])).toBeDefined();
  });

  it("of a dead letter is that of the invocation which failed", () => {
    const attributes = {
      RequestID: { stringValue: "request-7", dataType: "String" },
      ErrorCode: { stringValue: "200", dataType: "Number" },
    };
    const message = { eventSource: "aws:sqs", messageId: "m", messageAttributes: attributes };
    for (const event of [{ a: 1 }, [{ a: 1 }], { force: "x", event: { a: 1 } }]) {
      const letter = { Records: [{ ...message, body: JSON.stringify(event) }] };
      expect(nameOf(letter, "another")).toBe(nameOf(event, "request-7"));
    }
  });

  it.each([
    ["again", true],
    ["AGAIN-1", true],
    ["again_1", true],
    ["again2026-11-27", true],
    ["against-fraud", false],
    ["not-again", false],
  ])("of an event from the replay %s is another: %s", (replay, isAnother) => {
    const event = { id: "1", source: "s", "detail-type": "t", detail: {} };
    const replayed = { ...event, "replay-name": replay };
    expect(nameOf(replayed) !== nameOf(event)).toBe(isAnother);
    expect(nameOf(replayed)).toBe(nameOf(replayed, "later"));
  });
});

/** Whoever wraps an event in a word of force wants another run of it. */
function isNoForce(wrap: string): boolean {
  return wrap !== "a wrapper";
}
