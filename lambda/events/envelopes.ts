import { isObject } from "../../shared/json.ts";
import { field, parseJsonSafely, textField } from "../../shared/json-fields.ts";
import { cutText } from "../cut-text.ts";
import { readCommand } from "../lanes/commands/read-command.ts";
import { readLaneOrder } from "../order.ts";
import { hasUnfilledPlaces, placeholderInId, unfilled } from "../placeholders.ts";
import type { Trigger } from "../trigger.ts";
import { readDirectRun } from "./direct-run.ts";
import { foreignSource, isPipeRecord, isPointer, isReceived } from "./foreign-events.ts";
import { misplacedWord } from "./misplaced-word.ts";
import { givenId, ownEvent, replayNotes } from "./own-event.ts";
import { isFailedInvocation, isWrapper, readFailedInvocation, readWrapper } from "./parked.ts";
import {
  asked,
  ignored,
  type Place,
  type Read,
  type Reading,
  rejected,
  triggers,
} from "./reading.ts";
import { recordsIn } from "./record-list.ts";
import {
  isKnownRecord,
  pipeItemPlace,
  readPipeItems,
  readRecord,
  readRecords,
  readTopicMessage,
} from "./records.ts";
import { isS3TestEvent } from "./s3-record.ts";
import { isEventBridgeEvent, triggerOf } from "./trigger-of-event.ts";

const UNFILLED =
  "The event contains <aws.…> placeholders that were not replaced. EventBridge Scheduler, rules and pipes replace only their own, and only under the exact names. Correct the name, or send the value.";

/** A shape in which events come. */
export interface Envelope {
  readonly name: string;
  readonly holds: (value: unknown, place: Place) => boolean;
  readonly read: (value: unknown, place: Place, inner: Read) => Reading;
}

/**
 * Every shape that is understood or refused, wherever it stands: as a whole invocation, in a queue's
 * or a topic's message, in a pipe, in the record of a failed invocation, in a wrapper. The first
 * that holds a value reads it; what no shape holds is an event of our own.
 */
export const ENVELOPES: readonly Envelope[] = [
  {
    name: "event with a word of ours in it",
    holds: value => misplacedWord(value) !== undefined,
    read: value => rejected(misplacedWord(value) ?? ""),
  },
  {
    name: "event as text",
    holds: isEventAsText,
    read: (_value, { detailType }) =>
      rejected(
        `The ${detailType} is a string that holds an event as JSON: it was made JSON twice. Send the event itself.`,
      ),
  },
  {
    name: "S3's test event",
    holds: isS3TestEvent,
    read: () => ignored("s3:TestEvent, which S3 sends when a notification is set up"),
  },
  {
    name: "pointer to a message in S3",
    holds: isPointer,
    read: () =>
      rejected(
        "The message is a pointer of the SQS or SNS extended client: its content is in S3, and the dispatcher does not fetch it. Send the event itself.",
      ),
  },
  {
    name: "answer of a queue",
    holds: isReceived,
    read: () =>
      rejected(
        "This is what SQS answers to receive-message. Invoke the dispatcher with the Body of each message, as JSON and not as a string.",
      ),
  },
  {
    name: "records",
    holds: value => recordsIn(value) !== undefined,
    read: (value, place, inner) => readRecords(recordsIn(value) ?? [], place, inner),
  },
  {
    name: "items of a pipe",
    holds: (value, place) =>
      Array.isArray(value) && (place.position === "invocation" || isListOfEvents(value, place)),
    read: (value, place, inner) => readPipeItems(Array.isArray(value) ? value : [], place, inner),
  },
  {
    name: "record of a queue, a topic or a bucket",
    holds: isKnownRecord,
    read: readRecord,
  },
  {
    name: "notification of a topic",
    holds: value =>
      field(value, "Type") === "Notification" && typeof field(value, "Message") === "string",
    read: readTopicMessage,
  },
  {
    name: "handshake of a topic",
    holds: value =>
      /^(Un)?[Ss]ubscri(be|ption)Confirmation$/.test(textField(value, "Type") ?? "") &&
      textField(value, "TopicArn") !== undefined,
    read: value =>
      rejected(
        `The topic ${textField(value, "TopicArn")} sent a ${textField(value, "Type")}, not an event. If the subscription is yours, open its SubscribeURL to confirm it.`,
      ),
  },
  { name: "wrapper", holds: isWrapper, read: readWrapper },
  { name: "failed invocation", holds: isFailedInvocation, read: readFailedInvocation },
  {
    name: "command",
    holds: value => isCommand(value),
    read: () =>
      rejected(
        "This is a command, not an event. Commands are obeyed only when the dispatcher is invoked with them and nothing around. Nothing was started or changed. If it is still wanted, invoke the dispatcher with it.",
      ),
  },
  {
    name: "order of a lane",
    holds: value => readLaneOrder(value) !== undefined,
    read: value =>
      rejected(
        `This is the order of a lane, not an event. To run what failed in it again, invoke the dispatcher with {"again": {"lane": ${JSON.stringify(cutText(readLaneOrder(value)?.lane ?? "", 1_024))}}}. It leaves out runs that may still be running: look for these in Etlworks first, then name their outcome, such as "outcomes": ["timed-out"], beside "lane".`,
      ),
  },
  {
    name: "EventBridge event",
    holds: isEventBridgeEvent,
    read(value, place) {
      const event = isObject(value) ? value : {};
      // Not in the detail, which may tell of a schedule that somebody made.
      if (hasUnfilledPlaces({ ...event, detail: undefined })) return rejected(UNFILLED);
      const identified = { ...event, id: textField(event, "id") ?? place.id };
      return identifiedTrigger(triggerOf(identified, replayNotes(event, place)));
    },
  },
  {
    name: "record of a pipe",
    holds: isPipeRecord,
    read: (value, place) => identifiedTrigger(ownEvent(value, pipeItemPlace(value, place))),
  },
  {
    name: "events of another source",
    holds: (value, place) => foreignSource(value, place) !== undefined,
    read: (value, place) =>
      rejected(
        `Events of ${foreignSource(value, place)} are not supported. Supported are records of aws:s3, aws:sns and aws:sqs, and EventBridge events. Connect other sources with an EventBridge pipe.`,
      ),
  },
  {
    name: "places of a schedule",
    holds: hasUnfilledPlaces,
    read: () => rejected(UNFILLED),
  },
  {
    name: "direct invoke",
    holds: value => field(value, "flow") !== undefined,
    read(value, { id, force, sent }) {
      const reading = readDirectRun(value, id);
      if (reading.kind === "rejected") return reading;
      const run = force === undefined ? reading.run : { ...reading.run, force };
      return asked({ kind: "direct", run, ...(sent && { sent }) });
    },
  },
  {
    name: "check",
    // As the only member: in a message that has more it is a field of somebody's own.
    holds: value =>
      isObject(value) && field(value, "check") === true && Object.keys(value).length === 1,
    read: () => asked({ kind: "check" }),
  },
];

/** More around an event than AWS's services can put there. */
const MAX_DEPTH = 10;

/** What a value is, from the outermost envelope inwards. Never throws. */
export function read(value: unknown, place: Place): Reading {
  if (place.depth > MAX_DEPTH) {
    return rejected(`The event is wrapped in more than ${MAX_DEPTH} other events.`);
  }
  const envelope = ENVELOPES.find(({ holds }) => holds(value, place));
  if (envelope === undefined) return identifiedTrigger(ownEvent(value, place));
  return envelope.read(value, place, (inner, innerPlace) =>
    read(inner, { ...innerPlace, depth: place.depth + 1 }),
  );
}

/** A string that holds no event is somebody's own data. */
function isEventAsText(value: unknown, place: Place): boolean {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return false;
  const parsed = parseJsonSafely(value);
  if (parsed.kind !== "json") return false;
  const within: Place = { ...place, position: "message" };
  return (
    givenId(parsed.value) !== undefined ||
    ENVELOPES.some(({ holds }) => holds(parsed.value, within))
  );
}

/**
 * A whole one, such as a sweep in the record of its failed invocation. To the routes it would
 * look like an event of somebody's own.
 */
function isCommand(value: unknown): boolean {
  const { kind } = readCommand(value, []);
  return kind !== "none" && kind !== "rejected";
}

function identifiedTrigger(trigger: Trigger): Reading {
  const place = placeholderInId(trigger.origin.id);
  return place === undefined
    ? triggers(trigger)
    : rejected(`${unfilled("The event's id", place)}.`);
}

/**
 * Within a message a list may be somebody's own data; it is a pipe's list only when each item is
 * something that the table knows, or says by itself which event it is.
 */
function isListOfEvents(items: readonly unknown[], place: Place): boolean {
  if (items.length === 0 || items.length > MAX_ITEMS) return false;
  return items.every(item =>
    Array.isArray(item)
      ? isPointer(item) || isListOfEvents(item, place)
      : givenId(item) !== undefined || ENVELOPES.some(({ holds }) => holds(item, place)),
  );
}

/** A pipe's largest batch. */
const MAX_ITEMS = 10_000;
