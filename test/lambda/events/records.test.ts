import { describe, expect, it } from "vitest";
import { readInvocation } from "../../../lambda/events/invocation.ts";
import { asOne, type Place, type Reading } from "../../../lambda/events/reading.ts";
import {
  isKnownRecord,
  readPipeItems,
  readRecord,
  readRecords,
  readTopicMessage,
} from "../../../lambda/events/records.ts";
import { watched } from "../stand-ins/watched-reading.ts";

const place: Place = {
  position: "invocation",
  detailType: "Invocation",
  id: "request-1",
  depth: 0,
  ownFunctions: [],
};
const nothing = { kind: "ignored", reason: "an empty list of records" } as const;

describe("a queue's record", () => {
  const record = {
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:1:q.fifo",
    messageId: "m",
    body: '{"order":1}',
    attributes: { SentTimestamp: "1795773600000", MessageGroupId: "g" },
  };

  it("holds a message that is described by its queue", () => {
    const { inner, seen } = watched(nothing);
    expect(readRecord(record, { ...place, force: "again" }, inner)).toEqual({
      ...nothing,
      itemIdentifier: "m",
      orderGroup: "g",
    });
    expect(seen).toEqual([
      {
        value: { order: 1 },
        place: {
          position: "message",
          sent: true,
          detailType: "Queue Message",
          id: "m",
          depth: 0,
          ownFunctions: [],
          force: "again",
          time: "2026-11-27T10:00:00.000Z",
          arn: "arn:aws:sqs:eu-central-1:1:q.fifo",
        },
      },
    ]);
  });

  it("may lack anything", () => {
    const { inner, seen } = watched(nothing);
    const bare = { eventSource: "aws:sqs", body: "1", attributes: { MessageGroupId: "g" } };
    const reading = readRecord(bare, place, inner);
    expect(reading).toEqual(nothing);
    expect(Object.keys(reading)).toEqual(["kind", "reason"]);
    expect(seen[0]?.place).toMatchObject({ id: "request-1", time: undefined, arn: undefined });
    const ungrouped = readRecord({ ...record, attributes: {} }, place, inner);
    expect(ungrouped).not.toHaveProperty("orderGroup");
  });

  it.each([
    ["1e300", undefined],
    ["x", undefined],
    ["0", "1970-01-01T00:00:00.000Z"],
  ])("was sent at %s: %s", (SentTimestamp, time) => {
    const { inner, seen } = watched(nothing);
    readRecord({ ...record, attributes: { SentTimestamp } }, place, inner);
    expect(seen[0]?.place.time).toBe(time);
  });

  it.each([
    ["", "Unexpected end of JSON input"],
    [undefined, "Unexpected end of JSON input"],
    [null, "Unexpected end of JSON input"],
    ["s3cret", "Unexpected token 's'"],
    ['{"key": s3cret}', "Unexpected token 's'"],
    [`{"key": "${"s3cret".repeat(20)}", }`, "Expected double-quoted property name in JSON"],
    [`[${"1,".repeat(40)}\n"s3cret" s3cret ${",1".repeat(40)}]`, "Expected ',' or ']'"],
  ])("that is no JSON is refused without its words: %j", (body, why) => {
    const reading = readRecord({ ...record, body }, place, watched(nothing).inner);
    expect(reading).toMatchObject({ kind: "rejected", itemIdentifier: "m" });
    const message = reading.kind === "rejected" ? reading.message : "";
    expect(message).toContain(`the Queue Message is not JSON: ${why}`);
    expect(message).not.toMatch(/s3cret|is not valid JSON|\.\.\./);
  });
});

it.each([{ order: 1 }, [{ order: 1 }], 5, false])(
  "is read when a pipe's transformer has parsed it: %j",
  content => {
    const { inner, seen } = watched(nothing);
    readRecord({ eventSource: "aws:sqs", messageId: "m", body: content }, place, inner);
    readTopicMessage({ MessageId: "n", Message: content }, place, inner);
    expect(seen.map(({ value }) => value)).toEqual([content, content]);
    expect(seen.map(({ place: { id } }) => id)).toEqual(["m", "n"]);
  },
);

it("ends a sentence about text that is no JSON where the text would stand", () => {
  const record = { eventSource: "aws:sqs", body: "s3cret" };
  expect(readRecord(record, place, watched(nothing).inner)).toEqual({
    kind: "rejected",
    message: "the Queue Message is not JSON: Unexpected token 's'",
  });
});

it("says which source's records it does not support", () => {
  const sentence = (source: string) => ({
    kind: "rejected",
    message: `Records of ${source} are not supported. Supported are aws:s3, aws:sns and aws:sqs.`,
  });
  const { inner } = watched(nothing);
  expect(readRecord({ eventSource: "aws:ses" }, place, inner)).toEqual(sentence("aws:ses"));
  expect(readRecord({ EventSource: "aws:iot" }, place, inner)).toEqual(sentence("aws:iot"));
  expect(readRecord({}, place, inner)).toEqual(sentence("an unnamed source"));
  expect(isKnownRecord({ EventSource: "aws:sns" })).toBe(true);
  expect(isKnownRecord({ eventSource: "aws:s3" })).toBe(true);
  expect(isKnownRecord({ eventSource: "aws:sqs" })).toBe(true);
  expect(isKnownRecord({ eventSource: "" })).toBe(false);
  expect(isKnownRecord("aws:sqs")).toBe(false);
});

it("describes a topic's message by its topic", () => {
  const { inner, seen } = watched(nothing);
  const notification = { MessageId: "n", Message: "2", Timestamp: "now", TopicArn: "arn:t" };
  const record = { EventSource: "aws:sns", Sns: notification };
  expect(readRecord(record, place, inner)).toEqual(nothing);
  const inTopic = { position: "message", sent: true, detailType: "Topic Message" } as const;
  const described = { ...place, ...inTopic, id: "n", time: "now", arn: "arn:t" };
  expect(seen).toEqual([{ value: 2, place: described }]);
  expect(readRecord({ EventSource: "aws:sns", Sns: {} }, place, inner)).toEqual({
    kind: "rejected",
    message: "the Topic Message is not JSON: Unexpected end of JSON input",
  });
  readRecord({ EventSource: "aws:sns", Sns: { Message: "2" } }, place, inner);
  expect(seen[1]?.place.id).toBe("request-1");
});

it("describes a dead letter as the invocation that it was", () => {
  const { inner, seen } = watched(nothing);
  const messageAttributes = {
    RequestID: { stringValue: "request-0" },
    ErrorCode: { stringValue: "200" },
  };
  const record = { eventSource: "aws:sqs", messageId: "m", eventSourceARN: "arn:q", body: "1" };
  readRecord({ ...record, messageAttributes }, { ...place, force: "again" }, inner);
  expect(seen[0]?.place).toEqual({
    ...place,
    sent: true,
    id: "request-0",
    time: undefined,
    arn: undefined,
    force: "again",
  });
});

describe("a list of records", () => {
  it("names what failed when any of it is a queue's", () => {
    const { inner, seen } = watched(nothing);
    const records = [{ eventSource: "aws:ses" }, { eventSource: "aws:sqs", body: "1" }];
    expect(readRecords(records, place, inner)).toMatchObject({ reply: "batchItemFailures" });
    expect(readRecords(records.slice(0, 1), place, inner)).toMatchObject({ reply: "none" });
    expect(readRecords([], place, inner)).toEqual(nothing);
    expect(seen.map(found => found.place.id)).toEqual(["request-1/1"]);
  });

  it("from a pipe has each item described as such, under its own id or its number", () => {
    const { inner, seen } = watched(nothing);
    const items = [
      { order: 1 },
      { messageId: "m", eventSourceARN: "arn:q" },
      { eventID: "e" },
      { messageID: "b" },
    ];
    expect(readPipeItems(items, { ...place, time: "now", arn: "arn:x" }, inner)).toEqual({
      kind: "records",
      reply: "batchItemFailures",
      records: [
        { ...nothing, attemptId: "request-1/0" },
        { ...nothing, itemIdentifier: "m" },
        { ...nothing, itemIdentifier: "e" },
        nothing,
      ],
    });
    expect(seen.map(found => found.place)).toEqual(
      [{ id: "request-1/0" }, { id: "m", arn: "arn:q" }, { id: "e" }, { id: "b" }].map(more => ({
        ...place,
        position: "pipe item",
        sent: true,
        detailType: "Pipe Record",
        time: undefined,
        arn: undefined,
        ...more,
      })),
    );
    expect(readPipeItems([], place, inner)).toEqual(nothing);
  });

  it("from a pipe is one message where an item holds several, under the name the item had", () => {
    const records = [
      { ...nothing, itemIdentifier: "inner" },
      { kind: "ignored", reason: "other" },
    ] as const;
    const reply = "batchItemFailures";
    const several = watched({ kind: "records", reply, records });
    expect(readPipeItems([{ messageId: "m" }], place, several.inner)).toMatchObject({
      records: [
        { kind: "ignored", reason: "an empty list of records; other", itemIdentifier: "m" },
      ],
    });
    const one = watched({ ...nothing, itemIdentifier: "inner" });
    expect(readPipeItems([{ messageId: "m" }], place, one.inner)).toMatchObject({
      records: [{ itemIdentifier: "inner" }],
    });
  });
});

describe("records as one message", () => {
  const batch = (...records: Extract<Reading, { kind: "records" }>["records"]) =>
    asOne({ kind: "records", reply: "none", records });
  const check = { kind: "triggers", triggers: [], asked: [{ kind: "check" }] } as const;

  it("are ignored for each of their reasons once, or for being none", () => {
    const ignored = (reason: string) => ({ kind: "ignored", reason }) as const;
    expect(batch(ignored("a"), ignored("b"), ignored("a"))).toEqual(ignored("a; b"));
    expect(batch()).toEqual(nothing);
    expect(batch(ignored("a"), check)).toEqual(check);
    expect(asOne(ignored("a"))).toEqual(ignored("a"));
  });

  it("fail with the first that fails, and else are all of it", () => {
    const refused = { kind: "rejected", message: "no" } as const;
    expect(batch(check, refused, { ...refused, message: "later" })).toEqual(refused);
    expect(batch(check, check)).toEqual({ ...check, asked: [...check.asked, ...check.asked] });
  });
});

describe("an invocation", () => {
  it.each([
    [
      { Type: "Notification", Message: '[{"check": true}, {"eventSource": "aws:s3"}]' },
      { kind: "rejected" },
    ],
    [
      { Type: "Notification", Message: '[{"flow": 1}, {"check": true}]' },
      {
        kind: "records",
        reply: "none",
        records: [{ asked: [{ kind: "direct" }, { kind: "check" }] }],
      },
    ],
    [
      {
        Type: "Notification",
        Message: '[{"check": true}, {"source": "a", "detail-type": "b", "detail": {}}]',
      },
      { kind: "records", records: [{ asked: [{ kind: "check" }], triggers: [{}] }] },
    ],
    [{ Type: "Notification", Message: '[{"check": true}]' }, { kind: "check" }],
    [{ Event: "s3:TestEvent" }, { kind: "records", reply: "none", records: [{ kind: "ignored" }] }],
  ])("that is one message asks for all that is in it: %j", (event, found) => {
    expect(readInvocation(event, "request-1")).toMatchObject(found);
  });

  it("does not take a mistake of the program for a deep event", () => {
    const event = {
      get Records(): unknown {
        throw new TypeError("broken");
      },
    };
    expect(() => readInvocation(event, "request-1")).toThrow(new TypeError("broken"));
  });

  it("that is too deep is refused by a sentence", () => {
    const event = {
      get Records(): unknown {
        throw new RangeError("Maximum call stack size exceeded");
      },
    };
    expect(readInvocation(event, "request-1")).toEqual({
      kind: "rejected",
      message: "The event is nested too deeply to be read.",
    });
  });
});
