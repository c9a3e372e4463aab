import type { JsonObject } from "../../shared/json.ts";
import { isObject } from "../../shared/json.ts";
import { field, parseJsonSafely, present, textField } from "../../shared/json-fields.ts";
import type { DirectRun } from "./trigger-direct.ts";
import { readDirectRun } from "./trigger-direct.ts";
import { eventOfS3Record, isS3TestEvent } from "./trigger-s3.ts";

/** One event that may start flows, whatever it came in. */
export interface Trigger {
  /**
   * The event in EventBridge's shape: `source`, `detail-type`, `detail` and, where known, `id`,
   * `time`, `region`, `account`, `resources`. An S3 notification looks as S3 through EventBridge.
   */
  readonly event: JsonObject;
  /** What was odd but did not stop us, such as a key that could not be decoded. */
  readonly warnings: readonly string[];
  /** Given by an operator to run again what has run already; part of the run's identity. */
  readonly force?: string;
}

/** What one invocation of the dispatcher asks for. */
export type Invocation =
  | {
      readonly kind: "batch";
      /** With `batchItemFailures` AWS takes back only the records named; with `none` all or nothing. */
      readonly reply: "batchItemFailures" | "none";
      readonly records: readonly TriggerRecord[];
    }
  | { readonly kind: "direct"; readonly run: DirectRun }
  /** `{"check": true}`: look whether everything is set up, start nothing. */
  | { readonly kind: "check" }
  | { readonly kind: "rejected"; readonly message: string };

/** One record of an invocation: what AWS delivers, retries and parks as a whole. */
export type TriggerRecord = RecordReading & {
  /** What `batchItemFailures` names. Missing where the source has none. */
  readonly itemIdentifier?: string;
  /** The group of a FIFO queue: after a failure the rest of its group must go back too. */
  readonly orderGroup?: string;
};

type RecordReading =
  | { readonly kind: "triggers"; readonly triggers: readonly Trigger[] }
  | { readonly kind: "ignored"; readonly reason: string }
  | { readonly kind: "rejected"; readonly message: string };

/** The `source` of events that carry none: a queue's or topic's own JSON, a schedule's input. */
export const OWN_SOURCE = "etlworks.dispatcher";

/**
 * Reads any event AWS delivers, nested as it may be, and never throws.
 *
 * `invocationId` is Lambda's request id. AWS keeps it when it retries an asynchronous invocation,
 * so it stands in as the id of events that have none.
 */
export function readInvocation(event: unknown, invocationId: string): Invocation {
  if (Array.isArray(event)) {
    const records = event.map((item: unknown, index) =>
      readPipeItem(item, `${invocationId}/${index}`),
    );
    return { kind: "batch", reply: "batchItemFailures", records };
  }
  const records = field(event, "Records");
  if (Array.isArray(records)) {
    const fromQueue = records.some(record => field(record, "eventSource") === "aws:sqs");
    return {
      kind: "batch",
      reply: fromQueue ? "batchItemFailures" : "none",
      records: records.map((record: unknown, index) =>
        readRecord(record, `${invocationId}/${index}`),
      ),
    };
  }
  if (field(event, "check") === true) return { kind: "check" };
  if (isRedrive(event)) return redrive(event, invocationId);
  if (field(event, "flow") !== undefined && !isEventBridgeEvent(event)) {
    return readDirectRun(event, invocationId);
  }
  const record = readMessage(event, {
    detailType: "Invocation",
    id: scheduledId(event) ?? invocationId,
  });
  return { kind: "batch", reply: "none", records: [record] };
}

/** Where a message came from: what an event without its own envelope is described with. */
interface Envelope {
  readonly detailType: "Invocation" | "Queue Message" | "Topic Message" | "Pipe Record";
  readonly id: string;
  readonly time?: string | undefined;
  /** The ARN of the queue, the topic or the stream. */
  readonly arn?: string | undefined;
}

function readRecord(record: unknown, fallbackId: string): TriggerRecord {
  const source = textField(record, "eventSource") ?? textField(record, "EventSource") ?? "";
  switch (source) {
    case "aws:sqs":
      return readQueueRecord(record, fallbackId);
    case "aws:sns": {
      const sns = field(record, "Sns");
      return readTopicMessage(isObject(sns) ? sns : {}, fallbackId);
    }
    case "aws:s3":
      return readS3Records([record], fallbackId);
    default:
      return {
        kind: "rejected",
        message: `records of ${source || "an unnamed source"} are not supported; known are aws:s3, aws:sns and aws:sqs`,
      };
  }
}

function readQueueRecord(record: unknown, fallbackId: string): TriggerRecord {
  const messageId = textField(record, "messageId");
  const body = textField(record, "body") ?? "";
  const arn = textField(record, "eventSourceARN");
  const group = textField(field(record, "attributes"), "MessageGroupId");
  const reading = readText(body, {
    detailType: "Queue Message",
    id: messageId ?? fallbackId,
    time: timeOf(textField(field(record, "attributes"), "SentTimestamp")),
    arn,
  });
  return {
    ...reading,
    ...(messageId !== undefined && { itemIdentifier: messageId }),
    // Standard queues can have groups too (fair queues), but only FIFO queues promise an order.
    ...(group !== undefined && arn?.endsWith(".fifo") === true && { orderGroup: group }),
  };
}

/** A pipe hands over the source's own records, or whatever its transformer made of them. */
function readPipeItem(item: unknown, fallbackId: string): TriggerRecord {
  if (field(item, "eventSource") === "aws:sqs") return readQueueRecord(item, fallbackId);
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html:
  // unlike an event source mapping, a pipe knows a stream's record by its eventID.
  const identifier = textField(item, "messageId") ?? textField(item, "eventID");
  const reading = readMessage(item, {
    detailType: "Pipe Record",
    id: identifier ?? fallbackId,
    arn: textField(item, "eventSourceARN"),
  });
  return identifier === undefined ? reading : { ...reading, itemIdentifier: identifier };
}

/** A topic's message, as Lambda gets it and as a queue subscribed to the topic holds it. */
function readTopicMessage(notification: JsonObject, fallbackId: string): RecordReading {
  return readText(textField(notification, "Message") ?? "", {
    detailType: "Topic Message",
    id: textField(notification, "MessageId") ?? fallbackId,
    time: textField(notification, "Timestamp"),
    arn: textField(notification, "TopicArn"),
  });
}

function readText(text: string, envelope: Envelope): RecordReading {
  const parsed = parseJsonSafely(text);
  return parsed.kind === "json"
    ? readMessage(parsed.value, envelope)
    : { kind: "rejected", message: `the ${envelope.detailType} is not JSON: ${parsed.message}` };
}

/** What a message is, from the innermost wrap outwards. */
function readMessage(message: unknown, envelope: Envelope): RecordReading {
  if (isS3TestEvent(message)) {
    return {
      kind: "ignored",
      reason: "s3:TestEvent, which S3 sends when a notification is set up",
    };
  }
  const records = field(message, "Records");
  if (
    Array.isArray(records) &&
    records.every(record => field(record, "eventSource") === "aws:s3")
  ) {
    return readS3Records(records, envelope.id);
  }
  if (isTopicNotification(message)) return readTopicMessage(message, envelope.id);
  if (isRunnerOrder(message)) return { kind: "rejected", message: RUN_BY_HAND };
  if (isFailedInvocation(message)) return readFailedInvocation(message, envelope.id);
  const event = isEventBridgeEvent(message)
    ? { ...message, id: textField(message, "id") ?? envelope.id }
    : eventOfOwn(message, envelope);
  return { kind: "triggers", triggers: [{ event, warnings: [] }] };
}

/** Taken as an event of its own it would match no route, and be gone. */
const RUN_BY_HAND =
  "this is what the runner was given for a run that failed, and not an event. To run it again, invoke the dispatcher with its flow and its parameters, or with its event and force";

/** What the runner's dead letters hold (run-identity.ts writes it). */
function isRunnerOrder(value: unknown): boolean {
  return (
    typeof field(value, "version") === "number" &&
    typeof field(value, "flow") === "number" &&
    typeof field(value, "timeoutMs") === "number" &&
    textField(value, "route") !== undefined &&
    isObject(field(value, "origin"))
  );
}

/**
 * What Lambda puts into the destination of events that it could not have handled:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
function isFailedInvocation(value: unknown): value is JsonObject {
  return (
    textField(field(value, "requestContext"), "functionArn") !== undefined &&
    field(value, "requestPayload") !== undefined
  );
}

/** The event within, under the id that it had, so that its runs keep their names. */
function readFailedInvocation(message: JsonObject, fallbackId: string): RecordReading {
  const id = textField(message["requestContext"], "requestId") ?? fallbackId;
  const invocation = readInvocation(message["requestPayload"], id);
  switch (invocation.kind) {
    case "batch":
      return asOne(invocation.records);
    case "direct": {
      const reason = "a direct invoke is not taken from a message";
      return {
        kind: "rejected",
        message: `${reason}; invoke the dispatcher with its requestPayload`,
      };
    }
    case "check":
      return { kind: "ignored", reason: "a check, which nobody waits for any more" };
    case "rejected":
      return invocation;
  }
}

/** Several records in one message: one that cannot be read fails them all, as with S3's below. */
function asOne(records: readonly TriggerRecord[]): RecordReading {
  const triggers: Trigger[] = [];
  const ignored: string[] = [];
  for (const record of records) {
    if (record.kind === "rejected") return { kind: "rejected", message: record.message };
    if (record.kind === "ignored") ignored.push(record.reason);
    else triggers.push(...record.triggers);
  }
  return triggers.length === 0 && ignored.length > 0
    ? { kind: "ignored", reason: ignored.join("; ") }
    : { kind: "triggers", triggers };
}

/**
 * The records of one S3 notification. One that cannot be read fails them all: they are delivered as
 * one message, so starting the others now would start them again when AWS delivers it once more.
 */
function readS3Records(records: readonly unknown[], fallbackId: string): RecordReading {
  const triggers: Trigger[] = [];
  for (const record of records) {
    const reading = eventOfS3Record(isObject(record) ? record : {}, fallbackId);
    if (reading.kind === "rejected") return reading;
    triggers.push({ event: reading.event, warnings: reading.warnings });
  }
  return { kind: "triggers", triggers };
}

function eventOfOwn(message: unknown, envelope: Envelope): JsonObject {
  const [, , , region, account] = envelope.arn?.split(":") ?? [];
  return present({
    version: "0",
    id: envelope.id,
    "detail-type": envelope.detailType,
    source: OWN_SOURCE,
    account: account === "" ? undefined : account,
    time: envelope.time,
    region: region === "" ? undefined : region,
    resources: envelope.arn === undefined ? [] : [envelope.arn],
    detail: message ?? null,
  });
}

function isEventBridgeEvent(value: unknown): value is JsonObject {
  return (
    textField(value, "source") !== undefined &&
    textField(value, "detail-type") !== undefined &&
    field(value, "detail") !== undefined
  );
}

function isTopicNotification(value: unknown): value is JsonObject {
  return field(value, "Type") === "Notification" && typeof field(value, "Message") === "string";
}

/**
 * The identity of a schedule's firing, when the schedule's input has the two context attributes
 * under these names. The execution id would not do: each attempt has its own.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
function scheduledId(event: unknown): string | undefined {
  const arn = textField(event, "scheduleArn");
  const time = textField(event, "scheduledTime");
  return arn === undefined || time === undefined ? undefined : `${arn}|${time}`;
}

/** `{"event": <any event above>, "force": "again-1"}`: run again what that event has run already. */
function isRedrive(value: unknown): value is JsonObject {
  return (
    isObject(value) &&
    Object.keys(value).toSorted().join() === "event,force" &&
    textField(value, "force") !== undefined
  );
}

function redrive(value: JsonObject, invocationId: string): Invocation {
  const force = textField(value, "force") ?? "";
  const inner = readInvocation(value["event"], invocationId);
  switch (inner.kind) {
    case "batch":
      return {
        ...inner,
        // The caller is a person or a script; a list of failures would go unread.
        reply: "none",
        records: inner.records.map(record =>
          record.kind === "triggers"
            ? { ...record, triggers: record.triggers.map(trigger => ({ ...trigger, force })) }
            : record,
        ),
      };
    case "direct":
      return { kind: "direct", run: { ...inner.run, force } };
    case "check":
    case "rejected":
      return inner;
  }
}

/** ISO 8601 for milliseconds since 1970; undefined for what no calendar holds. */
function timeOf(milliseconds: string | undefined): string | undefined {
  const date = new Date(Number(milliseconds));
  return Number.isNaN(date.valueOf()) ? undefined : date.toISOString();
}
