import { isObject } from "../../shared/json.ts";
import { field, textField } from "../../shared/json-fields.ts";
import { pipeItemId } from "./own-event.ts";
import type { Place } from "./reading.ts";

/**
 * The source of an event that another event source mapping would send, such as Kafka's or a
 * stream's. A pipe hands over single records of these sources, which are events of our own.
 */
export function foreignSource(value: unknown, place: Place): string | undefined {
  const source = textField(value, "eventSource") ?? textField(value, "EventSource");
  if (source === undefined || !/^aws:|^SelfManagedKafka$/i.test(source)) return undefined;
  const isMapping = BATCH_MEMBERS.some(name => typeof field(value, name) === "object");
  return place.position === "pipe item" && !isMapping ? undefined : source;
}

/**
 * A record of a stream or a broker by itself: a pipe can put its records into a queue or a topic, one a
 * message. An event source mapping never sends one alone.
 */
export function isPipeRecord(value: unknown, place: Place): boolean {
  const isRefusedHere = foreignSource(value, place) !== undefined;
  const isReadInPipe = foreignSource(value, { ...place, position: "pipe item" }) === undefined;
  const saysWhichItIs =
    pipeItemId(value) !== undefined || isObject(field(value, "basicProperties"));
  return isRefusedHere && isReadInPipe && saysWhichItIs;
}

/** What holds the batch in the events of Kafka, ActiveMQ, RabbitMQ and DocumentDB. */
const BATCH_MEMBERS = ["records", "messages", "rmqMessagesByQueue", "events"];

/**
 * What the extended clients of SQS and SNS send in place of a message that is too large:
 * `["software.amazon.payloadoffloading.PayloadS3Pointer", {"s3BucketName": …, "s3Key": …}]`, and
 * those of others `{"S3Payload": {"Bucket": …, "Key": …}}`.
 */
export function isPointer(value: unknown): boolean {
  if (Array.isArray(value)) {
    const name: unknown = value[0];
    return value.length === 2 && typeof name === "string" && /^[\w.]*S3Pointer\w*$/.test(name);
  }
  const target = textField(field(value, "S3Payload"), "Key");
  return target !== undefined && isObject(value) && Object.keys(value).length === 1;
}

/** What SQS answers to who receives messages by hand, whole or one of its messages. */
export function isReceived(value: unknown): boolean {
  const messages = field(value, "Messages");
  if (Array.isArray(messages)) return messages.length > 0 && messages.every(isReceivedMessage);
  return isReceivedMessage(value);
}

function isReceivedMessage(value: unknown): boolean {
  return textField(value, "ReceiptHandle") !== undefined && textField(value, "Body") !== undefined;
}
