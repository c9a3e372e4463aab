import {
  ACCOUNT,
  type Content,
  type Document,
  type Place,
  REGION,
  type Seen,
} from "./documents.ts";
import { Digits, jsonOf, type Members } from "./written.ts";

export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly size?: number;
  readonly etag?: string;
  readonly version?: string;
  readonly sequencer?: string;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: keyof typeof KINDS;
  readonly ip: string;
  /** Of the event of EventBridge. */
  readonly eventId: string;
}

/** What may become of an object, as S3's notification and its event in EventBridge say it. */
const KINDS = {
  put: { name: "ObjectCreated:Put", type: "Object Created", detail: { reason: "PutObject" } },
  copy: { name: "ObjectCreated:Copy", type: "Object Created", detail: { reason: "CopyObject" } },
  upload: {
    name: "ObjectCreated:CompleteMultipartUpload",
    type: "Object Created",
    detail: { reason: "CompleteMultipartUpload" },
  },
  deleted: {
    name: "ObjectRemoved:Delete",
    type: "Object Deleted",
    detail: { reason: "DeleteObject", "deletion-type": "Permanently Deleted" },
  },
  marked: {
    name: "ObjectRemoved:DeleteMarkerCreated",
    type: "Object Deleted",
    detail: { reason: "DeleteObject", "deletion-type": "Delete Marker Created" },
  },
  expired: {
    name: "LifecycleExpiration:Delete",
    type: "Object Deleted",
    detail: { reason: "Lifecycle Expiration", "deletion-type": "Permanently Deleted" },
  },
  tagged: { name: "ObjectTagging:Put", type: "Object Tags Added", detail: {} },
  untagged: { name: "ObjectTagging:Delete", type: "Object Tags Deleted", detail: {} },
  shared: { name: "ObjectAcl:Put", type: "Object ACL Updated", detail: {} },
  thawing: { name: "ObjectRestore:Post", type: "Object Restore Initiated", detail: {} },
} as const;

/** S3's own notification, of one or several objects. */
export function notification(objects: readonly StoredObject[]): Document {
  return {
    what: `notification of ${objects.map(nameObject).join(" and ")}`,
    text: jsonOf({ Records: objects.map(recordOf) }),
    read: place =>
      objects.map(object =>
        seenObject(object, place, { id: object.requestId, time: isoOf(object.at) }),
      ),
  };
}

function recordOf(object: StoredObject): Members {
  const { bucket, key, size, etag, version, sequencer, requestId, at, kind, ip } = object;
  return {
    eventVersion: "2.5",
    eventSource: "aws:s3",
    awsRegion: REGION,
    eventTime: isoOf(at),
    eventName: KINDS[kind].name,
    userIdentity: { principalId: "AWS:AIDAEXAMPLE" },
    requestParameters: { sourceIPAddress: ip },
    responseElements: { "x-amz-request-id": requestId, "x-amz-id-2": "two" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "landing",
      bucket: {
        name: bucket,
        ownerIdentity: { principalId: "A3N" },
        arn: `arn:aws:s3:::${bucket}`,
      },
      object: {
        // As S3 encodes it: like a form.
        key: new URLSearchParams([["", key]]).toString().slice(1).replaceAll("%2F", "/"),
        ...(size !== undefined && { size: new Digits(String(size)) }),
        ...(etag !== undefined && { eTag: etag }),
        ...(version !== undefined && { versionId: version }),
        ...(sequencer !== undefined && { sequencer }),
      },
    },
  };
}

/** The same through EventBridge; with `replay` out of an archive. */
export function bridged(object: StoredObject, replay?: string): Document {
  const id = object.eventId;
  const time = isoOf(object.at).replace(/\.\d+/, "");
  const extra = replay === undefined ? {} : { "replay-name": replay };
  const event = { ...eventOf(object, { id, time }), account: ACCOUNT, ...extra };
  return {
    what: `event of ${nameObject(object)}${replay === undefined ? "" : ` in replay ${replay}`}`,
    text: jsonOf(event),
    read: place => [seenObject(object, place, { id, time, account: ACCOUNT, ...extra }, replay)],
  };
}

function seenObject(
  object: StoredObject,
  { force }: Place,
  extra: { readonly id: string; readonly time: string; readonly account?: string },
  replay?: string,
): Content {
  const { bucket, key, size, etag, version, sequencer, requestId, kind } = object;
  // In a bucket whose versioning is suspended each object has the version null.
  const known = (version === "null" ? undefined : version) ?? sequencer;
  const { type, detail } = KINDS[kind];
  const isMade = type === "Object Created" || type === "Object Deleted";
  // A replay that is to run all again says so by its name.
  const word = force ?? (replay?.startsWith("again") === true ? `replay ${replay}` : undefined);
  const seen: Seen = {
    event: { ...eventOf(object, extra), ...extra },
    identity: JSON.stringify([
      bucket,
      key,
      // The same content may be stored again, by another request.
      known ?? [etag ?? "", requestId],
      type,
      "deletion-type" in detail ? detail["deletion-type"] : "",
      isMade ? "" : requestId,
    ]),
    own: false,
    exact: true,
    unknownAgain: false,
    ...(word !== undefined && { force: word }),
    file: {
      bucket,
      key,
      ...(version !== undefined && { versionId: version }),
      ...(size !== undefined && { size }),
      ...(etag !== undefined && { etag }),
      eventTime: extra.time,
    },
  };
  return { kind: "event", seen };
}

function eventOf(
  object: StoredObject,
  { id, time }: { readonly id: string; readonly time: string },
): Members {
  const { bucket, key, size, etag, version, sequencer, requestId, kind, ip } = object;
  return {
    version: "0",
    id,
    "detail-type": KINDS[kind].type,
    source: "aws.s3",
    time,
    region: REGION,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: {
        key,
        ...(size !== undefined && { size: new Digits(String(size)) }),
        ...(etag !== undefined && { etag }),
        ...(version !== undefined && { "version-id": version }),
        ...(sequencer !== undefined && { sequencer }),
      },
      "request-id": requestId,
      requester: ACCOUNT,
      "source-ip-address": ip,
      ...KINDS[kind].detail,
    },
  };
}

function nameObject({ bucket, key, kind, version, size }: StoredObject): string {
  return `${kind} ${bucket}/${key.length > 60 ? `${key.slice(0, 60)}…` : key} (${version ?? "no version"}, ${size} bytes)`;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
