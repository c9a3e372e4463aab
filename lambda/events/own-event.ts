import type { JsonObject } from "../../shared/json.ts";
import { field, present, textField } from "../../shared/json-fields.ts";
import { placeholderIn } from "../placeholders.ts";
import { OWN_SOURCE, type Trigger } from "../trigger.ts";
import type { Place } from "./reading.ts";
import { type EventNotes, triggerOf } from "./trigger-of-event.ts";

/** Any JSON as the `detail` of an event of our own, described by where it came from. */
export function ownEvent(message: unknown, place: Place): Trigger {
  const [, , , region, account] = place.arn?.split(":") ?? [];
  const given = givenId(message);
  const event = present({
    version: "0",
    id: given ?? place.id,
    "detail-type": place.detailType,
    source: OWN_SOURCE,
    account: account === "" ? undefined : account,
    time: place.time,
    region: region === "" ? undefined : region,
    resources: place.arn === undefined ? [] : [place.arn],
    detail: message ?? null,
  });
  return triggerOf(event, { own: true, id: given ?? idInStream(place), force: place.force });
}

/** Streams and brokers number their records each for itself. */
function idInStream({ detailType, arn, id }: Place): string | undefined {
  return detailType === "Pipe Record" && arn !== undefined ? joined([arn, id]) : undefined;
}

/** How the sender says which event it is, whatever the event comes in and however often. */
export function givenId(message: unknown): string | undefined {
  return scheduledId(message) ?? cloudEventId(message);
}

/**
 * The identity of a schedule's firing, when the schedule's input has the two context attributes
 * under these names. The execution id would not do: each attempt has its own. A time that is no
 * moment, such as "02:00", is the same for every firing and says nothing.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
function scheduledId(message: unknown): string | undefined {
  const arn = textField(message, "scheduleArn");
  const time = textField(message, "scheduledTime");
  if (arn === undefined || time === undefined) return undefined;
  const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(time);
  return isMoment || placeholderIn(time) !== undefined ? joined([arn, time]) : undefined;
}

/**
 * Producers of CloudEvents must ensure that `source` and `id` together are unique for each event:
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#id
 */
function cloudEventId(message: unknown): string | undefined {
  const source = textField(message, "source");
  const id = textField(message, "id");
  const isCloudEvent =
    textField(message, "specversion") !== undefined && textField(message, "type") !== undefined;
  return isCloudEvent && source !== undefined && id !== undefined
    ? joined([source, id])
    : undefined;
}

/**
 * A replay from an archive brings each event under its old id, so what has run is not run again. A
 * replay that is to run all of it says so by its name, and each such replay runs it once.
 */
export function replayNotes(event: JsonObject, place: Place): EventNotes {
  const replay = textField(event, "replay-name");
  if (replay === undefined || place.force !== undefined) return { force: place.force };
  if (/^again(?![a-z])/i.test(replay)) return { force: `replay ${replay}` };
  return {
    warnings: [
      `The event comes from the replay ${replay}. What has run already is not run again. To run everything again, start a replay whose name begins with "again".`,
    ],
  };
}

/**
 * The id of a pipe's item, the same at each attempt of its batch; undefined when the source gives
 * none, as after a transformer that leaves it out.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-source.html
 */
export function pipeItemId(item: unknown): string | undefined {
  return (
    textField(item, "messageId") ??
    textField(item, "eventID") ??
    textField(item, "messageID") ??
    rabbitId(item) ??
    streamId(item) ??
    kafkaId(item)
  );
}

/** Publishers of RabbitMQ choose the id as they like, so it says nothing outside of its queue. */
function rabbitId(item: unknown): string | undefined {
  const id = textField(field(item, "basicProperties"), "messageId");
  return id && joined([arnOf(item), textField(item, "eventSourceKey"), id]);
}

/** Where a transformer left out the record's own id. */
function streamId(item: unknown): string | undefined {
  const number =
    textField(item, "sequenceNumber") ?? textField(field(item, "dynamodb"), "SequenceNumber");
  return number && joined([arnOf(item), number]);
}

/** With its timestamp, since a topic that is made anew counts its offsets from 0 again. */
function kafkaId(item: unknown): string | undefined {
  const topic = textField(item, "topic");
  const position = ["partition", "offset"].map(name => numberText(field(item, name)));
  if (topic === undefined || position.includes(undefined)) return undefined;
  const servers = textField(item, "bootstrapServers")?.split(",").toSorted().join();
  const timestamp = numberText(field(item, "timestamp"));
  return joined([
    arnOf(item) ?? servers,
    topic,
    ...position,
    ...(timestamp === undefined ? [] : [timestamp]),
  ]);
}

/**
 * Texts as one, between bars. A bar within a text is written otherwise, so that no other texts give
 * the same: the second event would be taken for a copy of the first.
 */
function joined(parts: readonly (string | undefined)[]): string {
  return parts.map(part => (part ?? "").replaceAll(/[|\\]/g, "\\$&")).join("|");
}

/** Transformers write numbers as texts, too. */
function numberText(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" && /^\d+$/.test(value) ? value : undefined;
}

/** Sources differ in how they write it. */
export function arnOf(record: unknown): string | undefined {
  return textField(record, "eventSourceARN") ?? textField(record, "eventSourceArn");
}
