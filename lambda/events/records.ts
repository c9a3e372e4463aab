import { keepRounded } from "../../shared/exact-number.ts";
import { isObject } from "../../shared/json.ts";
import { field, parseJsonSafely, textField } from "../../shared/json-fields.ts";
import { arnOf, pipeItemId } from "./own-event.ts";
import { asInvoked, deadLetterRequest } from "./parked.ts";
import {
  asOne,
  ignored,
  type Place,
  type Read,
  type Reading,
  rejected,
  type TriggerRecord,
  triggers,
} from "./reading.ts";
import { eventOfS3Record } from "./s3-record.ts";
import { triggerOf } from "./trigger-of-event.ts";

/** The records of an event source mapping or a notification. */
export function readRecords(records: readonly unknown[], place: Place, inner: Read): Reading {
  if (records.length === 0) return ignored(EMPTY);
  const fromQueue = records.some(record => sourceOf(record) === "aws:sqs");
  return {
    kind: "records",
    reply: fromQueue ? "batchItemFailures" : "none",
    records: readEach(records, place, (record, id) => readRecord(record, { ...place, id }, inner)),
  };
}

/** A pipe hands over the source's own records, or whatever its transformer made of them. */
export function readPipeItems(items: readonly unknown[], place: Place, inner: Read): Reading {
  if (items.length === 0) return ignored(EMPTY);
  const records = readEach(items, place, (item, id) => readPipeItem(item, id, place, inner));
  return { kind: "records", reply: "batchItemFailures", records };
}

/**
 * Within a message the first that cannot be read fails them all, so what follows is left alone: a
 * message can have thousands, each with mistakes that take long to tell.
 */
function readEach(
  items: readonly unknown[],
  { position, id }: Place,
  readOne: (item: unknown, id: string) => TriggerRecord,
): readonly TriggerRecord[] {
  const records: TriggerRecord[] = [];
  for (const [index, item] of items.entries()) {
    const record = readOne(item, `${id}/${index}`);
    records.push(record);
    if (record.kind === "rejected" && position !== "invocation") break;
  }
  return records;
}

const EMPTY = "an empty list of records";

const KNOWN_SOURCES = ["aws:sqs", "aws:sns", "aws:s3"];

export function isKnownRecord(value: unknown): boolean {
  return KNOWN_SOURCES.includes(sourceOf(value));
}

export function readRecord(record: unknown, place: Place, inner: Read): TriggerRecord {
  const source = sourceOf(record);
  switch (source) {
    case "aws:sqs":
      return readQueueRecord(record, place, inner);
    case "aws:sns":
      return readTopicMessage(field(record, "Sns"), place, inner);
    case "aws:s3":
      return readS3Record(record, place);
    default:
      return rejected(
        `Records of ${source || "an unnamed source"} are not supported. Supported are aws:s3, aws:sns and aws:sqs.`,
      );
  }
}

function sourceOf(record: unknown): string {
  return textField(record, "eventSource") ?? textField(record, "EventSource") ?? "";
}

function readQueueRecord(record: unknown, place: Place, inner: Read): TriggerRecord {
  const messageId = textField(record, "messageId");
  const attributes = field(record, "attributes");
  const arn = arnOf(record);
  const group = textField(attributes, "MessageGroupId");
  const inQueue: Place = {
    ...place,
    position: "message",
    sent: true,
    detailType: "Queue Message",
    id: messageId ?? place.id,
    time: timeOf(textField(attributes, "SentTimestamp")),
    arn,
  };
  const reading = readContent(
    field(record, "body"),
    inner,
    orAsInvoked(inQueue, field(record, "messageAttributes")),
  );
  return {
    ...reading,
    ...(messageId !== undefined && { itemIdentifier: messageId }),
    // Standard queues can have groups too (fair queues), but only FIFO queues promise an order.
    ...(group !== undefined && arn?.endsWith(".fifo") === true && { orderGroup: group }),
  };
}

/** A topic's message, as Lambda gets it and as a queue subscribed to the topic holds it. */
export function readTopicMessage(notification: unknown, place: Place, inner: Read): TriggerRecord {
  const inTopic: Place = {
    ...place,
    position: "message",
    sent: true,
    detailType: "Topic Message",
    id: textField(notification, "MessageId") ?? place.id,
    time: textField(notification, "Timestamp"),
    arn: textField(notification, "TopicArn"),
  };
  return readContent(
    field(notification, "Message"),
    inner,
    orAsInvoked(inTopic, field(notification, "MessageAttributes")),
  );
}

/** Part of a dead letter may have run already, under the id that the invocation had. */
function orAsInvoked(place: Place, attributes: unknown): Place {
  const requestId = deadLetterRequest(attributes);
  return requestId === undefined ? place : asInvoked(place, requestId);
}

/**
 * The content of a message. A pipe's transformer that names the body puts it there as JSON, and no
 * longer as the text of it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
 */
function readContent(content: unknown, inner: Read, place: Place): TriggerRecord {
  const text = content ?? "";
  if (typeof text !== "string") return asOne(inner(text, place));
  const parsed = parseJsonSafely(text, keepRounded);
  return parsed.kind === "json"
    ? asOne(inner(parsed.value, place))
    : rejected(`the ${place.detailType} is not JSON: ${withoutContent(parsed.message)}`);
}

/** V8 quotes what stands around the mistake, which may be the value of a parameter. */
function withoutContent(message: string): string {
  return message.replace(/, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, "");
}

function readS3Record(record: unknown, { id, force }: Place): TriggerRecord {
  const reading = eventOfS3Record(isObject(record) ? record : {}, id);
  if (reading.kind === "rejected") return reading;
  return triggers(triggerOf(reading.event, { warnings: reading.warnings, force }));
}

function readPipeItem(item: unknown, attemptId: string, place: Place, inner: Read): TriggerRecord {
  const reading = inner(item, pipeItemPlace(item, { ...place, id: attemptId }));
  const record: TriggerRecord = reading.kind === "records" ? asOne(reading) : reading;
  const itemIdentifier = record.itemIdentifier ?? streamItem(item);
  return {
    ...record,
    ...(itemIdentifier !== undefined && { itemIdentifier }),
    // Each attempt of a pipe is an invocation of its own.
    ...(pipeItemId(item) === undefined && place.position === "invocation" && { attemptId }),
  };
}

/** The place's own id stands in for that of an item that has none. */
export function pipeItemPlace(item: unknown, place: Place): Place {
  return {
    ...place,
    position: "pipe item",
    sent: true,
    detailType: "Pipe Record",
    id: pipeItemId(item) ?? place.id,
    time: undefined,
    arn: arnOf(item),
  };
}

/**
 * What a pipe takes back by name: a queue's messages by their id, a stream's records by their
 * eventID (where an event source mapping takes the sequence number). Kafka and the brokers take back
 * the whole batch.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
 */
function streamItem(item: unknown): string | undefined {
  return textField(item, "messageId") ?? textField(item, "eventID");
}

/** ISO 8601 for milliseconds since 1970; undefined for what no calendar holds. */
function timeOf(milliseconds: string | undefined): string | undefined {
  const date = new Date(Number(milliseconds));
  return Number.isNaN(date.valueOf()) ? undefined : date.toISOString();
}
