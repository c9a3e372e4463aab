import { describe, expect, it } from "vitest";
import { foreignSource, isPointer } from "../../../lambda/events/foreign-events.ts";
import type { Place } from "../../../lambda/events/reading.ts";
import { eventOfS3Record, isS3TestEvent } from "../../../lambda/events/s3-record.ts";
import { field } from "../../../shared/json-fields.ts";

const s3 = { bucket: { name: "landing" }, object: { key: "k" } };
const none = {
  kind: "rejected",
  message: "an S3 record has no s3.bucket.name or no s3.object.key",
};

describe("an S3 record", () => {
  it.each([{}, { s3: {} }, { s3: { bucket: s3.bucket } }, { s3: { object: s3.object } }])(
    "names a bucket and a key, or is refused: %j",
    record => {
      expect(eventOfS3Record(record, "r")).toEqual(none);
    },
  );

  it.each(["1.0", "3.1", "22.0", "x"])("of version %s is refused", eventVersion => {
    const major = eventVersion.replace(/\..*/, "");
    expect(eventOfS3Record({ s3, eventVersion }, "r")).toEqual({
      kind: "rejected",
      message: `S3 records of version ${major} are not known; only 2.x is`,
    });
  });

  it.each(["2.0", "2.99", "2", undefined, ""])("of version %s is read", eventVersion => {
    expect(eventOfS3Record({ s3, eventVersion }, "r")).toMatchObject({ kind: "event" });
  });

  it("with nothing but these has an event with nothing but these", () => {
    expect(eventOfS3Record({ s3 }, "r")).toEqual({
      kind: "event",
      warnings: [],
      event: {
        version: "0",
        id: "r",
        "detail-type": "",
        source: "aws.s3",
        resources: ["arn:aws:s3:::landing"],
        detail: { version: "0", bucket: { name: "landing" }, object: { key: "k" } },
      },
    });
  });

  it("keeps the ARN of a bucket in another partition", () => {
    const bucket = { name: "landing", arn: "arn:aws-cn:s3:::landing" };
    expect(eventOfS3Record({ s3: { ...s3, bucket } }, "r")).toMatchObject({
      event: { resources: ["arn:aws-cn:s3:::landing"] },
    });
  });

  it.each([
    ["AWS:111122223333", "111122223333"],
    ["111122223333", "111122223333"],
    ["AWS:AIDAEXAMPLE", "AWS:AIDAEXAMPLE"],
    ["XAWS:111122223333", "XAWS:111122223333"],
    ["1111222233334", "1111222233334"],
    ["AWS:11112222333", "AWS:11112222333"],
    [undefined, undefined],
  ])("of the principal %s has the requester %s", (principalId, requester) => {
    const reading = eventOfS3Record({ s3, userIdentity: { principalId } }, "r");
    expect(field(field(field(reading, "event"), "detail"), "requester")).toBe(requester);
  });

  it.each([
    ["s3:ObjectCreated:Put", { "detail-type": "Object Created", detail: { reason: "PutObject" } }],
    ["xs3:ObjectCreated:Put", { "detail-type": "xs3:ObjectCreated:Put" }],
    ["ObjectCreated", { "detail-type": "Object Created", detail: { reason: "" } }],
    ["ObjectRestore:Post", { "detail-type": "Object Restore Initiated" }],
    ["ObjectTagging:Delete", { "detail-type": "Object Tags Deleted" }],
    [
      "LifecycleExpiration:DeleteMarkerCreated",
      {
        "detail-type": "Object Deleted",
        detail: { reason: "Lifecycle Expiration", "deletion-type": "Delete Marker Created" },
      },
    ],
  ])("named %s has EventBridge's words", (eventName, event) => {
    expect(eventOfS3Record({ s3, eventName }, "r")).toMatchObject({ event });
  });

  it("with a key that is not well encoded is kept with a warning", () => {
    expect(eventOfS3Record({ s3: { ...s3, object: { key: "1%+2" } } }, "r")).toMatchObject({
      warnings: ["The object's key is not well percent-encoded. It was taken as it is."],
      event: { detail: { object: { key: "1%+2" } } },
    });
  });
});

describe("S3's test event", () => {
  const Event = "s3:TestEvent";
  it.each([
    [{ Event }, true],
    [{ Event, Service: "Amazon S3", anything: 1 }, true],
    [{ Event, Time: "", Bucket: "", RequestId: "", HostId: "", Records: null }, true],
    [{ Event, Service: "other" }, true],
    [{ Event, Service: "other", order: 1 }, false],
    [{ Event, Service: "Amazon S3", Records: [] }, false],
    [{ Event: "s3:OtherEvent" }, false],
    [[], false],
    [null, false],
  ])("is told from others: %j %s", (value, is) => {
    expect(isS3TestEvent(value)).toBe(is);
  });
});

describe("a pointer", () => {
  it.each([
    [["software.amazon.payloadoffloading.PayloadS3Pointer", {}], true],
    [["com.amazon.sqs.javamessaging.MessageS3PointerV2", {}], true],
    [["S3Pointer", {}], true],
    [["a S3Pointer", {}], false],
    [["S3Pointer of mine", {}], false],
    [["PayloadPointer", {}], false],
    [["S3Pointer"], false],
    [["S3Pointer", {}, 1], false],
    [[7, {}], false],
    [{ S3Payload: { Key: "k" } }, true],
    [{ S3Payload: { Key: "" } }, false],
    [{ S3Payload: { Key: "k" }, more: 1 }, false],
    ["S3Pointer", false],
  ])("is told from others: %j %s", (value, is) => {
    expect(isPointer(value)).toBe(is);
  });
});

describe("another source", () => {
  const place: Place = {
    position: "message",
    detailType: "Queue Message",
    id: "m",
    depth: 0,
    ownFunctions: [],
  };
  it.each<readonly [value: unknown, source: string | undefined, inPipe: string | undefined]>([
    [{ eventSource: "aws:kafka" }, "aws:kafka", undefined],
    [{ EventSource: "aws:iot" }, "aws:iot", undefined],
    [{ eventSource: "SelfManagedKafka" }, "SelfManagedKafka", undefined],
    [{ eventSource: "SELFMANAGEDKAFKA", records: {} }, "SELFMANAGEDKAFKA", "SELFMANAGEDKAFKA"],
    ...["records", "messages", "rmqMessagesByQueue", "events"].map(
      name => [{ eventSource: "aws:any", [name]: [] }, "aws:any", "aws:any"] as const,
    ),
    [{ eventSource: "aws:any", records: "text" }, "aws:any", undefined],
    [{ eventSource: "the aws:any" }, undefined, undefined],
    [{ eventSource: "mySelfManagedKafka", records: [] }, undefined, undefined],
    [{ eventSource: "SelfManagedKafkaOfMine", records: [] }, undefined, undefined],
    [{ eventSource: "shop", records: [] }, undefined, undefined],
    [{}, undefined, undefined],
  ])("of %j is %s, and in a pipe %s", (value, source, inPipe) => {
    expect(foreignSource(value, place)).toBe(source);
    expect(foreignSource(value, { ...place, position: "pipe item" })).toBe(inPipe);
  });
});
