import type { Chance } from "../../virtual/chance.ts";
import type { AskedRoute } from "./asked-route.ts";
import { ask, bad, bridgeEvent, type Document, own, TEST_EVENT } from "./documents.ts";
import { drawMembers, drawObject, KIND_TEXTS, SOURCES, TYPES } from "./draw-values.ts";
import { bridged, notification, type StoredObject } from "./stored-objects.ts";
import { STREAMS, type Stream, streamRecord } from "./stream-records.ts";
import { Digits, type Members, type Written } from "./written.ts";

/** What happens in a scene. */
export interface Facts {
  /** Something that happened, in one of the forms in which it is told. */
  readonly tell: () => Document;
  readonly message: () => string;
}

export function createFacts(
  chance: Chance,
  routes: readonly AskedRoute[],
  objects: readonly StoredObject[],
): Facts {
  const object = (): StoredObject =>
    objects[chance.whole(0, objects.length - 1)] ?? drawObject(chance);
  const made = Array.from({ length: 2 }, (_, index) => drawMade(chance, index));
  const flows = [...routes.map(({ flow }) => flow), 99];
  let messages = 0;
  return {
    message: () => {
      messages += 1;
      return `m${messages}`;
    },
    tell() {
      if (chance.likely(0.05))
        return streamRecord(chance.pick<Stream>(STREAMS), chance.whole(1, 3));
      if (chance.likely(0.05)) return drawOdd(chance);
      if (chance.likely(0.08)) return drawBad(chance);
      if (chance.likely(0.03)) return TEST_EVENT;
      if (chance.likely(0.06)) return drawAsk(chance, flows);
      if (chance.likely(0.3)) return made[chance.whole(0, 1)] ?? TEST_EVENT;
      if (chance.likely(0.45)) {
        return notification(Array.from({ length: chance.likely(0.8) ? 1 : 2 }, object));
      }
      const replay = chance.likely(0.1) ? chance.pick(["again-1", "backup"]) : undefined;
      return bridged(object(), replay);
    },
  };
}

function drawMade(chance: Chance, index: number): Document {
  const detail = drawMembers(chance);
  if (chance.likely(0.4)) {
    const id = `b${index}`;
    const isOurs = chance.likely(0.15);
    if (isOurs) {
      return bridgeEvent({
        id,
        source: "etlworks.run-flow",
        type: "Etlworks Run Finished",
        detail,
      });
    }
    return bridgeEvent({ id, source: chance.pick(SOURCES), type: chance.pick(TYPES), detail });
  }
  return own({ ...detail, ...drawName(chance) });
}

function drawName(chance: Chance): Members {
  if (chance.likely(0.15)) {
    return { scheduleArn: "arn:aws:scheduler:one", scheduledTime: "2026-05-09T10:00:00Z" };
  }
  if (chance.likely(0.15)) {
    return { specversion: "1.0", type: "com.example.made", source: "/shop", id: "A-1" };
  }
  return {};
}

function drawAsk(chance: Chance, flows: readonly number[]): Document {
  const flow = flows[chance.whole(0, flows.length - 1)] ?? 99;
  return ask({
    flow,
    parameters: {
      file: chance.pick(KIND_TEXTS),
      limit: chance.pick([10, 1.5]),
      dry: chance.likely(0.5),
    },
    ...(chance.likely(0.5) && { id: chance.pick(["ticket-1", "ticket-2"]) }),
  });
}

/** JSON that looks like something that it is not. */
const ODD: readonly [Written, ...Written[]] = [
  "hello",
  "{no json",
  new Digits("5"),
  true,
  null,
  [],
  {},
  ["a", "b"],
  [{ a: "b" }],
  { Records: "none" },
  { Records: [], order: "4711" },
  { Type: "Notification", Subject: "no message" },
  { Type: "Order", Message: "hello" },
  { source: "com.example.shop", detail: { kind: "order" } },
  { "detail-type": "Order", source: "com.example.shop" },
  { check: "true" },
  { check: true, order: "1" },
  { force: "again-1" },
  { event: { kind: "order" } },
  { lane: "11" },
  { body: "{}", eventSource: "own" },
  { requestContext: { requestId: "r" }, requestPayload: { flow: new Digits("99") } },
  { specversion: "1.0", source: "/shop", id: "A-1" },
  { scheduleArn: "arn:aws:scheduler:one", scheduledTime: "02:00" },
  { kind: "a|b", constructor: "\\", "a b": "\u0000" },
];

function drawOdd(chance: Chance): Document {
  return own(chance.pick(ODD));
}

const BAD: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  [
    '"{\\"source\\": \\"aws.s3\\", \\"detail-type\\": \\"Object Created\\", \\"detail\\": {}}"',
    "made JSON twice",
  ],
  ['{"dryRun": true, "source": "s", "detail-type": "t", "detail": {}}', "dryRun inside an event"],
  ['{"lanes": true}', "a command inside"],
  ['{"lane": "11", "do": "drop"}', "a command inside"],
  ['{"again": {"route": "route-1"}}', "a command inside"],
  ['{"force": "", "event": {}}', "an empty force"],
  ['{"flow": "eleven"}', "no flow's id"],
  [
    '{"scheduleArn": "<aws.scheduler.schedule-arn>", "scheduledTime": "<aws.scheduler.scheduled-time>"}',
    "nobody replaced the places",
  ],
  [
    '["software.amazon.payloadoffloading.PayloadS3Pointer", {"s3BucketName": "b", "s3Key": "k"}]',
    "a pointer",
  ],
  [
    '{"eventSource": "aws:kafka", "bootstrapServers": "b:9092", "records": {"orders-0": [{"topic": "orders", "partition": 0, "offset": 1, "value": "e30="}]}}',
    "Kafka's mapping",
  ],
  [
    '{"Type": "SubscriptionConfirmation", "MessageId": "n", "Token": "t", "TopicArn": "arn:aws:sns:eu-central-1:111122223333:landing", "SubscribeURL": "https://sns.eu-central-1.amazonaws.com/"}',
    "a subscription to confirm",
  ],
  [
    '{"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "landing"}}}]}',
    "an object without a key",
  ],
];

function drawBad(chance: Chance): Document {
  const [text, why] = chance.pick(BAD);
  return bad(text, why);
}
