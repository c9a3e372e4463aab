import type { JsonObject } from "../../shared/json.ts";
import { field, present, textField } from "../../shared/json-fields.ts";
import { cutText } from "../cut-text.ts";
import type { EventOrigin, FileFields } from "../decision.ts";
import { eventIdentity } from "../identity.ts";
import type { Trigger } from "../trigger.ts";

/** What is known of an event beside its content. */
export interface EventNotes {
  readonly warnings?: readonly string[];
  readonly own?: boolean;
  /** What makes two events one, where the sender said so. */
  readonly id?: string | undefined;
  readonly force?: string | undefined;
}

export function isEventBridgeEvent(value: unknown): boolean {
  return (
    textField(value, "source") !== undefined &&
    textField(value, "detail-type") !== undefined &&
    field(value, "detail") !== undefined
  );
}

/** An event in EventBridge's shape as a trigger: with its origin, its identity and its object. */
export function triggerOf(event: JsonObject, notes: EventNotes = {}): Trigger {
  const { warnings = [], own = false, id, force } = notes;
  const origin = originOf(event, force);
  const file = fileOf(event);
  const identity = eventIdentity(origin, id);
  return {
    event,
    warnings,
    origin: cutFields(origin),
    identity,
    own,
    ...(file !== undefined && { file }),
  };
}

/** An origin is for reading: it goes into logs, checkpoints and the event of the run's end. */
function cutFields({ source, detailType, ...more }: EventOrigin): EventOrigin {
  const cut = (text: string) => cutText(text, MAX_FIELD);
  const rest: Record<string, string> = {};
  for (const [name, text] of Object.entries(more)) rest[name] = cut(text);
  return { ...rest, source: cut(source), detailType: cut(detailType) };
}

/** The longest key of an object. */
const MAX_FIELD = 1_024;

function originOf(event: JsonObject, force: string | undefined): EventOrigin {
  const source = textField(event, "source") ?? "";
  const detailType = textField(event, "detail-type") ?? "";
  const what = source === "aws.s3" ? objectIn(event, detailType) : { id: idOf(event, source) };
  return { source, detailType, ...what, ...(force !== undefined && { force }) };
}

/**
 * An object event. Created and deleted objects are known by their version. Other events, such as a
 * changed tag, can come many times for one version, so they keep the request's id as well, which is
 * the same by every path, or else their own. So does what is known by its etag alone, if it has a
 * request: the same content can be uploaded many times.
 */
function objectIn(event: JsonObject, detailType: string): Partial<EventOrigin> {
  const detail = event["detail"];
  const object = field(detail, "object");
  const version = versionOf(object);
  const isOnce = detailType === "Object Created" || detailType === "Object Deleted";
  const etag = textField(object, "etag");
  const request = textField(detail, "request-id");
  let id = request ?? textField(event, "id");
  if (isOnce && version !== undefined) id = undefined;
  else if (isOnce && etag !== undefined) id = request;
  return present({
    bucket: textField(field(detail, "bucket"), "name"),
    key: textField(object, "key"),
    version: version ?? etag,
    deletion: detailType === "Object Deleted" ? textField(detail, "deletion-type") : undefined,
    id,
  });
}

/**
 * `null` is the version id of every object in a bucket whose versioning is suspended: it would make
 * a new upload look like the old one.
 */
function versionOf(object: unknown): string | undefined {
  const versionId = textField(object, "version-id");
  if (versionId !== undefined && versionId !== "null") return versionId;
  const sequencer = textField(object, "sequencer");
  return sequencer === undefined ? undefined : oneSpelling(sequencer);
}

/** A sequencer is a hexadecimal number. AWS's own samples write it in either case and length. */
function oneSpelling(sequencer: string): string {
  const isNumber = /^[\da-f]+$/i.test(sequencer);
  return isNumber ? sequencer.replace(/^0+(?=.)/, "").toUpperCase() : sequencer;
}

/** A schedule without an input of its own sends an event whose id is another at each attempt. */
function idOf(event: JsonObject, source: string): string {
  const id = textField(event, "id") ?? "";
  if (source !== "aws.scheduler") return id;
  const resources = event["resources"];
  const schedule: unknown = Array.isArray(resources) ? resources[0] : undefined;
  const time = textField(event, "time");
  return typeof schedule === "string" && time !== undefined ? `${schedule}|${time}` : id;
}

function fileOf(event: JsonObject): FileFields | undefined {
  if (textField(event, "source") !== "aws.s3") return undefined;
  const detail = event["detail"];
  const object = field(detail, "object");
  const bucket = textField(field(detail, "bucket"), "name");
  const key = textField(object, "key");
  if (bucket === undefined || key === undefined) return undefined;
  const size = field(object, "size");
  const versionId = textField(object, "version-id");
  const etag = textField(object, "etag");
  const eventTime = textField(event, "time");
  return {
    bucket,
    key,
    ...(versionId !== undefined && { versionId }),
    ...(isSize(size) && { size }),
    ...(etag !== undefined && { etag }),
    ...(eventTime !== undefined && { eventTime }),
  };
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
