import { createHash } from "node:crypto";
import type { Content, Document, Place } from "./documents.ts";

/** What AWS hands the dispatcher at once. */
export interface Invocation {
  readonly what: string;
  /** The event, as JSON. */
  readonly text: string;
  /** The same at each of AWS's attempts where AWS keeps it. */
  readonly requestId: string;
  readonly records: readonly AwsRecord[];
  /** What AWS does of the answer: takes names, or only success or failure. */
  readonly reply: "named" | "whole";
  /** What AWS sends after an attempt at which these records failed. */
  readonly again: (failed: readonly AwsRecord[], attemptId: string) => Invocation;
}

/** What AWS delivers, takes back and parks by itself. */
export interface AwsRecord {
  readonly what: string;
  /** What the answer may name it; the first is the usual one. */
  readonly names: readonly string[];
  readonly contents: readonly Content[];
  /** Of a FIFO queue. */
  readonly group?: string;
}

const QUEUE = "arn:aws:sqs:eu-central-1:111122223333:landing";
export const DISPATCHER = "arn:aws:lambda:eu-central-1:111122223333:function:dispatcher";

/** Straight to the function: by S3, SNS, a rule, a schedule, or by hand. */
export function straight(document: Document, requestId: string): Invocation {
  const place: Place = {
    detailType: "Invocation",
    id: requestId,
    exact: false,
    byHand: true,
    isWhole: true,
  };
  const contents = document.read(place);
  const invocation: Invocation = {
    what: `straight: ${document.what}`,
    text: document.text,
    requestId,
    records: [{ what: document.what, names: [], contents }],
    reply: "whole",
    // AWS tries an asynchronous invocation again under its id.
    again: () => invocation,
  };
  return invocation;
}

export interface Message {
  readonly id: string;
  readonly document: Document;
  readonly group?: string;
  /** The invocation of which Lambda made it a dead letter. */
  readonly failedRequest?: string;
}

/** A batch of a queue's event source mapping. */
export function queueBatch(messages: readonly Message[], requestId: string): Invocation {
  const records = messages.map(message => readMessage(message));
  return {
    what: `queue: ${messages.map(({ id, document, group }) => `${id}${group === undefined ? "" : ` of group ${group}`}: ${document.what}`).join("; ")}`,
    text: `{"Records": [${messages.map(message => textOfMessage(message)).join(", ")}]}`,
    requestId,
    records,
    reply: "named",
    again: (failed, attemptId) =>
      queueBatch(
        messages.filter((_, index) => failed.includes(records[index] ?? failedNever)),
        attemptId,
      ),
  };
}

const failedNever: AwsRecord = { what: "", names: [], contents: [] };

function readMessage({ id, document, group, failedRequest }: Message, exact = true): AwsRecord {
  const isDead = failedRequest !== undefined;
  return {
    what: document.what,
    names: [id],
    contents: document.read({
      detailType: isDead ? "Invocation" : "Queue Message",
      id: failedRequest ?? id,
      exact,
      byHand: false,
    }),
    ...(group !== undefined && { group }),
  };
}

function textOfMessage(
  { id, document, group, failedRequest }: Message,
  body = JSON.stringify(document.text),
): string {
  const attributes =
    failedRequest === undefined
      ? {}
      : {
          RequestID: { stringValue: failedRequest, dataType: "String" },
          ErrorCode: { stringValue: "200", dataType: "Number" },
          ErrorMessage: { stringValue: "no", dataType: "String" },
        };
  const fifo = group === undefined ? "" : `, "MessageGroupId": ${JSON.stringify(group)}`;
  return `{"messageId": ${JSON.stringify(id)}, "receiptHandle": "AQEB", "body": ${body}, "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1795428000000"${fifo}}, "messageAttributes": ${JSON.stringify(attributes)}, "md5OfBody": "09", "eventSource": "aws:sqs", "eventSourceARN": "${QUEUE}${group === undefined ? "" : ".fifo"}", "awsRegion": "eu-central-1"}`;
}

/** A pipe of a queue hands its messages over as they are, or with bodies that are JSON. */
export function pipeOfQueue(
  messages: readonly Message[],
  requestId: string,
  transformed: boolean,
): Invocation {
  const records = messages.map(message => readMessage(message, !transformed));
  return {
    what: `pipe of a queue${transformed ? ", transformed" : ""}: ${messages.map(({ document }) => document.what).join("; ")}`,
    text: `[${messages.map(message => textOfMessage(message, transformed ? message.document.text : undefined)).join(", ")}]`,
    requestId,
    records,
    reply: "named",
    again: (failed, attemptId) =>
      pipeOfQueue(
        messages.filter((_, index) => failed.includes(records[index] ?? failedNever)),
        attemptId,
        transformed,
      ),
  };
}

/** A pipe of a stream, of a broker, or a transformed one, whose records nothing names. */
export function pipe(documents: readonly Document[], requestId: string): Invocation {
  const isWhole = documents.some(({ name }) => name === undefined);
  const records = documents.map((document, index) => ({
    what: document.what,
    names: document.name === undefined ? [] : [document.name],
    contents: document.read({
      detailType: "Pipe Record",
      id: `${requestId}/${index}`,
      exact: false,
      byHand: false,
      unknownAgain: true,
    }),
  }));
  return {
    what: `pipe: ${documents.map(({ what }) => what).join("; ")}`,
    text: `[${documents.map(({ text }) => text).join(", ")}]`,
    requestId,
    records,
    reply: "named",
    again: (failed, attemptId) =>
      pipe(
        documents.filter((_, index) => isWhole || failed.includes(records[index] ?? failedNever)),
        attemptId,
      ),
  };
}

/** SNS straight to a function: one message at a time. */
export function inTopic(document: Document, messageId: string): Document {
  return {
    what: `topic(${messageId}: ${document.what})`,
    text: JSON.stringify({
      Records: [
        {
          EventSource: "aws:sns",
          EventVersion: "1.0",
          EventSubscriptionArn: "arn:aws:sns:eu-central-1:111122223333:landing:example",
          Sns: notificationOf(document, messageId),
        },
      ],
    }),
    read: place => document.read(inMessage(place, messageId)),
  };
}

/** A topic's message in a queue. */
export function inNotification(document: Document, messageId: string): Document {
  return {
    what: `notification(${messageId}: ${document.what})`,
    text: JSON.stringify(notificationOf(document, messageId)),
    read: place => document.read(inMessage(place, messageId)),
  };
}

function inMessage(place: Place, id: string): Place {
  const { force } = place;
  return {
    detailType: "Topic Message",
    id,
    exact: true,
    byHand: false,
    ...(force !== undefined && { force }),
  };
}

function notificationOf({ text }: Document, messageId: string): object {
  return {
    Type: "Notification",
    MessageId: messageId,
    TopicArn: "arn:aws:sns:eu-central-1:111122223333:landing",
    Message: text,
    Timestamp: "2026-05-09T10:00:01.000Z",
    SignatureVersion: "1",
    Signature: "EXAMPLE",
  };
}

/** A queue's batch in something else, such as a queue that a function or a pipe fills. */
export function inQueue(messages: readonly Message[]): Document {
  const batch = queueBatch(messages, "");
  return {
    what: `batch(${batch.what})`,
    text: batch.text,
    read: ({ force }) =>
      messages.flatMap(({ id, document }) =>
        document.read({
          detailType: "Queue Message",
          id,
          exact: true,
          byHand: false,
          ...(force !== undefined && { force }),
        }),
      ),
  };
}

/** What AWS parks of an asynchronous invocation that failed three times. */
export function parked(document: Document, requestId: string): Document {
  return {
    what: `parked(${requestId}: ${document.what})`,
    text: `{"version": "1.0", "timestamp": "2026-05-09T10:00:00.000Z", "requestContext": {"requestId": ${JSON.stringify(requestId)}, "functionArn": "${DISPATCHER}:live", "condition": "RetriesExhausted", "approximateInvokeCount": 3}, "requestPayload": ${document.text}, "responseContext": {"statusCode": 200, "executedVersion": "7", "functionError": "Unhandled"}, "responsePayload": {"errorType": "DispatchFailed"}}`,
    read: ({ exact, byHand, force }) =>
      document.read({
        detailType: "Invocation",
        id: requestId,
        exact,
        byHand,
        ...(force !== undefined && { force }),
      }),
  };
}

/** The same, in the event that a bus gets as the destination. */
export function onBus(record: Document): Document {
  return {
    ...record,
    what: `bus(${record.what})`,
    text: `{"version": "0", "id": "bus-1", "detail-type": "Lambda Function Invocation Result - Failure", "source": "lambda", "account": "111122223333", "time": "2026-05-09T10:00:00Z", "region": "eu-central-1", "resources": [], "detail": ${record.text}}`,
  };
}

/** To run one event again on purpose. */
export function forced(document: Document, word: string): Document {
  return {
    what: `force ${word} (${document.what})`,
    text: `{"force": ${JSON.stringify(word)}, "event": ${document.text}}`,
    // Only what may be an event.
    read: place =>
      /^[{[]./.test(document.text) && document.text !== "[]"
        ? document.read({
            ...place,
            // With the word, what stands there says which run is wanted, and not the invocation.
            id: place.detailType === "Invocation" ? hashOf(document.text) : place.id,
            isWhole: false,
            isForced: true,
            force: word,
          })
        : [{ kind: "bad", why: "nothing to force" }],
  };
}

function hashOf(text: string): string {
  const plain = JSON.stringify(JSON.parse(text), (name, value: unknown) =>
    name === "__proto__" ? undefined : value,
  );
  return createHash("sha256").update(plain).digest("base64url");
}
