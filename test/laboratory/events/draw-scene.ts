import { type Chance, createChance } from "../../virtual/chance.ts";
import type { AskedRoute } from "./asked-route.ts";
import type { Document } from "./documents.ts";
import { createFacts, type Facts } from "./draw-facts.ts";
import { drawRoutes } from "./draw-routes.ts";
import { drawKey, drawObject } from "./draw-values.ts";
import {
  forced,
  type Invocation,
  inNotification,
  inQueue,
  inTopic,
  type Message,
  onBus,
  parked,
  pipe,
  pipeOfQueue,
  queueBatch,
  straight,
} from "./envelopes.ts";
import { STREAMS, type Stream, streamRecord } from "./stream-records.ts";

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
      return inNotification(inner, facts.message());
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
