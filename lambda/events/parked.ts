import { isObject } from "../../shared/json.ts";
import { field, textField } from "../../shared/json-fields.ts";
import { UserError } from "../../shared/user-error.ts";
import { repeatedIdentity } from "../identity.ts";
import { type RunDecision, readRunDecision } from "../launch/run-key.ts";
import { hasUnfilledPlaces } from "./own-event.ts";
import { asked, asOne, type Place, type Read, type Reading, rejected } from "./reading.ts";
import { MAX_WORD } from "./trigger-direct.ts";

/**
 * `{"force": "again-1", "event": <any event>}`: run again what that event has run already. What has
 * both members is meant as one, so that a mistake in it is told and not taken for an event.
 */
export function isWrapper(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.hasOwn(value, "force") &&
    Object.hasOwn(value, "event") &&
    !Object.hasOwn(value, "flow")
  );
}

export function readWrapper(value: unknown, place: Place, inner: Read): Reading {
  const force = textField(value, "force");
  const event = field(value, "event");
  const mistakes = Object.keys(isObject(value) ? value : {})
    .filter(name => name !== "force" && name !== "event")
    .map(name => `${name.slice(0, 100)}: is not known; only force and event are`);
  if (force === undefined || force.length > MAX_WORD) {
    mistakes.push(`force: must be a string of 1 to ${MAX_WORD} characters`);
  }
  if (hasUnfilledPlaces(force)) {
    mistakes.push("force: contains an <aws.scheduler.…> placeholder that was not replaced");
  }
  if (!isObject(event) && !Array.isArray(event)) {
    mistakes.push("event: must be the event itself, as JSON and not as a string");
  }
  if (mistakes.length > 0) {
    return rejected(`The event with force is refused: ${mistakes.join("; ")}.`);
  }
  const reading = inner(event, {
    ...place,
    position: "invocation",
    detailType: "Invocation",
    force: place.force ?? force,
  });
  // The caller is a person or a script; a list of failures would go unread.
  return reading.kind === "records" ? { ...reading, reply: "none" } : reading;
}

/**
 * What Lambda puts into the destination of events that our function could not have handled. The
 * records of other functions, and of invocations that succeeded, are events of their own.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function isFailedInvocation(value: unknown, { ownFunctions }: Place): boolean {
  const context = field(value, "requestContext");
  const name = textField(context, "functionArn")?.split(":")[6];
  return (
    name !== undefined &&
    (ownFunctions.length === 0 || ownFunctions.includes(name)) &&
    textField(context, "condition") !== "Success" &&
    field(value, "requestPayload") !== undefined
  );
}

/** The event within, under the id that it had, so that its runs keep their names. */
export function readFailedInvocation(value: unknown, place: Place, inner: Read): Reading {
  const id = textField(field(value, "requestContext"), "requestId") ?? place.id;
  return asOne(
    inner(field(value, "requestPayload"), {
      ...place,
      position: "invocation",
      detailType: "Invocation",
      id,
      time: undefined,
      arn: undefined,
    }),
  );
}

/** What the runner was given for a run that failed (run-key.ts writes it). */
export function isParkedOrder(value: unknown): boolean {
  return (
    typeof field(value, "version") === "number" &&
    typeof field(value, "flow") === "number" &&
    typeof field(value, "timeoutMs") === "number" &&
    textField(value, "route") !== undefined &&
    isObject(field(value, "origin"))
  );
}

/** It has run once, so its name is taken: without `force` nothing would start. */
export function readParkedOrder(value: unknown, { force }: Place): Reading {
  if (force === undefined) {
    return rejected(
      'This is the order of a run that failed, not an event. To run it again, invoke the dispatcher with {"force": "<any new word>", "event": <this>}.',
    );
  }
  try {
    return asked({ kind: "parked", decision: again(readRunDecision(value), force) });
  } catch (error) {
    if (error instanceof UserError) return rejected(error.message);
    throw error;
  }
}

function again(decision: RunDecision, force: string): RunDecision {
  const { route, origin, identity } = decision;
  return {
    ...decision,
    origin: { ...origin, force },
    identity: repeatedIdentity(route, identity, force),
  };
}
