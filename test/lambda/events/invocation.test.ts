import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Invocation, readInvocation } from "../../../lambda/events/invocation.ts";
import type { TriggerRecord } from "../../../lambda/events/reading.ts";
import type { Trigger } from "../../../lambda/trigger.ts";
import { isObject } from "../../../shared/json.ts";
import { field } from "../../../shared/json-fields.ts";

const EVENTS = join(import.meta.dirname, "..", "samples");

function load(name: string): unknown {
  return JSON.parse(readFileSync(join(EVENTS, `${name}.json`), "utf8"));
}

function read(event: unknown): Invocation {
  return readInvocation(event, "request-1");
}

function recordsOf(event: unknown): readonly TriggerRecord[] {
  const invocation = read(event);
  if (invocation.kind !== "records") throw new Error(`a ${invocation.kind}, not records`);
  return invocation.records;
}

function triggersOf(event: unknown): readonly Trigger[] {
  return recordsOf(event).flatMap(record => (record.kind === "triggers" ? record.triggers : []));
}

const DECODED = "in/a b+c dé.csv";
const AS_IT_IS = "in/a+b%2Bc%20d%C3%A9.csv";

describe("an object event", () => {
  it.each([
    ["s3", "none", DECODED],
    ["s3-sns", "none", DECODED],
    ["s3-sqs", "batchItemFailures", DECODED],
    ["s3-sns-sqs", "batchItemFailures", DECODED],
    ["s3-sns-sqs-raw", "batchItemFailures", DECODED],
    ["eventbridge-s3", "none", AS_IT_IS],
    ["eventbridge-s3-sns", "none", AS_IT_IS],
    ["eventbridge-s3-sqs", "batchItemFailures", AS_IT_IS],
    ["eventbridge-s3-sns-sqs", "batchItemFailures", AS_IT_IS],
  ])("from %s has one shape, and its key is decoded once if S3 encoded it", (name, reply, key) => {
    const invocation = read(load(name));
    expect(invocation).toMatchObject({ kind: "records", reply });
    // A notification does not name the account.
    expect(Object.hasOwn(triggersOf(load(name))[0]?.event ?? {}, "account")).toBe(key === AS_IT_IS);
    expect(triggersOf(load(name))).toMatchObject([
      {
        warnings: [],
        event: {
          version: "0",
          id: key === DECODED ? "C3D13FE58DE4C810" : "17793124-05d4-b198-2fde-7ededc63b103",
          "detail-type": "Object Created",
          source: "aws.s3",
          ...(key === AS_IT_IS && { account: "111122223333" }),
          time: matching(/^2026-11-23T10:00:00(\.000)?Z$/),
          region: "eu-central-1",
          resources: ["arn:aws:s3:::landing"],
          detail: {
            version: "0",
            bucket: { name: "landing" },
            object: {
              key,
              size: 1024,
              etag: "d41d8cd98f00b204e9800998ecf8427e",
              "version-id": "096fKKXTRTtl3on89fVO.nfljtsv6qko",
              sequencer: "0055AED6DCD90281E5",
            },
            "request-id": "C3D13FE58DE4C810",
            requester: key === DECODED ? "AWS:AIDAEXAMPLE" : "111122223333",
            "source-ip-address": "2001:db8::17",
            reason: "PutObject",
          },
        },
      },
    ]);
  });

  it("comes from a pipe as a bare list, each message with its id", () => {
    expect(read(load("pipe-s3-sqs"))).toMatchObject({
      kind: "records",
      reply: "batchItemFailures",
      records: [
        { kind: "triggers", itemIdentifier: "message-1" },
        { kind: "triggers", itemIdentifier: "message-2" },
      ],
    });
    expect(triggersOf(load("pipe-s3-sqs")).map(keyOf)).toEqual([DECODED, "in/second.csv"]);
  });

  it("comes from a pipe on a stream under the event's id, which is how the pipe knows it", () => {
    const changed = { eventID: "e-1", eventSource: "aws:dynamodb" };
    const record = { ...changed, dynamodb: { SequenceNumber: "111" } };
    expect(recordsOf([record])).toMatchObject([{ itemIdentifier: "e-1" }]);
    expect(triggersOf([record])[0]?.event).toMatchObject({ id: "e-1" });
    expect(recordsOf(load("pipe-kinesis"))).toMatchObject([
      { itemIdentifier: containing("shardId-000000000006:") },
    ]);
  });

  it("may be one of many in a notification", () => {
    const records = ["a", "b", "c"].map(key => s3Record({ key }));
    expect(triggersOf({ Records: records }).map(keyOf)).toEqual(["a", "b", "c"]);
    expect(recordsOf({ Records: records })).toHaveLength(3);
  });

  it.each([
    ["ObjectCreated:Put", "Object Created", "PutObject", undefined],
    ["s3:ObjectCreated:Post", "Object Created", "POST Object", undefined],
    ["ObjectCreated:Copy", "Object Created", "CopyObject", undefined],
    [
      "ObjectCreated:CompleteMultipartUpload",
      "Object Created",
      "CompleteMultipartUpload",
      undefined,
    ],
    ["ObjectRemoved:Delete", "Object Deleted", "DeleteObject", "Permanently Deleted"],
    [
      "ObjectRemoved:DeleteMarkerCreated",
      "Object Deleted",
      "DeleteObject",
      "Delete Marker Created",
    ],
    ["LifecycleExpiration:Delete", "Object Deleted", "Lifecycle Expiration", "Permanently Deleted"],
    ["ObjectRestore:Completed", "Object Restore Completed", undefined, undefined],
    ["ObjectRestore:Delete", "Object Restore Expired", undefined, undefined],
    ["ObjectTagging:Put", "Object Tags Added", undefined, undefined],
    ["ObjectAcl:Put", "Object ACL Updated", undefined, undefined],
    ["LifecycleTransition", "Object Storage Class Changed", undefined, undefined],
    ["IntelligentTiering", "Object Access Tier Changed", undefined, undefined],
    [
      "Replication:OperationFailedReplication",
      "Replication:OperationFailedReplication",
      undefined,
      undefined,
    ],
  ])("named %s is %s in EventBridge's words", (eventName, detailType, reason, deletion) => {
    const [trigger] = triggersOf({ Records: [s3Record({ key: "k" }, { eventName })] });
    expect(trigger?.event["detail-type"]).toBe(detailType);
    expect(trigger?.event["detail"]).toHaveProperty("bucket.name", "landing");
    expect(trigger?.event["detail"]).toMatchObject({
      ...(reason !== undefined && { reason }),
      ...(deletion !== undefined && { "deletion-type": deletion }),
    });
  });

  it("needs only a bucket and a key, of any minor version", () => {
    const bare = { eventSource: "aws:s3", s3: { bucket: { name: "b" }, object: { key: "k" } } };
    const [trigger] = triggersOf({ Records: [{ ...bare, eventVersion: "2.99", news: [1] }] });
    expect(trigger).toMatchObject({
      warnings: [],
      event: {
        version: "0",
        id: "request-1/0",
        "detail-type": "",
        source: "aws.s3",
        resources: ["arn:aws:s3:::b"],
        detail: { version: "0", bucket: { name: "b" }, object: { key: "k" } },
      },
    });
    expect(recordsOf({ Records: [{ ...bare, eventVersion: "3.0" }] })).toMatchObject([
      { kind: "rejected", message: containing("version 3") },
    ]);
  });

  it.each([
    [
      {
        glacierEventData: {
          restoreEventData: {
            lifecycleRestorationExpiryTime: "2026-12-01T00:00:00Z",
            lifecycleRestoreStorageClass: "GLACIER",
          },
        },
      },
      { "restore-expiry-time": "2026-12-01T00:00:00Z", "source-storage-class": "GLACIER" },
    ],
    [
      { lifecycleEventData: { transitionEventData: { destinationStorageClass: "GLACIER" } } },
      { "destination-storage-class": "GLACIER" },
    ],
    [
      { intelligentTieringEventData: { destinationAccessTier: "ARCHIVE_ACCESS" } },
      { "destination-access-tier": "ARCHIVE_ACCESS" },
    ],
    [
      { replicationEventData: { failureReason: "SrcBucketUnversioned" } },
      { "replication-event-data": { failureReason: "SrcBucketUnversioned" } },
    ],
    [{ userIdentity: { principalId: "AWS:111122223333" } }, { requester: "111122223333" }],
  ])("tells what EventBridge would, where its notification has it: %j", (more, detail) => {
    const [trigger] = triggersOf({ Records: [s3Record({ key: "k" }, more)] });
    expect(trigger?.event["detail"]).toMatchObject(detail);
  });

  it("keeps a key that is not well encoded, and says so", () => {
    const [trigger] = triggersOf({ Records: [s3Record({ key: "100%+sure.csv" })] });
    expect(keyOf(trigger)).toBe("100%+sure.csv");
    // Without the key, which may be the value of a parameter: warnings are logged.
    expect(trigger?.warnings).toEqual([containing("not well percent-encoded")]);
  });
});

describe("keys", () => {
  const keys = fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1 }),
    fc.string({
      unit: fc.constantFrom("+", "%", " ", "2", "B", "/", "é", "😀", "&", "="),
      minLength: 1,
    }),
  );

  it("come back from S3's encoding as they were", () => {
    fc.assert(
      fc.property(keys, key => {
        const triggers = triggersOf({ Records: [s3Record({ key: asS3Encodes(key) })] });
        expect(triggers.map(keyOf)).toEqual([key]);
        expect(triggers[0]?.warnings).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  it("come back through SNS and SQS too, once decoded", () => {
    fc.assert(
      fc.property(keys, key => {
        const notification = { Records: [s3Record({ key: asS3Encodes(key) })] };
        const body = JSON.stringify({
          Type: "Notification",
          Message: JSON.stringify(notification),
        });
        const event = { Records: [{ eventSource: "aws:sqs", messageId: "m", body }] };
        expect(triggersOf(event).map(keyOf)).toEqual([key]);
      }),
      { numRuns: 1000 },
    );
  });

  it("are left alone in EventBridge's events", () => {
    fc.assert(
      fc.property(keys, key => {
        const detail = { bucket: { name: "b" }, object: { key } };
        const event = { id: "1", source: "aws.s3", "detail-type": "Object Created", detail };
        expect(triggersOf(event)).toMatchObject([{ event, warnings: [] }]);
        const body = JSON.stringify(event);
        const queued = { Records: [{ eventSource: "aws:sqs", messageId: "m", body }] };
        expect(triggersOf(queued).map(keyOf)).toEqual([key]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("other events", () => {
  it.each(["eventbridge-own", "eventbridge-cron", "scheduler"])(
    "from %s stay as they are",
    name => {
      expect(triggersOf(load(name))).toMatchObject([
        { event: load(name), warnings: [], own: false },
      ]);
    },
  );

  it("get the id of what carried them when they have none", () => {
    const event = { source: "a", "detail-type": "b", detail: {} };
    expect(triggersOf(event)[0]?.event["id"]).toBe("request-1");
  });

  it("without an envelope become the detail of an event of our own", () => {
    expect(triggersOf(load("sqs-own"))[0]?.event).toEqual({
      version: "0",
      id: "message-1",
      "detail-type": "Queue Message",
      source: "etlworks.dispatcher",
      account: "111122223333",
      time: "2026-11-23T10:00:00.000Z",
      region: "eu-central-1",
      resources: ["arn:aws:sqs:eu-central-1:111122223333:landing"],
      detail: { order: 4711 },
    });
    expect(triggersOf(load("pipe-kinesis"))[0]?.event).toMatchObject({
      id: containing("shardId-000000000006:"),
      "detail-type": "Pipe Record",
      detail: { partitionKey: "1" },
    });
    const sns = { MessageId: "n", Message: "[1]", Timestamp: "2026-11-23T10:00:00Z" };
    expect(triggersOf({ Records: [{ EventSource: "aws:sns", Sns: sns }] })[0]?.event).toEqual({
      version: "0",
      id: "n",
      "detail-type": "Topic Message",
      source: "etlworks.dispatcher",
      time: "2026-11-23T10:00:00Z",
      resources: [],
      detail: [1],
    });
  });

  it.each([{}, { a: 1 }, "text", 5, null, true])("of a schedule may be any JSON: %j", input => {
    expect(triggersOf(input)[0]?.event).toEqual({
      version: "0",
      id: "request-1",
      "detail-type": "Invocation",
      source: "etlworks.dispatcher",
      resources: [],
      detail: input,
    });
  });

  it("of a schedule that says its ARN and time are known by these", () => {
    const arn = "arn:aws:scheduler:eu-central-1:111122223333:schedule/default/nightly";
    const [trigger] = triggersOf(load("scheduler-input"));
    expect(trigger?.event["id"]).toBe(`${arn}|2026-11-23T10:00:00Z`);
  });
});

describe("S3's test event", () => {
  const test = load("s3-test-event");
  const wrapped = { Type: "Notification", Message: JSON.stringify(test) };
  const inQueue = (body: unknown) => ({
    eventSource: "aws:sqs",
    messageId: "m",
    body: JSON.stringify(body),
  });
  it.each([
    ["by itself", test],
    ["through SNS", { Records: [{ EventSource: "aws:sns", Sns: wrapped }] }],
    ["through SQS", { Records: [inQueue(test)] }],
    ["through SNS and SQS", { Records: [inQueue(wrapped)] }],
    ["through a pipe", [inQueue(test)]],
    ["as a pipe's own item", [test]],
  ])("is acknowledged %s", (_, event) => {
    expect(recordsOf(event)).toMatchObject([
      { kind: "ignored", reason: containing("s3:TestEvent") },
    ]);
  });
});

describe("a batch", () => {
  it("tells good, broken and test records apart", () => {
    expect(
      recordsOf(load("mixed-sqs")).map(record => [record.itemIdentifier, record.kind]),
    ).toEqual([
      ["good-s3", "triggers"],
      ["broken-json", "rejected"],
      ["test-event", "ignored"],
      ["test-event-sns", "ignored"],
      ["broken-record", "rejected"],
      ["good-eventbridge", "triggers"],
    ]);
  });

  it("fails a message as a whole, so that a retry starts no part of it twice", () => {
    const body = JSON.stringify({ Records: [s3Record({ key: "k" }), { eventSource: "aws:s3" }] });
    expect(
      recordsOf({ Records: [{ eventSource: "aws:sqs", messageId: "m", body }] }),
    ).toMatchObject([{ kind: "rejected", itemIdentifier: "m" }]);
  });

  it("knows the groups of a FIFO queue, and only of such", () => {
    const message = (arn: string) => ({
      eventSource: "aws:sqs",
      messageId: "m",
      body: "{}",
      eventSourceARN: arn,
      attributes: { MessageGroupId: "g" },
    });
    expect(recordsOf({ Records: [message("arn:aws:sqs:r:1:q.fifo")] })[0]?.orderGroup).toBe("g");
    expect(recordsOf({ Records: [message("arn:aws:sqs:r:1:q")] })[0]?.orderGroup).toBeUndefined();
  });

  it("refuses records of sources nobody configured", () => {
    expect(read({ Records: [{ eventSource: "aws:kinesis" }, {}] })).toMatchObject({
      reply: "none",
      records: [
        { kind: "rejected", message: containing("aws:kinesis") },
        { kind: "rejected", message: containing("unnamed") },
      ],
    });
  });
});

describe("what was parked", () => {
  function failedInvocation(requestPayload: unknown): unknown {
    return {
      version: "1.0",
      timestamp: "2026-11-23T10:00:00.000Z",
      requestContext: {
        requestId: "request-0",
        functionArn: "arn:aws:lambda:eu-central-1:111122223333:function:dispatcher:live",
        condition: "RetriesExhausted",
        approximateInvokeCount: 3,
      },
      requestPayload,
      responseContext: { statusCode: 200, executedVersion: "1", functionError: "Unhandled" },
      responsePayload: { errorMessage: "no" },
    };
  }

  function redriven(message: unknown): unknown {
    const body = JSON.stringify(message);
    return { Records: [{ eventSource: "aws:sqs", messageId: "m", body }] };
  }

  it.each(["s3", "s3-sns", "eventbridge-s3", "eventbridge-cron", "scheduler-input"])(
    "as a failed invocation is the event within, as it was the first time: %s",
    name => {
      const record = failedInvocation(load(name));
      const first = readInvocation(load(name), "request-0");
      const again = recordsOf(redriven(record));
      expect(again).toHaveLength(1);
      expect(again).toMatchObject([{ kind: "triggers", itemIdentifier: "m" }]);
      const triggers = triggersOf(redriven(record));
      expect(triggers).toEqual(
        first.kind === "records"
          ? first.records.flatMap(part => (part.kind === "triggers" ? part.triggers : []))
          : [],
      );
      expect(triggers.length).toBeGreaterThan(0);
      expect(triggersOf({ event: record, force: "again" })).toMatchObject([
        { origin: { force: "again" } },
      ]);
    },
  );

  it.each(["RetriesExhausted", "EventAgeExceeded", "AnyNewCondition", undefined])(
    "as a failed invocation may have any condition but success: %s",
    condition => {
      const record = failedInvocation(load("eventbridge-own"));
      const context = { ...requestContext(record), condition };
      expect(triggersOf({ ...asObject(record), requestContext: context })).toMatchObject([
        { own: false },
      ]);
    },
  );

  it.each([
    ["that succeeded", { condition: "success" }, {}],
    ["of which nothing says that it failed", { condition: undefined }, { responseContext: {} }],
  ])("as a record of an invocation %s is an event of its own", (_what, context, more) => {
    const record = failedInvocation(load("eventbridge-own"));
    const requestContextNow = { ...requestContext(record), ...context };
    const changed = { ...asObject(record), requestContext: requestContextNow, ...more };
    expect(triggersOf(changed)).toMatchObject([{ own: true }]);
  });

  it.each(["s3", "s3-sns", "eventbridge-s3", "scheduler-input", "sqs-own", "pipe-kinesis"])(
    "as a dead letter of Lambda is what it was the first time, under its invocation's id: %s",
    name => {
      const text = JSON.stringify(load(name));
      const attributes = (one: string, two: string) => ({
        RequestID: { [one]: "request-0", [two]: "String" },
        ErrorCode: { [one]: "200", [two]: "Number" },
      });
      const first = readInvocation(load(name), "request-0");
      const triggers =
        first.kind === "records"
          ? first.records.flatMap(part => (part.kind === "triggers" ? part.triggers : []))
          : [];
      const inQueue = { body: text, messageAttributes: attributes("stringValue", "dataType") };
      const inTopic = { Message: text, MessageAttributes: attributes("Value", "Type") };
      for (const record of [
        { eventSource: "aws:sqs", messageId: "m", ...inQueue },
        { EventSource: "aws:sns", Sns: { MessageId: "n", ...inTopic } },
        { eventSource: "aws:sqs", messageId: "m", body: JSON.stringify(notice(inTopic)) },
      ]) {
        expect(triggersOf({ Records: [record] })).toEqual(triggers);
      }
      expect(triggers.length).toBeGreaterThan(0);
    },
  );

  it("is no dead letter because a message has a request id of its own", () => {
    const messageAttributes = { RequestID: { stringValue: "request-0", dataType: "String" } };
    const record = { eventSource: "aws:sqs", messageId: "m", body: "{}", messageAttributes };
    expect(triggersOf({ Records: [record] })).toMatchObject([{ event: { id: "m" } }]);
  });

  it.each([
    [load("direct"), { kind: "triggers", asked: [{ kind: "direct", run: { id: "request-0" } }] }],
    [{ Records: [{ eventSource: "aws:kinesis" }] }, { kind: "rejected" }],
    [{ flow: "x" }, { kind: "rejected" }],
    [{ check: true }, { kind: "triggers", asked: [{ kind: "check" }] }],
    [load("s3-test-event"), { kind: "ignored" }],
  ])("as a failed invocation that is no event is what it was: %j", (payload, reading) => {
    expect(recordsOf(redriven(failedInvocation(payload)))).toMatchObject([reading]);
  });
});

describe("a direct invoke", () => {
  it("asks for a flow by its id", () => {
    expect(read(load("direct"))).toEqual({
      kind: "direct",
      run: {
        flow: 12345,
        parameters: { day: "2026-11-23", limit: "10", dry: "true" },
        policy: { ifRunning: "skip", timeout: 7_200_000, failOnWarning: true },
        id: "request-1",
      },
    });
    expect(read({ flow: 1, id: "order-4711", force: 2, timeout: 0 })).toMatchObject({
      run: { id: "order-4711", force: "2", policy: { ifRunning: "wait", timeout: 0 } },
    });
  });

  it.each([
    [{ flow: "12345" }, 'flow: "12345" is not a positive whole number'],
    [{ flow: 0 }, "flow: 0 is not a positive whole number"],
    [{ flow: 1.5 }, "flow: 1.5"],
    [{ flow: 1, parameter: {} }, 'parameter: is not known; did you mean "parameters"?'],
    [{ flow: 1, parameters: [] }, "parameters: must be an object"],
    [{ flow: 1, parameters: { a: null } }, "parameters.a: must be"],
    [{ flow: 1, parameters: { "run date": 1 } }, "parameters.run date: must have a name without"],
    [{ flow: 1, parameters: { "- a": 1 } }, "parameters.- a: must have a name without"],
    [{ flow: 1, parameters: { "{a}": 1 } }, "parameters.{a}: must have a name without"],
    [{ flow: 1, parameters: { "a\u200b": 1 } }, "must have a name without"],
    [{ flow: 1, parameters: { "a\u034f": 1 } }, "must have a name without"],
    [{ flow: 1, parameters: { "": 1 } }, "parameters.: must have a name without"],
    [{ flow: 1, parameters: { ["é".repeat(33_000)]: 1 } }, "names of more than 64 KB"],
    [{ flow: 1, parameters: { a: { b: 1 } } }, "parameters.a: must be"],
    [{ flow: 1, parameters: { a: 2 ** 60 } }, "parameters.a: is too large a number to be exact"],
    [{ flow: 1, ifRunning: "whatever" }, 'ifRunning: "whatever" is not one of'],
    [{ flow: 1, timeout: 30 }, 'timeout: "30" has no unit. Did you mean 30s or 30m?'],
    [{ flow: 1, timeout: "soon" }, 'timeout: "soon" is not a duration'],
    [{ flow: 1, timeout: true }, "timeout: true is not a duration"],
    [{ flow: 1, failOnWarning: "yes" }, 'failOnWarning: "yes" is neither'],
    [{ flow: 1, force: {} }, "force: must be a string"],
    [{ flow: 1, id: "x".repeat(2_001) }, "id: must be a string of 1 to 2000 characters"],
  ])("is refused with all that is wrong: %j", (event, message) => {
    expect(read(event)).toEqual({ kind: "rejected", message: containing(message) });
  });

  it("may only ask for a check", () => {
    expect(read({ check: true })).toEqual({ kind: "check" });
    expect(read({ check: "true" })).toMatchObject({ kind: "records" });
    expect(read({ check: true, order: 4711 })).toMatchObject({ kind: "records" });
  });

  it("may ask to run an event again, which gives its runs new names", () => {
    expect(triggersOf({ event: load("s3-sqs"), force: "again" })).toMatchObject([
      { origin: { force: "again" }, identity: containing('again "again"') },
    ]);
    expect(read({ event: load("mixed-sqs"), force: "again" })).toMatchObject({ reply: "none" });
    expect(read({ event: load("direct"), force: "again" })).toMatchObject({
      kind: "direct",
      run: { flow: 12345, force: "again" },
    });
  });

  it.each([
    ["that a topic sent", { EventSource: "aws:sns", Sns: { MessageId: "n" } }],
    ["of a queue", { eventSource: "aws:sqs", messageId: "m" }],
  ])("in a message %s stays one of its senders when a person hands in its record", (_, record) => {
    const message = JSON.stringify({ flow: 12345 });
    const Sns = { MessageId: "n", Message: message };
    const requestPayload = { Records: [{ ...record, body: message, Sns }] };
    const functionArn = "arn:aws:lambda:eu-central-1:1:function:dispatcher:live";
    const failed = {
      requestContext: { functionArn, requestId: "r", condition: "RetriesExhausted" },
    };
    const asked = [{ kind: "direct", sent: true, run: { flow: 12345 } }];
    for (const event of [
      { ...failed, requestPayload },
      { force: "again", event: { ...failed, requestPayload } },
      { ...failed, requestPayload: [{ flow: 12345 }] },
    ]) {
      expect(read(event)).toMatchObject({ kind: "records", records: [{ asked }] });
    }
    const byHand = { ...failed, requestPayload: { flow: 12345 } };
    expect(read(byHand)).toMatchObject({ kind: "direct", run: { flow: 12345, id: "r" } });
  });

  it("with an empty list of records beside other members is somebody's own", () => {
    expect(triggersOf({ Records: [], order: 4711 })).toMatchObject([
      { own: true, event: { detail: { Records: [], order: 4711 } } },
    ]);
    expect(recordsOf({ Records: [] })).toMatchObject([{ kind: "ignored" }]);
  });

  it("with force in a message is described by what it came in", () => {
    const body = JSON.stringify({ force: "again", event: { order: 1 } });
    const queue = { Records: [{ eventSource: "aws:sqs", messageId: "m", body }] };
    expect(triggersOf(queue)).toMatchObject([
      { event: { "detail-type": "Queue Message", id: "m" }, origin: { force: "again" } },
    ]);
    expect(triggersOf({ force: "again", event: { order: 1 } })).toMatchObject([
      { event: { "detail-type": "Invocation" }, origin: { force: "again" } },
    ]);
  });

  it("may come in a message, as one thing that its record asks for", () => {
    const body = JSON.stringify({ flow: 12345 });
    const event = { Records: [{ eventSource: "aws:sqs", messageId: "m", body }] };
    expect(recordsOf(event)).toMatchObject([
      { triggers: [], asked: [{ kind: "direct", run: { flow: 12345, id: "m" } }] },
    ]);
  });
});

describe("reading", () => {
  it("never throws, whatever comes", () => {
    const hostile = fc.oneof(
      fc.jsonValue(),
      fc.record({ Records: fc.array(fc.jsonValue()) }),
      fc.array(fc.record({ eventSource: fc.constant("aws:sqs"), body: fc.string() })),
      fc.record({
        Records: fc.array(
          fc.record(
            {
              eventSource: fc.constantFrom("aws:sqs", "aws:s3", "aws:sns"),
              body: fc.oneof(fc.string(), fc.json()),
              s3: fc.jsonValue(),
              attributes: fc.record({ SentTimestamp: fc.constantFrom("1e300", "x", "-1", "") }),
              eventSourceARN: fc.string(),
            },
            { requiredKeys: [] },
          ),
        ),
      }),
    );
    fc.assert(
      fc.property(hostile, event => {
        expect(["records", "direct", "check", "rejected"]).toContain(read(event).kind);
      }),
      { numRuns: 2000 },
    );
  });

  it("has an end for texts nested deep", () => {
    const body = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(
      recordsOf({ Records: [{ eventSource: "aws:sqs", messageId: "m", body }] }),
    ).toMatchObject([{ kind: "rejected", itemIdentifier: "m" }]);
  });

  it("has an end for an event that Lambda has parsed", () => {
    const deep: unknown = JSON.parse(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    expect(read(deep)).toMatchObject({ kind: "rejected", message: containing("nested") });
  });

  it("drops what could reach a prototype", () => {
    const body = '{"__proto__": {"polluted": true}, "a": {"__proto__": 1}}';
    const [trigger] = triggersOf({ Records: [{ eventSource: "aws:sqs", messageId: "m", body }] });
    expect(trigger?.event["detail"]).toEqual({ a: {} });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("is tried with every sample", () => {
    for (const file of readdirSync(EVENTS)) {
      expect(read(load(file.replace(".json", ""))).kind, file).not.toBe("rejected");
    }
  });
});

/** Vitest types its matchers as any. */
function containing(text: string): unknown {
  return expect.stringContaining(text);
}

function matching(expression: RegExp): unknown {
  return expect.stringMatching(expression);
}

function keyOf(trigger: Trigger | undefined): unknown {
  return field(field(field(trigger?.event, "detail"), "object"), "key");
}

function s3Record(object: object, more: object = {}): object {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    eventName: "ObjectCreated:Put",
    s3: { bucket: { name: "landing" }, object: { size: 1, ...object } },
    ...more,
  };
}

function notice(more: object): object {
  return { Type: "Notification", MessageId: "n", ...more };
}

function asObject(value: unknown): object {
  if (!isObject(value)) throw new Error("not an object");
  return value;
}

function requestContext(record: unknown): object {
  return asObject(field(record, "requestContext"));
}

/** As Java's URLEncoder, and so S3, encodes: like a form, and byte by byte in UTF-8. */
function asS3Encodes(key: string): string {
  return Array.from(Buffer.from(key, "utf8"), byte => {
    const letter = String.fromCharCode(byte);
    if (letter === " ") return "+";
    return /[\w.*/-]/.test(letter)
      ? letter
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}
