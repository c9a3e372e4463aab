import type { Content, Document, Place } from "./documents.ts";
import { Digits, jsonOf, type Members } from "./written.ts";

/** The sources of a pipe other than a queue, which its records name each in its own way. */
export const STREAMS = [
  "kinesis",
  "dynamodb",
  "kafka",
  "activemq",
  "rabbitmq",
  "rabbitmq bare",
] as const;
export type Stream = (typeof STREAMS)[number];

/** A record of a pipe, as its source has it. */
export function streamRecord(
  stream: Stream,
  number: number,
): Document & { readonly name?: string } {
  const detail = DETAILS[stream](number);
  const name = stream === "kinesis" || stream === "dynamodb" ? detail["eventID"] : undefined;
  return {
    what: `record ${number} of ${stream}`,
    text: jsonOf(detail),
    ...(typeof name === "string" && { name }),
    read: place => [contentOf(stream, number, detail, place)],
  };
}

function contentOf(stream: Stream, number: number, detail: Members, place: Place): Content {
  const { id, exact, force, unknownAgain = false } = place;
  const isBare = stream === "rabbitmq bare";
  return {
    kind: "event",
    seen: {
      event: { source: "etlworks.dispatcher", "detail-type": "Pipe Record", detail },
      identity: JSON.stringify(isBare ? ["own", id] : [stream, number]),
      own: true,
      id: ID[stream](number) ?? id,
      exact,
      unknownAgain: isBare && unknownAgain,
      ...(force !== undefined && { force }),
    },
  };
}

const ARN = "arn:aws:stream:eu-central-1:111122223333:";

/** What tells one from another in a log. */
const ID: Readonly<Record<Stream, (number: number) => string | undefined>> = {
  kinesis: number => `shardId-000000000006:4959033827149${number}`,
  dynamodb: number => `c4ca4238a0b923820dcc509a6f75849${number}`,
  kafka: number => `${ARN}cluster/orders|orders|0|${number}|1795428000000`,
  activemq: number => `ID:b-9bcfa592-423a-4942-879d-eb284b418fc8-1.mq:${number}`,
  rabbitmq: number => `${ARN}broker:rabbit|orders::/|r\\|${number}`,
  "rabbitmq bare": () => undefined,
};

const DETAILS: Readonly<Record<Stream, (number: number) => Members>> = {
  kinesis: number => ({
    kinesisSchemaVersion: "1.0",
    partitionKey: "1",
    sequenceNumber: `4959033827149${number}`,
    data: "eyJvcmRlciI6NDcxMX0=",
    approximateArrivalTimestamp: new Digits("1795428000.5"),
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `shardId-000000000006:4959033827149${number}`,
    eventName: "aws:kinesis:record",
    awsRegion: "eu-central-1",
    eventSourceARN: `${ARN}stream/orders`,
  }),
  dynamodb: number => ({
    eventID: `c4ca4238a0b923820dcc509a6f75849${number}`,
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-central-1",
    dynamodb: {
      Keys: { Id: { N: "101" } },
      SequenceNumber: `11${number}`,
      SizeBytes: new Digits("26"),
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
    eventSourceARN: `${ARN}table/orders/stream/2026`,
  }),
  kafka: number => ({
    eventSource: "aws:kafka",
    eventSourceArn: `${ARN}cluster/orders`,
    eventSourceKey: "orders-0",
    topic: "orders",
    partition: new Digits("0"),
    offset: new Digits(String(number)),
    timestamp: new Digits("1795428000000"),
    timestampType: "CREATE_TIME",
    value: "eyJvcmRlciI6NDcxMX0=",
    headers: [],
  }),
  activemq: number => ({
    messageID: `ID:b-9bcfa592-423a-4942-879d-eb284b418fc8-1.mq:${number}`,
    messageType: "jms/text-message",
    timestamp: new Digits("1795428000000"),
    deliveryMode: new Digits("0"),
    data: "eyJvcmRlciI6NDcxMX0=",
    eventSource: "aws:amq",
    eventSourceArn: `${ARN}broker:orders`,
  }),
  rabbitmq: number => ({
    ...rabbit(number),
    basicProperties: { messageId: `r|${number}`, deliveryMode: new Digits("1") },
  }),
  "rabbitmq bare": number => rabbit(number),
};

function rabbit(number: number): Members {
  return {
    basicProperties: { deliveryMode: new Digits("1"), bodySize: new Digits(String(60 + number)) },
    redelivered: false,
    data: "eyJvcmRlciI6NDcxMX0=",
    eventSource: "aws:rmq",
    eventSourceArn: `${ARN}broker:rabbit`,
    eventSourceKey: "orders::/",
  };
}
