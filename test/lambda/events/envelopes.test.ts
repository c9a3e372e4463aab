import { describe, expect, it } from "vitest";
import { ENVELOPES } from "../../../lambda/events/envelopes.ts";
import { readInvocation } from "../../../lambda/events/invocation.ts";
import type { RecordReading } from "../../../lambda/events/reading.ts";
import { failedInvocation, OWN, onBus, queueRecord, WRAPS, wrapped } from "./wraps.ts";

/** What an event asks for, in one word each: the same wherever it stands. */
type Wanted = readonly string[];

/** An event that lies in no other one, and what is to be made of it at any depth. */
interface Content {
  readonly name: string;
  readonly value: unknown;
  readonly wanted: Wanted;
  /** Where several records are not one message: each for itself. */
  readonly each?: Wanted;
}

const s3Record = {
  eventVersion: "2.1",
  eventSource: "aws:s3",
  eventName: "ObjectCreated:Put",
  s3: { bucket: { name: "landing" }, object: { key: "a+b.csv", size: 1, sequencer: "01" } },
};
const eventBridge = {
  id: "e-1",
  source: "com.example.shop",
  "detail-type": "Order",
  detail: { order: 4711 },
};

/** A place as a shell writes it. */
function shell(name: string): string {
  return `$\{${name}}`;
}

const CONTENTS: readonly Content[] = [
  { name: "S3 record", value: { Records: [s3Record] }, wanted: ["event aws.s3 a b.csv"] },
  {
    name: "two S3 records",
    value: { Records: [s3Record, { ...s3Record, eventName: "ObjectRemoved:Delete" }] },
    wanted: ["event aws.s3 a b.csv", "event aws.s3 a b.csv"],
  },
  { name: "bare S3 record", value: s3Record, wanted: ["event aws.s3 a b.csv"] },
  { name: "S3's test event", value: { Event: "s3:TestEvent" }, wanted: ["ignored"] },
  { name: "EventBridge event", value: eventBridge, wanted: ["event com.example.shop e-1"] },
  {
    name: "S3 through EventBridge",
    value: {
      id: "e-2",
      source: "aws.s3",
      "detail-type": "Object Created",
      detail: { bucket: { name: "landing" }, object: { key: "a+b.csv", sequencer: "01" } },
    },
    wanted: ["event aws.s3 a+b.csv"],
  },
  {
    name: "schedule",
    value: { scheduleArn: "arn:schedule", scheduledTime: "2026-11-23T10:00:00Z", job: "nightly" },
    wanted: ["own arn:schedule|2026-11-23T10:00:00Z"],
  },
  {
    name: "CloudEvent",
    value: { specversion: "1.0", id: "1", source: "/shop", type: "order", data: {} },
    wanted: ["own /shop|1"],
  },
  {
    name: "another function's failed invocation",
    value: failedInvocation(eventBridge, "function:billing"),
    wanted: ["own"],
  },
  ...["arn:aws:lambda:eu-central-1:999988887777", "arn:aws:lambda:eu-west-1:111122223333"].map(
    elsewhere => ({
      name: `failed invocation of a function with our name in ${elsewhere}`,
      value: failedInvocation(eventBridge, "function:dispatcher", "RetriesExhausted", elsewhere),
      wanted: ["own"],
    }),
  ),
  {
    name: "our own successful invocation",
    value: failedInvocation(eventBridge, "function:dispatcher", "Success"),
    wanted: ["own"],
  },
  { name: "own JSON", value: { order: 4711 }, wanted: ["own"] },
  { name: "direct invoke", value: { flow: 7 }, wanted: ["direct 7"] },
  { name: "check", value: { check: true }, wanted: ["check"] },
  ...[
    { Messages: [{ MessageId: "m", ReceiptHandle: "r", MD5OfBody: "d", Body: "{}" }] },
    { MessageId: "m", ReceiptHandle: "r", MD5OfBody: "d", Body: "{}" },
  ].map(value => ({
    name: `what receive-message answers: ${JSON.stringify(value)}`,
    value,
    wanted: ["refused: This is what SQS answers to receive-message."],
  })),
  ...[
    { Messages: [] },
    { Messages: [{ Body: "{}" }] },
    { Messages: "many" },
    { Body: "{}" },
    { ReceiptHandle: "r" },
  ].map(value => ({
    name: `own message of messages: ${JSON.stringify(value)}`,
    value,
    wanted: ["own"],
  })),
  ...[
    { sweep: true },
    { lanes: true },
    { again: { lane: "12345" } },
    { backfill: { bucket: "landing", prefix: "" }, dryRun: true },
    { lane: "12345", do: "drop" },
  ].map(value => ({
    name: `command ${JSON.stringify(value)}`,
    value,
    wanted: ["refused: This is a command, not an event."],
  })),
  ...[{ again: true }, { lane: "12345", do: "go" }, { hold: "12345" }].map(value => ({
    name: `what is no whole command: ${JSON.stringify(value)}`,
    value,
    wanted: ["own"],
  })),
  {
    name: "order of a lane",
    value: { lane: "12345", gen: 1, batch: 7 },
    wanted: [
      'refused: This is the order of a lane, not an event. To run what failed in it again, invoke the dispatcher with {"again": {"lane": "12345"}}. It leaves out',
    ],
  },
  {
    name: "direct invoke with mistakes",
    value: { flow: "x" },
    wanted: ['refused: the direct invoke is refused: flow: "x"'],
  },
  {
    name: "wrapper with mistakes",
    value: { force: 2, event: "text", more: 1 },
    wanted: ["refused: The event with force is refused: more: is not known"],
  },
  {
    name: "unfilled places of a schedule",
    value: { job: "nightly", scheduledTime: "<aws.scheduler.scheduled-time>" },
    wanted: ["refused: The event contains <aws.…> placeholders"],
  },
  ...[
    "<aws.scheduler.scheduledTime>",
    "< AWS.Scheduler.Execution-Id >",
    "<aws.events.event.ingestion-time>",
    "<aws.pipes.event.ingestion-time>",
  ].map(place => ({
    name: `unfilled place ${place}`,
    value: { job: "nightly", at: [{ time: place }] },
    wanted: ["refused: The event contains <aws.…> placeholders"],
  })),
  ...[
    "<id>",
    "<$.detail.id>",
    `order-${shell("id")}`,
    "{{ id }}",
    "{% $id %}",
    "$.detail.id",
    "{id}",
    "$$.Execution.Id",
    "States.UUID()",
  ].map(id => ({
    name: `unfilled id ${id}`,
    value: { ...eventBridge, id },
    wanted: ["refused: The event's id contains the placeholder"],
  })),
  {
    name: "unfilled id of a schedule",
    value: { scheduleArn: shell("arn"), scheduledTime: shell("time") },
    wanted: [`refused: The event's id contains the placeholder ${shell("arn")}`],
  },
  {
    name: "unfilled time of a schedule",
    value: { scheduleArn: "arn:schedule", scheduledTime: "$.time" },
    wanted: ["refused: The event's id contains the placeholder $.time"],
  },
  {
    name: "unfilled path of a CloudEvent",
    value: { specversion: "1.0", id: "$.id", source: "/shop", type: "order" },
    wanted: ["refused: The event's id contains the placeholder $.id"],
  },
  ...["undefined", "null", "[object Object]"].flatMap(id => [
    {
      name: `CloudEvent whose id is ${id}`,
      value: { specversion: "1.0", id, source: "/shop", type: "order" },
      wanted: [`refused: The event's id contains the placeholder ${id}`],
    },
    {
      name: `direct invoke whose id is ${id}`,
      value: { flow: 7, id },
      wanted: ["refused: the direct invoke is refused: id: it contains the placeholder"],
    },
  ]),
  {
    name: "unfilled id of a CloudEvent",
    value: { specversion: "1.0", id: "{{id}}", source: "/shop", type: "order" },
    wanted: ["refused: The event's id contains the placeholder {{id}}"],
  },
  {
    name: "unfilled id of a direct invoke",
    value: { flow: 7, id: "<detail.id>" },
    wanted: ["refused: the direct invoke is refused: id: it contains the placeholder"],
  },
  {
    name: "id that only looks odd",
    value: { ...eventBridge, id: "<5f1d@mail.example.com> $5 {a} 50%" },
    wanted: ["event com.example.shop <5f1d@mail.example.com> $5 {a} 50%"],
  },
  {
    name: "pointer of the extended client",
    value: [
      "software.amazon.payloadoffloading.PayloadS3Pointer",
      { s3BucketName: "large", s3Key: "1" },
    ],
    wanted: ["refused: The message is a pointer"],
  },
  {
    name: "pointer of an older client",
    value: ["com.amazon.sqs.javamessaging.MessageS3Pointer", { bucket: "large", key: "1" }],
    wanted: ["refused: The message is a pointer"],
  },
  {
    name: "pointer of a client for another language",
    value: { S3Payload: { Id: "1", Bucket: "large", Key: "1", Location: "https://x" } },
    wanted: ["refused: The message is a pointer"],
  },
  {
    name: "own message that speaks of S3's test event",
    value: { Event: "s3:TestEvent", order: 4711 },
    wanted: ["own"],
  },
  {
    name: "S3's test event with what a newer S3 may add",
    value: { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "landing", Region: "eu-west-1" },
    wanted: ["ignored"],
  },
  {
    name: "S3's test event as S3 sends it",
    value: { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "landing", Records: null },
    wanted: ["ignored"],
  },
  {
    name: "wrapper in other capitals",
    value: { Force: "again", Event: eventBridge },
    wanted: ["refused: The event with force is refused: Force: is not known"],
  },
  {
    name: "wrapper of events",
    value: { force: "again", events: [eventBridge] },
    wanted: ["refused: The event with force is refused: events: is not known"],
  },
  {
    name: "wrapper with a blank",
    value: { force: "  ", event: eventBridge },
    wanted: ["refused: The event with force is refused: force: must be a string"],
  },
  {
    name: "wrapper with a placeholder",
    value: { force: shell("run"), event: eventBridge },
    wanted: [
      `refused: The event with force is refused: force: contains the placeholder ${shell("run")}`,
    ],
  },
  ...["dryRun", "dryrun", "dry-run", "DRY_RUN"].flatMap(word => [
    {
      name: `records with ${word}`,
      value: { Records: [s3Record], [word]: true },
      wanted: [`refused: ${word} stands in the event, where it is not obeyed`],
    },
    {
      name: `EventBridge event with ${word}`,
      value: { ...eventBridge, [word]: true },
      wanted: [`refused: ${word} stands in the event, where it is not obeyed`],
    },
  ]),
  ...["force", "Force"].flatMap(word => [
    {
      name: `records with ${word}`,
      value: { Records: [s3Record], [word]: "again-1" },
      wanted: [`refused: ${word} stands in the event, where it is not obeyed`],
    },
    {
      name: `EventBridge event with ${word}`,
      value: { ...eventBridge, [word]: "again-1" },
      wanted: [`refused: ${word} stands in the event, where it is not obeyed`],
    },
  ]),
  {
    name: "own JSON with words of ours",
    value: { order: 4711, dryRun: true, force: "again-1" },
    wanted: ["own"],
  },
  {
    name: "EventBridge event whose detail has words of ours",
    value: { ...eventBridge, detail: { dryRun: true, force: "again-1" } },
    wanted: ["event com.example.shop e-1"],
  },
  {
    name: "our own successful invocation on an event bus",
    value: onBus(failedInvocation(eventBridge, "function:dispatcher", "Success")),
    wanted: ["event lambda bus-1"],
  },
  {
    name: "another function's failed invocation on an event bus",
    value: onBus(failedInvocation(eventBridge, "function:billing")),
    wanted: ["event lambda bus-1"],
  },
  {
    name: "Kafka mapping",
    value: { eventSource: "aws:kafka", records: { "orders-0": [{ offset: 1 }] } },
    wanted: ["refused: Events of aws:kafka are not supported"],
  },
  {
    name: "RabbitMQ mapping",
    value: { eventSource: "aws:rmq", rmqMessagesByQueue: { "q::/": [] } },
    wanted: ["refused: Events of aws:rmq are not supported"],
  },
  {
    name: "record of a stream, as a pipe puts it into a queue",
    value: { eventSource: "aws:kinesis", eventSourceARN: "arn:k", eventID: "s:1", data: "e30=" },
    wanted: ["own"],
  },
  {
    name: "record of Kafka, as a pipe puts it into a topic",
    value: { eventSource: "aws:kafka", topic: "orders", partition: 0, offset: 5, value: "e30=" },
    wanted: ["own"],
  },
  {
    name: "message of RabbitMQ without an id, as a pipe puts it into a queue",
    value: { eventSource: "aws:rmq", basicProperties: { messageId: null }, data: "e30=" },
    wanted: ["own"],
  },
  ...["aws:kinesis", "aws:dynamodb", "aws:ses"].map(source => ({
    name: `records of ${source}`,
    value: { Records: [{ eventSource: source }] },
    wanted: [`refused: Records of ${source} are not supported`],
  })),
  {
    name: "list in a list",
    value: [[s3Record], [[eventBridge]]],
    wanted: ["event aws.s3 a b.csv", "event com.example.shop e-1"],
  },
  {
    name: "S3 mixed with another source",
    value: { Records: [s3Record, { eventSource: "aws:kinesis" }] },
    wanted: ["refused: Records of aws:kinesis are not supported"],
    each: ["event aws.s3 a b.csv", "refused: Records of aws:kinesis are not supported"],
  },
  {
    name: "handshake of a topic",
    value: { Type: "SubscriptionConfirmation", TopicArn: "arn:topic", SubscribeURL: "https://x" },
    wanted: ["refused: The topic arn:topic sent a SubscriptionConfirmation"],
  },
];

/** In nothing but wrappers by hand each record stands for itself. */
function inWraps(content: Content, ...wraps: readonly string[]): Wanted {
  const isByHand = wraps.every(wrap => wrap === "a wrapper");
  return isByHand ? (content.each ?? content.wanted) : content.wanted;
}

describe.each(CONTENTS)("$name", content => {
  it("is what it is by itself", () => {
    expectReading(content.value, inWraps(content));
  });

  it.each(Object.keys(WRAPS))("is the same in %s", name => {
    expectReading(wrapped(content.value, name), inWraps(content, name));
  });

  it.each(Object.keys(WRAPS))("is the same in anything in %s", outer => {
    for (const name of Object.keys(WRAPS)) {
      const event = wrapped(wrapped(content.value, name), outer);
      expectReading(event, inWraps(content, name, outer), `${name} in ${outer}`);
    }
  });
});

it.each([
  [{ Records: [] }, "ignored"],
  [{ Records: [queueRecord({ Records: [] })] }, "ignored"],
  [[], "ignored"],
  [
    { force: "again", event: { Records: [] } },
    "refused: The event with force is refused: event: has",
  ],
  [
    { force: "again", event: [] },
    "refused: The event with force is refused: event: has no records",
  ],
])("says of an empty list that there is nothing in it: %j", (event, wanted) => {
  expectReading(event, [wanted]);
});

describe("an event that was made JSON twice", () => {
  // A wrapper by hand says the same in its own words; a body that came parsed was made JSON once.
  const others = ["a wrapper", "a transformed pipe on a queue"];
  const wraps = Object.keys(WRAPS).filter(name => !others.includes(name));
  const twice = (value: unknown) => JSON.stringify(value);
  it.each([
    eventBridge,
    { Records: [s3Record] },
    [eventBridge],
    { flow: 7 },
    { force: "again", event: eventBridge },
    { specversion: "1.0", id: "1", source: "/shop", type: "order" },
  ])("is refused, whatever it lies in: %j", value => {
    for (const wrap of wraps) {
      const [reading] = summaryOf(wrapped(twice(value), wrap), OWN);
      expect(reading, wrap).toMatch(/^refused: The .* is a string that holds an event as JSON/);
    }
  });

  it.each([{ order: 1 }, [1], [], "text", 5, null])("is not what holds none: %j", value => {
    for (const wrap of wraps) expectReading(wrapped(twice(value), wrap), ["own"], wrap);
    for (const text of ["{", "  [", "{flow: 7}", ""]) {
      expectReading({ Records: [queueRecord(text)] }, ["own"]);
    }
  });
});

it("tries every shape that the table knows", () => {
  const place = {
    position: "invocation",
    detailType: "Invocation",
    id: "x",
    depth: 0,
    ownFunctions: OWN,
  } as const;
  const values = [
    ...CONTENTS.map(({ value }) => value),
    ...Object.values(WRAPS).map(wrap => wrap({ order: 1 })),
    JSON.stringify(eventBridge),
  ];
  const tried = values.map(value => ENVELOPES.find(({ holds }) => holds(value, place))?.name);
  expect(ENVELOPES.map(({ name }) => name).filter(name => !tried.includes(name))).toEqual([]);
});

it("is tried around every content, where a shape may hold another", () => {
  const place = {
    position: "invocation",
    detailType: "Invocation",
    id: "x",
    depth: 0,
    ownFunctions: OWN,
  } as const;
  const outer = Object.values(WRAPS).map(wrap => wrap({ order: 1 }));
  // A queue's and a bucket's record stand in a list, and a pipe hands it over bare.
  const within = queueRecord({ order: 1 });
  const tried = [...outer, within].map(value => ENVELOPES.find(one => one.holds(value, place)));
  const holders = ENVELOPES.filter(({ read }) => read.length === 3);
  expect(holders.length).toBeGreaterThan(5);
  expect(holders.filter(one => !tried.includes(one)).map(({ name }) => name)).toEqual([]);
});

it("has an end for messages within messages", () => {
  let event: unknown = { Records: [s3Record] };
  for (let depth = 0; depth < 20; depth++)
    event = { Type: "Notification", Message: JSON.stringify(event) };
  expectReading(event, ["refused: The event is wrapped in more than 10"]);
});

it("leaves a list alone that is somebody's own data", () => {
  for (const list of [[1, 2], [], [[]], [[1]], [{ order: 1 }], [eventBridge, { order: 1 }]]) {
    expectReading({ Records: [queueRecord(list)] }, ["own m"]);
  }
});

it("is read as Kafka's record in a pipe, under an id that each attempt gives", () => {
  const record = {
    eventSource: "aws:kafka",
    eventSourceArn: "arn:kafka",
    topic: "orders",
    partition: 3,
    offset: 17,
    value: "e30=",
  };
  for (const id of ["one", "two"]) {
    const invocation = readInvocation([record], id, OWN);
    expect(invocation).toMatchObject({
      records: [{ kind: "triggers", triggers: [{ event: { id: "arn:kafka|orders|3|17" } }] }],
    });
    expect(invocation).not.toHaveProperty("records.0.itemIdentifier");
  }
});

it("takes any failure for our own when nobody says which function we are", () => {
  const event = failedInvocation(eventBridge, "function:anything");
  expect(summaryOf(event, [])).toEqual(["event com.example.shop e-1"]);
  expect(summaryOf(event, OWN)).toEqual([expect.stringMatching(/^own/)]);
});

/** Each expectation is what the words begin with. */
function expectReading(event: unknown, wanted: Wanted, where = ""): void {
  const words = summaryOf(event, OWN);
  expect(words.length, `${where}: ${words.join()}`).toBe(wanted.length);
  for (const [index, start] of wanted.entries()) {
    expect(words[index]?.slice(0, start.length), where).toBe(start);
  }
}

function summaryOf(event: unknown, ownFunctions: readonly string[]): Wanted {
  const invocation = readInvocation(event, "request-1", ownFunctions);
  switch (invocation.kind) {
    case "records":
      return invocation.records.flatMap(summaryOfRecord);
    case "direct":
      return [`direct ${invocation.run.flow}`];
    case "check":
      return ["check"];
    case "rejected":
      return [`refused: ${invocation.message}`];
  }
}

function summaryOfRecord(record: RecordReading): Wanted {
  switch (record.kind) {
    case "rejected":
      return [`refused: ${record.message}`];
    case "ignored":
      return ["ignored"];
    case "triggers":
      return [
        ...record.triggers.map(({ own, origin, event }) =>
          own
            ? `own ${String(event["id"])}`
            : `event ${origin.source} ${origin.key ?? origin.id ?? ""}`,
        ),
        ...record.asked.map(asked =>
          asked.kind === "check" ? "check" : `direct ${asked.run.flow}`,
        ),
      ];
  }
}
