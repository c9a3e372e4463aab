import { field, textField } from "../../shared/json-fields.ts";
import type { Refuse } from "../refuse.ts";
import { ENVELOPE } from "./parameter-template.ts";

/** The values that a pattern asks for, by the field's dotted path. */
type Wanted = ReadonlyMap<string, readonly unknown[]>;

/**
 * Refuses what no event ever has and what is plainly meant to be something else: S3's own names for
 * things that its EventBridge events call otherwise, and other capitals and hyphens. Such a pattern is
 * a right one, so that each event that was meant would be a line "no route matches" in the log, and
 * its data would never be loaded.
 */
export function refuseNeverMatching(wanted: Wanted, refuse: Refuse): void {
  const refuseAt = (path: string, meant: string) =>
    refuse(`when.${path}`, `no event has this; did you mean ${JSON.stringify(meant)}?`);

  const roots = new Set([...wanted.keys()].map(path => path.split(".")[0] ?? ""));
  for (const root of roots) {
    const meant = otherSpelling(root, ENVELOPE);
    if (meant !== undefined) refuseAt(root, meant);
  }
  for (const value of wanted.get("source") ?? []) {
    const meant = meantSource(value);
    if (meant !== undefined) refuseAt("source", meant);
  }
  if (!isOfS3(wanted)) return;

  for (const value of wanted.get("detail.bucket.name") ?? []) {
    const meant = meantBucket(value);
    if (meant !== undefined) refuseAt("detail.bucket.name", meant);
  }
  for (const value of wanted.get("detail-type") ?? []) {
    const meant = meantType(value);
    if (meant !== undefined) refuseAt("detail-type", meant);
  }
  if (!isOfKnownTypes(wanted)) return;
  for (const [path, values] of wanted) {
    if (values.some(isAbsence)) continue;
    const meant = meantField(path);
    if (meant !== undefined) refuseAt(path, meant);
  }
}

/**
 * The same of the places in a route's template: no event would fill them, so that each one that the
 * route wants would be parked.
 */
export function refuseNeverFilled(
  wanted: Wanted,
  places: readonly string[],
  refuse: (message: string) => void,
): void {
  if (!isOfS3(wanted) || !isOfKnownTypes(wanted)) return;
  for (const place of new Set(places)) {
    const meant = meantField(place);
    if (meant !== undefined) refuse(`no event has {${place}}; did you mean {${meant}}?`);
  }
}

function isOfS3(wanted: Wanted): boolean {
  const sources = wanted.get("source") ?? [];
  return sources.length > 0 && sources.every(value => exactText(value) === "aws.s3");
}

function isOfKnownTypes(wanted: Wanted): boolean {
  const types = wanted.get("detail-type") ?? [];
  return types.every(value => S3_TYPES.includes(exactText(value) ?? ""));
}

function meantField(path: string): string | undefined {
  if (IN_CLOUDTRAIL.includes(path)) return undefined;
  return otherSpelling(path, S3_FIELDS) ?? S3_OBJECTS.get(path);
}

/** With S3 as the source there are also the events of CloudTrail, which call two things so. */
const IN_CLOUDTRAIL = ["detail.requestID", "detail.sourceIPAddress"];

function isAbsence(value: unknown): boolean {
  return field(value, "exists") === false;
}

export const S3_TYPES = [
  "Object Created",
  "Object Deleted",
  "Object Restore Initiated",
  "Object Restore Completed",
  "Object Restore Expired",
  "Object Storage Class Changed",
  "Object Access Tier Changed",
  "Object ACL Updated",
  "Object Tags Added",
  "Object Tags Deleted",
];

/** What {@link S3_TYPES} have in their detail; a pattern on anything else is let through. */
const S3_FIELDS = [
  "bucket.name",
  "object.key",
  "object.size",
  "object.etag",
  "object.version-id",
  "object.sequencer",
  "request-id",
  "requester",
  "source-ip-address",
  "reason",
  "deletion-type",
  "restore-expiry-time",
  "source-storage-class",
  "destination-storage-class",
  "destination-access-tier",
].map(name => `detail.${name}`);

/** A pattern compares values, and these have none of their own. */
const S3_OBJECTS: ReadonlyMap<string, string> = new Map([
  ["detail.bucket", "detail.bucket.name"],
  ["detail.object", "detail.object.key"],
  ["detail.key", "detail.object.key"],
  ["detail.size", "detail.object.size"],
  ["detail.s3.bucket.name", "detail.bucket.name"],
  ["detail.s3.object.key", "detail.object.key"],
]);

/** The known name that differs in capitals, hyphens, underscores and blanks only. */
function otherSpelling(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) return undefined;
  return known.find(one => plain(one) === plain(name));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, "");
}

/** `aws:s3` stands in the records of notifications. */
function meantSource(value: unknown): string | undefined {
  const text = exactText(value);
  if (text !== undefined)
    return /^aws[.:]s3$/i.test(text) && text !== "aws.s3" ? "aws.s3" : undefined;
  return /^aws:s3$/i.test(textField(value, "equals-ignore-case") ?? "") ? "aws.s3" : undefined;
}

/** An address or an ARN. A name has neither colon nor slash. */
function meantBucket(value: unknown): string | undefined {
  const text = exactText(value) ?? textField(value, "prefix") ?? "";
  return /^(?:s3:\/\/|arn:[^:]*:s3:::)([^/]*)/i.exec(text)?.[1];
}

/** `ObjectCreated:Put`, with or without `s3:`, stands in the records of notifications. */
function meantType(value: unknown): string | undefined {
  const exact = exactText(value);
  const other = exact === undefined ? undefined : otherSpelling(exact, S3_TYPES);
  if (other !== undefined) return other;
  const text = exact ?? textField(value, "prefix") ?? textField(value, "wildcard") ?? "";
  const [, family] = /^(?:s3:)?(Object(?:Created|Removed))\b/.exec(text) ?? [];
  if (family === undefined) return undefined;
  return family === "ObjectCreated" ? "Object Created" : "Object Deleted";
}

function exactText(value: unknown): string | undefined {
  const text = field(value, "exactly") ?? value;
  return typeof text === "string" ? text : undefined;
}
