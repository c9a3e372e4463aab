import { type Chance, createChance } from "../../virtual/chance.ts";
import { ask, bad, bridgeEvent, type Document, own, TEST_EVENT } from "./documents.ts";
import { type AskedRoute, drawRoutes } from "./draw-routes.ts";
import { drawKey, drawMembers, drawObject, KIND_TEXTS, SOURCES, TYPES } from "./draw-values.ts";
import {
  forced,
  type Invocation,
  inQueue,
  inTopic,
  type Message,
  onBus,
  parked,
  pipe,
  pipeOfQueue,
  queueBatch,
  straight,
  wrapped,
} from "./envelopes.ts";
import { bridged, notification, type StoredObject } from "./stored-objects.ts";
import { STREAMS, type Stream, streamRecord } from "./stream-records.ts";
import { Digits, type Members, type Written } from "./written.ts";

/** Routes, and what AWS delivers one after the other. */
export interface Scene {
  readonly seed: number;
  readonly routes: readonly AskedRoute[];
  /** False: without a ledger flows are started in place. */
  readonly lanes: boolean;
  readonly deliveries: readonly Invocation[];
  /** How many operations of the ledger or of Lambda fail, each with this chance, before all is well. */
  readonly faults: { readonly share: number; readonly most: number };
}

/** Draws a scene. The same seed gives the same scene. */
export function drawScene(seed: number): Scene {
  const chance = createChance(seed);
  const lanes = chance.likely(0.8);
  const objects = Array.from({ length: chance.whole(1, 3) }, () => drawObject(chance));
  const key = () =>
    (chance.likely(0.7) ? objects[chance.whole(0, objects.length - 1)]?.key : undefined) ??
    drawKey(chance);
  const routes = drawRoutes(chance, lanes, key);
  const facts = createFacts(chance, routes, objects);
  const deliveries: Invocation[] = [];
  for (let index = 0, count = chance.whole(1, 5); index < count; index++) {
    const before = deliveries[chance.whole(0, Math.max(0, deliveries.length - 1))];
    // AWS delivers some invocations twice.
    const twice = before !== undefined && chance.likely(0.15);
    deliveries.push(twice ? before : drawInvocation(chance, facts, `request-${index + 1}`));
  }
  const faulty = chance.likely(0.3);
  return {
    seed,
    routes,
    lanes,
    deliveries,
    faults: faulty
      ? { share: chance.pick([0.1, 0.3, 0.8]), most: chance.whole(1, 40) }
      : { share: 0, most: 0 },
  };
}

interface Facts {
  /** Something that happened, in one of the forms in which it is told. */
  readonly tell: () => Document;
  readonly message: () => string;
}

function createFacts(
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

const WAYS = [
  "straight",
  "straight",
  "topic",
  "queue",
  "queue",
  "queue",
  "fifo",
  "pipe",
  "nameless",
  "stream",
  "by hand",
] as const;
const NESTS = [
  "plain",
  "plain",
  "plain",
  "notification",
  "notification",
  "topic",
  "batch",
  "parked",
  "forced",
] as const;

function drawInvocation(chance: Chance, facts: Facts, requestId: string): Invocation {
  const batch = (least: number) =>
    Array.from(
      { length: chance.whole(least, 4) },
      (): Message => ({
        id: facts.message(),
        document: drawNested(chance, facts),
        ...(chance.likely(0.08) && { failedRequest: `dead-${facts.message()}` }),
      }),
    );
  const way = chance.pick<(typeof WAYS)[number]>(WAYS);
  switch (way) {
    case "straight":
      return straight(facts.tell(), requestId);
    case "topic":
      return straight(inTopic(facts.tell(), facts.message()), requestId);
    case "queue":
      return queueBatch(withCopies(chance, batch(1)), requestId);
    case "fifo":
      return queueBatch(
        batch(1).map(message => ({ ...message, group: chance.pick(["a", "b"]) })),
        requestId,
      );
    case "pipe":
      return drawPipe(chance, batch(1), requestId);
    case "nameless":
      return pipe(
        batch(1).map(({ document }) => document),
        requestId,
      );
    case "stream": {
      const stream = chance.pick<Stream>(STREAMS);
      // Publishers of RabbitMQ may leave out the id.
      const records = Array.from({ length: chance.whole(1, 4) }, () => {
        const isBare = stream === "rabbitmq" && chance.likely(0.5);
        return streamRecord(isBare ? "rabbitmq bare" : stream, chance.whole(1, 4));
      });
      return pipe(records, requestId);
    }
    case "by hand":
      return straight(drawByHand(chance, facts), requestId);
  }
}

/** A body that a transformer names is parsed once more. */
function drawPipe(chance: Chance, messages: readonly Message[], requestId: string): Invocation {
  const isText = messages.some(({ document: { text } }) => text.startsWith('"'));
  return pipeOfQueue(messages, requestId, chance.likely(0.3) && !isText);
}

/** A standard queue may hand a message over twice, also within a batch. */
function withCopies(chance: Chance, messages: readonly Message[]): readonly Message[] {
  const copied = messages[0];
  if (copied === undefined || !chance.likely(0.1)) return messages;
  return [...messages, { ...copied, id: `${copied.id} copy` }];
}

function drawNested(chance: Chance, facts: Facts): Document {
  const inner = facts.tell();
  const way = chance.pick<(typeof NESTS)[number]>(NESTS);
  switch (way) {
    case "plain":
      return inner;
    case "notification":
      return wrapped(inner, facts.message());
    case "topic":
      return inTopic(inner, facts.message());
    case "batch":
      return inQueue([
        { id: facts.message(), document: inner },
        { id: facts.message(), document: facts.tell() },
      ]);
    case "parked": {
      const record = parked(inner, `lost ${inner.what}`);
      return chance.likely(0.3) ? onBus(record) : record;
    }
    case "forced":
      return forced(inner, chance.pick(["again-1", "again-2"]));
  }
}

function drawByHand(chance: Chance, facts: Facts): Document {
  const inner = chance.likely(0.5)
    ? facts.tell()
    : inQueue([{ id: facts.message(), document: facts.tell() }]);
  const isParked = chance.likely(0.5);
  const document = isParked ? parked(inner, `request-${chance.whole(1, 3)}`) : inner;
  return isParked && chance.likely(0.5)
    ? document
    : forced(document, chance.pick(["again-1", "again-2"]));
}
