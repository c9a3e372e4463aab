import { describe, expect, it } from "vitest";
import { readInvocation } from "../../../lambda/events/invocation.ts";
import {
  asInvoked,
  deadLetterRequest,
  isFailedInvocation,
  isWrapper,
  readFailedInvocation,
  readWrapper,
} from "../../../lambda/events/parked.ts";
import type { Place } from "../../../lambda/events/reading.ts";
import { watched } from "../stand-ins/watched-reading.ts";
import { ACCOUNT, failedInvocation, OWN, onBus } from "./wraps.ts";

const place: Place = {
  position: "message",
  detailType: "Queue Message",
  id: "m",
  time: "now",
  arn: "arn:q",
  depth: 3,
  ownFunctions: OWN,
};
const invoked = {
  position: "invocation",
  detailType: "Invocation",
  depth: 3,
  ownFunctions: OWN,
} as const;

const nothing = { kind: "ignored", reason: "seen" } as const;

describe("an event with force", () => {
  it.each([
    [{ force: "a", event: {} }, true],
    [{ FORCE: "a", Events: [] }, true],
    [{ force: "a", event: {}, more: 1 }, true],
    [{ force: "a", event: {}, flow: 7 }, false],
    [{ force: "a" }, false],
    [{ event: {} }, false],
    [{ reinforce: "a", event: {} }, false],
    [{ forced: "a", event: {} }, false],
    [{ force: "a", myevent: {} }, false],
    [{ force: "a", eventual: {} }, false],
    [["force", "event"], false],
    [null, false],
  ])("is told from others: %j %s", (value, is) => {
    expect(isWrapper(value)).toBe(is);
  });

  it("hands over an empty list that is a field of somebody's own", () => {
    const { inner, seen } = watched(nothing);
    const own = { Records: [], order: 1 };
    expect(readWrapper({ force: "a", event: own }, place, inner)).toEqual(nothing);
    expect(seen[0]?.value).toEqual(own);
  });

  const word = "force: must be a string of 1 to 2000 characters";
  const event = { order: 1 };
  it.each([
    [{ force: "x".repeat(2_001), event }, word],
    [{ force: "", event }, word],
    [{ force: " ", event }, word],
    [{ force: 7, event }, word],
    [{ event }, word],
    [{ force: "a", event: "text" }, "event: must be the event itself, as JSON and not as a string"],
    [{ force: "a" }, "event: must be the event itself, as JSON and not as a string"],
    [{ force: "a", event: null }, "event: must be the event itself, as JSON and not as a string"],
    [{ force: "a", event: [] }, "event: has no records, so there is nothing to run"],
    [{ force: "a", event: { Records: [] } }, "event: has no records, so there is nothing to run"],
    [
      { force: "{{a}}", event, more: 1 },
      "more: is not known; only force and event are; force: contains the placeholder {{a}}, which was not replaced, so all events would look like one. Send the value",
    ],
    [
      { force: "", event: 7, Event: event },
      `Event: is not known; only force and event are; ${word}; event: must be the event itself, as JSON and not as a string`,
    ],
  ])("is refused with every mistake: %j", (value, mistakes) => {
    const { inner, seen } = watched(nothing);
    expect(readWrapper(value, place, inner)).toEqual({
      kind: "rejected",
      message: `The event with force is refused: ${mistakes}.`,
    });
    expect(seen).toEqual([]);
  });

  it.each([
    ["x".repeat(2_000), event],
    ["a", [event]],
    ["a", { Records: [event] }],
  ])("hands over its event, which stays in its message, and is forced: %s", (force, given) => {
    const { inner, seen } = watched(nothing);
    expect(readWrapper({ force, event: given }, place, inner)).toEqual({
      kind: "ignored",
      reason: "seen",
    });
    expect(seen).toEqual([{ value: given, place: { ...place, position: "invocation", force } }]);
  });

  it("in another one leaves the force to the outer one", () => {
    const { inner, seen } = watched(nothing);
    readWrapper({ force: "inner", event }, { ...place, force: "outer" }, inner);
    expect(seen[0]?.place.force).toBe("outer");
  });

  it("names no records to AWS: a person reads the answer", () => {
    const { inner } = watched({ kind: "records", reply: "batchItemFailures", records: [] });
    expect(readWrapper({ force: "a", event }, place, inner)).toEqual({
      kind: "records",
      reply: "none",
      records: [],
    });
    const refused = { kind: "rejected", message: "no" } as const;
    expect(readWrapper({ force: "a", event }, place, watched(refused).inner)).toEqual(refused);
  });
});

describe("the record of an invocation", () => {
  const record = failedInvocation({ order: 1 }, "function:dispatcher");
  const context = record.requestContext;
  const withContext = (more: object) => ({ ...record, requestContext: { ...context, ...more } });
  const failed = { responseContext: { functionError: "Unhandled" } };
  it.each([
    ["ours", record, true],
    ["ours on a bus", onBus(record), true],
    ["ours in the detail of somebody else", { source: "shop", detail: record }, false],
    ["any other condition", withContext({ condition: "EventAgeExceeded" }), true],
    ["a success", withContext({ condition: "SUCCESS" }), false],
    ["an error without a condition", { ...withContext({ condition: undefined }), ...failed }, true],
    ["no condition", withContext({ condition: undefined }), false],
    ["a success with an error", { ...withContext({ condition: "Success" }), ...failed }, false],
    ["another function", withContext({ functionArn: `${ACCOUNT}:function:other` }), false],
    ["a short ARN", withContext({ functionArn: "arn:aws:lambda:eu:1:function" }), false],
    ["no ARN", withContext({ functionArn: undefined }), false],
    ["no payload", { ...record, requestPayload: undefined }, false],
    ["nothing", {}, false],
  ])("of %s: %s", (_what, value, is) => {
    expect(isFailedInvocation(value, place)).toBe(is);
  });

  it("of any function is ours while ours are not known", () => {
    const other = withContext({ functionArn: `${ACCOUNT}:function:other` });
    const anywhere = { ...place, ownFunctions: [] };
    expect(isFailedInvocation(other, anywhere)).toBe(true);
    const noArn = withContext({ functionArn: "arn:aws:lambda:eu:1:function" });
    expect(isFailedInvocation(noArn, anywhere)).toBe(false);
    expect(isFailedInvocation(withContext({ functionArn: undefined }), anywhere)).toBe(false);
  });

  it("is the event within, under the id that it had", () => {
    for (const value of [record, onBus(record)]) {
      const { inner, seen } = watched(nothing);
      expect(readFailedInvocation(value, place, inner)).toEqual({
        kind: "ignored",
        reason: "seen",
      });
      expect(seen).toEqual([
        { value: { order: 1 }, place: { ...invoked, id: "r", time: undefined, arn: undefined } },
      ]);
    }
    const { inner, seen } = watched(nothing);
    readFailedInvocation(withContext({ requestId: "" }), place, inner);
    expect(seen[0]?.place.id).toBe("m");
  });

  it("is one message, however many records its event has", () => {
    const ignored = { kind: "ignored", reason: "seen" } as const;
    const { inner } = watched({ kind: "records", reply: "none", records: [ignored, ignored] });
    expect(readFailedInvocation(record, place, inner)).toEqual(ignored);
  });
});

describe("a dead letter", () => {
  it.each([
    [{ RequestID: { stringValue: "r" }, ErrorCode: { stringValue: "200" } }, "r"],
    [{ RequestID: { Value: "r" }, ErrorCode: { Value: "200" } }, "r"],
    [{ RequestID: { stringValue: "r" } }, undefined],
    [{ ErrorCode: { stringValue: "200" } }, undefined],
    [{ RequestID: "r", ErrorCode: "200" }, undefined],
    [undefined, undefined],
  ])("has in %j the id %s", (attributes, id) => {
    expect(deadLetterRequest(attributes)).toBe(id);
  });

  it("is described as an invocation, with the force that it has", () => {
    expect(asInvoked({ ...place, force: "again" }, "r")).toEqual({
      ...invoked,
      id: "r",
      force: "again",
      time: undefined,
      arn: undefined,
    });
  });
});

describe("a shape that is only nearly known", () => {
  /** What it is by itself: refused with a sentence, or an event of which origin. */
  function found(event: unknown): string {
    const invocation = readInvocation(event, "request-1", OWN);
    if (invocation.kind === "rejected") return invocation.message;
    if (invocation.kind !== "records") return invocation.kind;
    return invocation.records
      .map(record => {
        if (record.kind === "rejected") return record.message;
        if (record.kind === "ignored") return record.reason;
        return record.triggers.map(({ own, origin }) => (own ? "own" : origin.source)).join();
      })
      .join();
  }

  const places =
    "The event contains <aws.…> placeholders that were not replaced. EventBridge Scheduler, rules and pipes replace only their own, and only under the exact names. Correct the name, or send the value.";
  const eventBridge = { id: "e-1", source: "shop", "detail-type": "Order", detail: {} };
  const handshake = { TopicArn: "arn:topic", Type: "SubscriptionConfirmation" };
  it.each([
    [{ Type: "Notification" }, "own"],
    [{ Message: "{}" }, "own"],
    [{ Message: "not JSON" }, "own"],
    [{ Type: "Other", Message: "{}" }, "own"],
    [{ Type: "Notification", Message: {} }, "own"],
    [
      handshake,
      "The topic arn:topic sent a SubscriptionConfirmation, not an event. If the subscription is yours, open its SubscribeURL to confirm it.",
    ],
    [
      { ...handshake, Type: "UnsubscribeConfirmation" },
      "The topic arn:topic sent a UnsubscribeConfirmation, not an event. If the subscription is yours, open its SubscribeURL to confirm it.",
    ],
    [{ ...handshake, Type: "SubscriptionConfirmationOfMine" }, "own"],
    [{ ...handshake, Type: "MySubscriptionConfirmation" }, "own"],
    [{ ...handshake, Type: undefined }, "own"],
    [{ ...handshake, TopicArn: undefined }, "own"],
    [eventBridge, "shop"],
    [{ ...eventBridge, source: undefined }, "own"],
    [{ ...eventBridge, "detail-type": undefined }, "own"],
    [{ ...eventBridge, detail: undefined }, "own"],
    [{ ...eventBridge, time: "<aws.events.event.ingestion-time>" }, places],
    [{ ...eventBridge, detail: { at: "<aws.scheduler.scheduled-time>" } }, "shop"],
    [{ at: "<aws.scheduler.scheduled-time>" }, places],
    [
      { ...eventBridge, id: "{{id}}" },
      "The event's id contains the placeholder {{id}}, which was not replaced, so all events would look like one. Send the value.",
    ],
    [
      { lane: "orders", gen: 1, batch: 7 },
      'This is the order of a lane, not an event. To run what failed in it again, invoke the dispatcher with {"again": {"lane": "orders"}}. It leaves out runs that may still be running: look for these in Etlworks first, then name their outcome, such as "outcomes": ["timed-out"], beside "lane".',
    ],
    [
      ["x.S3Pointer", { s3Key: "1" }],
      "The message is a pointer of the SQS or SNS extended client: its content is in S3, and the dispatcher does not fetch it. Send the event itself.",
    ],
    [
      { eventSource: "aws:kafka", records: {} },
      "Events of aws:kafka are not supported. Supported are records of aws:s3, aws:sns and aws:sqs, and EventBridge events. Connect other sources with an EventBridge pipe.",
    ],
    [{ Event: "s3:TestEvent" }, "s3:TestEvent, which S3 sends when a notification is set up"],
    [{ Records: {} }, "own"],
  ])("%j is %s", (event, what) => {
    expect(found(event)).toBe(what);
  });

  it("is somebody's own list, unless each of it says what it is, up to the largest batch", () => {
    const inMessage = (list: unknown) => ({
      Type: "Notification",
      Message: JSON.stringify(list),
    });
    const cloudEvent = { specversion: "1.0", type: "a", source: "/shop", id: "1" };
    expect(found(inMessage([cloudEvent]))).toBe("own");
    expect(found(inMessage([eventBridge]))).toBe("shop");
    expect(found(inMessage([eventBridge, { order: 1 }]))).toBe("own");
    expect(found(inMessage([eventBridge, []]))).toBe("own");
    expect(found(inMessage([eventBridge, [1]]))).toBe("own");
    expect(found(inMessage([]))).toBe("own");
    const test = { Event: "s3:TestEvent" };
    expect(found(inMessage(Array.from({ length: 10_000 }, () => test)))).toContain("s3:TestEvent");
    expect(found(inMessage(Array.from({ length: 10_001 }, () => test)))).toBe("own");
  });

  it("is refused only in the eleventh envelope", () => {
    const wrap = (times: number) => {
      let event: unknown = eventBridge;
      for (let count = 0; count < times; count++)
        event = { Type: "Notification", Message: JSON.stringify(event) };
      return event;
    };
    expect(found(wrap(10))).toBe("shop");
    expect(found(wrap(11))).toBe("The event is wrapped in more than 10 other events.");
  });
});
