import { describe, expect, it } from "vitest";
import {
  arnOf,
  givenId,
  ownEvent,
  pipeItemId,
  replayNotes,
} from "../../../lambda/events/own-event.ts";
import type { Place } from "../../../lambda/events/reading.ts";

const place: Place = {
  position: "message",
  detailType: "Queue Message",
  id: "m",
  depth: 1,
  ownFunctions: [],
};

describe("an event of our own", () => {
  it.each([
    [
      "arn:aws:sqs:eu-central-1:111122223333:q",
      { region: "eu-central-1", account: "111122223333" },
    ],
    ["arn:aws:kafka:::cluster", {}],
    ["arn", {}],
    [undefined, {}],
  ])("has the Region and the account of %s", (arn, found) => {
    const { event } = ownEvent({ order: 1 }, { ...place, arn });
    expect(event).toEqual({
      version: "0",
      id: "m",
      "detail-type": "Queue Message",
      source: "etlworks.dispatcher",
      resources: arn === undefined ? [] : [arn],
      detail: { order: 1 },
      ...found,
    });
  });

  it("keeps the time of its message and the force of what is around it", () => {
    const found = ownEvent(undefined, { ...place, time: "2026-11-27T10:00:00Z", force: "again" });
    expect(found).toMatchObject({
      own: true,
      event: { time: "2026-11-27T10:00:00Z", detail: null },
      origin: { force: "again" },
    });
  });

  it("that says which it is has that id, and is known by it alone", () => {
    const message = { specversion: "1.0", type: "order", source: "/shop", id: "1" };
    expect(ownEvent(message, place)).toMatchObject({
      event: { id: "/shop|1" },
      identity: '{"given":"/shop|1"}',
    });
  });
});

describe("the id that a sender gives", () => {
  const schedule = { scheduleArn: "arn:s", scheduledTime: "2026-11-27T10:00:00Z" };
  const cloudEvent = { specversion: "1.0", type: "order", source: "/shop", id: "1" };
  it.each([
    [schedule, "arn:s|2026-11-27T10:00:00Z"],
    [{ ...schedule, scheduledTime: "2026-11-27T10:00" }, "arn:s|2026-11-27T10:00"],
    [{ ...schedule, scheduledTime: "{{time}}" }, "arn:s|{{time}}"],
    [{ ...schedule, scheduledTime: "02:00" }, undefined],
    [{ ...schedule, scheduledTime: "at 2026-11-27T10:00" }, undefined],
    [{ ...schedule, scheduledTime: "12026-11-27T10:00" }, undefined],
    [{ ...schedule, scheduledTime: undefined }, undefined],
    [{ ...schedule, scheduleArn: undefined }, undefined],
    [cloudEvent, "/shop|1"],
    [{ ...cloudEvent, source: "/shop|1", id: "2" }, "/shop\\|1|2"],
    [{ ...cloudEvent, source: "/shop", id: "1|2" }, "/shop|1\\|2"],
    [{ ...cloudEvent, source: "/shop\\", id: "1|2" }, "/shop\\\\|1\\|2"],
    [{ ...cloudEvent, specversion: undefined }, undefined],
    [{ ...cloudEvent, type: undefined }, undefined],
    [{ ...cloudEvent, source: undefined }, undefined],
    [{ ...cloudEvent, id: undefined }, undefined],
    [{ id: "1", source: "/shop" }, undefined],
    [{ ...cloudEvent, ...schedule }, "arn:s|2026-11-27T10:00:00Z"],
    ["text", undefined],
  ])("of %j is %s", (message, id) => {
    expect(givenId(message)).toBe(id);
  });
});

describe("the id of a pipe's item", () => {
  const kafka = { topic: "orders", partition: 3, offset: 17 };
  const kinesis = { eventSourceARN: "arn:k", sequenceNumber: "111" };
  const rabbit = { basicProperties: { messageId: "r" } };
  it.each<readonly [item: unknown, id: string | undefined]>([
    [{ messageId: "a", eventID: "b", messageID: "c" }, "a"],
    [{ eventID: "b", messageID: "c" }, "b"],
    [{ messageID: "c", ...rabbit }, "c"],
    [{ ...rabbit, ...kinesis, eventSourceKey: "q::/" }, "arn:k|q::/|r"],
    [rabbit, "||r"],
    [{ ...rabbit, eventSourceKey: "a|b" }, "|a\\|b|r"],
    [{ basicProperties: { messageId: "b|r" }, eventSourceKey: "a" }, "|a|b\\|r"],
    [{ ...kinesis, ...kafka }, "arn:k|111"],
    [{ eventSourceArn: "arn:d", dynamodb: { SequenceNumber: "222" } }, "arn:d|222"],
    [{ sequenceNumber: "111" }, "|111"],
    [{ ...kafka, eventSourceArn: "arn:kafka", bootstrapServers: "b" }, "arn:kafka|orders|3|17"],
    [{ ...kafka, bootstrapServers: "b:1,a:1" }, "a:1,b:1|orders|3|17"],
    [kafka, "|orders|3|17"],
    [{ ...kafka, timestamp: 99 }, "|orders|3|17|99"],
    [{ ...kafka, partition: "3", offset: "17", timestamp: "99" }, "|orders|3|17|99"],
    [{ ...kafka, partition: 0, offset: 0 }, "|orders|0|0"],
    [{ ...kafka, topic: undefined }, undefined],
    [{ ...kafka, partition: undefined }, undefined],
    [{ ...kafka, offset: undefined }, undefined],
    ...["", "x17", "17x", "-1", 1.5, 2 ** 53, true].map(
      offset => [{ ...kafka, offset }, undefined] as const,
    ),
    [{ order: 1 }, undefined],
  ])("%j is %s", (item, id) => {
    expect(pipeItemId(item)).toBe(id);
  });

  it.each([
    [{ eventSourceARN: "a", eventSourceArn: "b" }, "a"],
    [{ eventSourceArn: "b" }, "b"],
    [{}, undefined],
  ])("its source's ARN in %j is %s", (item, arn) => {
    expect(arnOf(item)).toBe(arn);
  });
});

describe("a replay", () => {
  it.each(["again", "again-1", "Again 2", "AGAIN_3"])("named %s runs everything again", name => {
    expect(replayNotes({ "replay-name": name }, place)).toEqual({ force: `replay ${name}` });
  });

  it.each(["nightly", "against-2", "once-again", "agai"])("named %s runs nothing twice", name => {
    expect(replayNotes({ "replay-name": name }, place)).toEqual({
      warnings: [
        `The event comes from the replay ${name}. What has run already is not run again. To run everything again, start a replay whose name begins with "again".`,
      ],
    });
  });

  it("says nothing where a person has said more, and where there is none", () => {
    const forced = { ...place, force: "by hand" };
    expect(replayNotes({ "replay-name": "again" }, forced)).toEqual({ force: "by hand" });
    expect(replayNotes({ "replay-name": "nightly" }, forced)).toEqual({ force: "by hand" });
    expect(replayNotes({}, place)).toEqual({ force: undefined });
  });
});
