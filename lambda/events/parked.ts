import { createHash } from "node:crypto";
import { isObject } from "../../shared/json.ts";
import { field, textField } from "../../shared/json-fields.ts";
import { functionOfArn } from "../function-of-arn.ts";
import { placeholderInId, unfilled } from "../placeholders.ts";
import { unknownFields } from "../unknown-fields.ts";
import { MAX_WORD } from "./direct-run.ts";
import { asOne, type Place, type Read, type Reading, rejected } from "./reading.ts";
import { recordsIn } from "./record-list.ts";

/**
 * `{"force": "again-1", "event": <any event>}`: run again what that event has run already. What has
 * both members, if only in other capitals or as "events", is meant as one, so that a mistake in it
 * is told and not taken for an event.
 */
export function isWrapper(value: unknown): boolean {
  if (!isObject(value) || Object.hasOwn(value, "flow")) return false;
  const names = Object.keys(value);
  return names.some(name => /^force$/i.test(name)) && names.some(name => /^events?$/i.test(name));
}

export function readWrapper(value: unknown, place: Place, inner: Read): Reading {
  const force = textField(value, "force");
  const event = field(value, "event");
  const mistakes = unknownFields(value, ["force", "event"]).map(
    name => `${name}: is not known; only force and event are`,
  );
  if (force === undefined || force.trim() === "" || force.length > MAX_WORD) {
    mistakes.push(`force: must be a string of 1 to ${MAX_WORD} characters`);
  }
  const unfilledPlace = placeholderInId(force);
  if (unfilledPlace !== undefined) mistakes.push(unfilled("force:", unfilledPlace));
  if (!isObject(event) && !Array.isArray(event)) {
    mistakes.push("event: must be the event itself, as JSON and not as a string");
  } else if (hasNoRecords(event)) {
    mistakes.push("event: has no records, so there is nothing to run");
  }
  if (mistakes.length > 0) {
    return rejected(`The event with force is refused: ${mistakes.join("; ")}.`);
  }
  // What is in a queue's message stays one for its routes.
  const reading = inner(event, {
    ...place,
    position: "invocation",
    id: place.detailType === "Invocation" ? contentId(event) : place.id,
    force: place.force ?? force,
  });
  // The caller is a person or a script; a list of failures would go unread.
  return reading.kind === "records" ? { ...reading, reply: "none" } : reading;
}

/**
 * The word says which run is wanted. An event without an id of its own gets one from its content, and
 * not from the invocation: a call that the AWS CLI repeats, or a person, with the same word is one run.
 */
function contentId(event: unknown): string {
  // What came in a message was read without such a member.
  const text = JSON.stringify(event, (name, value: unknown) =>
    name === "__proto__" ? undefined : value,
  );
  return createHash("sha256")
    .update(text ?? "")
    .digest("base64url");
}

function hasNoRecords(event: unknown): boolean {
  const records = Array.isArray(event) ? event : recordsIn(event);
  return records?.length === 0;
}

/**
 * What Lambda puts into the destination of events that our function could not have handled. The
 * records of other functions, and of invocations that succeeded, are events of their own.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function isFailedInvocation(value: unknown, { ownFunctions }: Place): boolean {
  const record = recordOfInvocation(value);
  const arn = textField(field(record, "requestContext"), "functionArn");
  return (
    arn?.split(":")[6] !== undefined &&
    // The same name in another account or Region is another function.
    (ownFunctions.length === 0 || ownFunctions.includes(functionOfArn(arn))) &&
    hasFailed(record) &&
    field(record, "requestPayload") !== undefined
  );
}

/** A destination that is an event bus gets the record as the detail of an event. */
function recordOfInvocation(value: unknown): unknown {
  return textField(value, "source") === "lambda" ? field(value, "detail") : value;
}

/** AWS adds conditions, such as `EventAgeExceeded`; only one of them is no failure. */
function hasFailed(record: unknown): boolean {
  const condition = textField(field(record, "requestContext"), "condition");
  if (condition !== undefined) return condition.toLowerCase() !== "success";
  return textField(field(record, "responseContext"), "functionError") !== undefined;
}

/** The event within, under the id that it had, so that its runs keep their names. */
export function readFailedInvocation(value: unknown, place: Place, inner: Read): Reading {
  const record = recordOfInvocation(value);
  const id = textField(field(record, "requestContext"), "requestId") ?? place.id;
  return asOne(inner(field(record, "requestPayload"), asInvoked(place, id)));
}

/** The place of an event that Lambda invoked the function with, as it was the first time. */
export function asInvoked(place: Place, requestId: string): Place {
  return {
    ...place,
    position: "invocation",
    detailType: "Invocation",
    id: requestId,
    time: undefined,
    arn: undefined,
  };
}

/**
 * The id of the invocation whose event Lambda put into a dead-letter queue or topic, from the
 * message's attributes. The body is the event itself.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
 */
export function deadLetterRequest(attributes: unknown): string | undefined {
  const text = (name: string) => {
    const attribute = field(attributes, name);
    return textField(attribute, "stringValue") ?? textField(attribute, "Value");
  };
  return text("ErrorCode") === undefined ? undefined : text("RequestID");
}
