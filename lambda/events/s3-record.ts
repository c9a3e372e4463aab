import { isObject, type JsonObject } from "../../shared/json.ts";
import { field, present, textField } from "../../shared/json-fields.ts";

/** An S3 notification record as the EventBridge event that S3 would have sent for it. */
export type S3Reading =
  | { readonly kind: "event"; readonly event: JsonObject; readonly warnings: readonly string[] }
  | { readonly kind: "rejected"; readonly message: string };

/**
 * One record of an S3 notification, in the shape of S3's EventBridge events.
 *
 * Tolerant on purpose: AWS adds fields and minor versions, and addresses can be IPv6 or the name of
 * a service, so only the bucket and the key are demanded.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function eventOfS3Record(record: JsonObject, fallbackId: string): S3Reading {
  const s3 = field(record, "s3");
  const bucket = textField(field(s3, "bucket"), "name");
  const encodedKey = textField(field(s3, "object"), "key");
  if (bucket === undefined || encodedKey === undefined) {
    return { kind: "rejected", message: "an S3 record has no s3.bucket.name or no s3.object.key" };
  }
  const major = textField(record, "eventVersion")?.split(".")[0];
  if (major !== undefined && major !== "2") {
    return {
      kind: "rejected",
      message: `S3 records of version ${major} are not known; only 2.x is`,
    };
  }

  const key = decodeKey(encodedKey);
  const object = field(s3, "object");
  const eventName = textField(record, "eventName") ?? "";
  const { detailType, reason, more } = inEventBridgeWords(eventName);
  const response = field(record, "responseElements");
  return {
    kind: "event",
    warnings: key.malformed
      ? ["The object's key is not well percent-encoded. It was taken as it is."]
      : [],
    event: present({
      version: "0",
      // S3 gives its notifications no id. The request that made the object comes nearest.
      id: textField(response, "x-amz-request-id") ?? fallbackId,
      "detail-type": detailType,
      source: "aws.s3",
      time: textField(record, "eventTime"),
      region: textField(record, "awsRegion"),
      resources: [textField(field(s3, "bucket"), "arn") ?? `arn:aws:s3:::${bucket}`],
      detail: present({
        version: "0",
        bucket: { name: bucket },
        object: present({
          key: key.text,
          size: field(object, "size"),
          etag: field(object, "eTag"),
          "version-id": field(object, "versionId"),
          sequencer: field(object, "sequencer"),
        }),
        "request-id": textField(response, "x-amz-request-id"),
        requester: requesterOf(record),
        "source-ip-address": textField(field(record, "requestParameters"), "sourceIPAddress"),
        reason,
        ...more,
        ...stateOf(record),
      }),
    }),
  };
}

/** EventBridge names the account; a notification does so only where the requester is no user or role. */
function requesterOf(record: JsonObject): string | undefined {
  const principal = textField(field(record, "userIdentity"), "principalId");
  return /^(?:AWS:)?(\d{12})$/.exec(principal ?? "")?.[1] ?? principal;
}

/** What a restored, moved or replicated object's notification tells of it, by EventBridge's names. */
function stateOf(record: JsonObject): JsonObject {
  const restored = field(field(record, "glacierEventData"), "restoreEventData");
  const moved = field(field(record, "lifecycleEventData"), "transitionEventData");
  return present({
    "restore-expiry-time": textField(restored, "lifecycleRestorationExpiryTime"),
    "source-storage-class": textField(restored, "lifecycleRestoreStorageClass"),
    "destination-storage-class": textField(moved, "destinationStorageClass"),
    "destination-access-tier": textField(
      field(record, "intelligentTieringEventData"),
      "destinationAccessTier",
    ),
    // EventBridge has no event for replication, so these keep the notification's own names.
    "replication-event-data": field(record, "replicationEventData"),
  });
}

/**
 * True for the message S3 sends once when a notification is configured; it names no object. With
 * members that S3 does not send, and without S3's name, it is somebody's own message.
 */
export function isS3TestEvent(value: unknown): boolean {
  if (!isObject(value) || value["Event"] !== "s3:TestEvent") return false;
  if (Array.isArray(value["Records"])) return false;
  return (
    value["Service"] === "Amazon S3" ||
    Object.keys(value).every(name => TEST_EVENT_MEMBERS.includes(name))
  );
}

const TEST_EVENT_MEMBERS = ["Service", "Event", "Time", "Bucket", "RequestId", "HostId", "Records"];

/**
 * The key as the user named the object. S3 encodes it as a form does: a space is `+`, a plus sign
 * `%2B`. A key that cannot be decoded is kept as it stands, since losing the event would be worse.
 */
function decodeKey(encoded: string): { readonly text: string; readonly malformed: boolean } {
  try {
    return { text: decodeURIComponent(encoded.replaceAll("+", " ")), malformed: false };
  } catch {
    return { text: encoded, malformed: true };
  }
}

interface EventBridgeWords {
  readonly detailType: string;
  readonly reason?: string;
  readonly more?: JsonObject;
}

/**
 * S3's `eventName` in the words of its EventBridge events, as AWS pairs them:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html. The few names without a
 * pair (replication, lost objects) keep their own name as the detail type.
 */
function inEventBridgeWords(name: string): EventBridgeWords {
  const eventName = name.replace(/^s3:/, "");
  const [family = "", action = ""] = eventName.split(":");
  switch (family) {
    case "ObjectCreated":
      return { detailType: "Object Created", reason: CREATED_BY.get(action) ?? action };
    case "ObjectRemoved":
      return { detailType: "Object Deleted", reason: "DeleteObject", more: deletion(action) };
    case "LifecycleExpiration":
      return {
        detailType: "Object Deleted",
        reason: "Lifecycle Expiration",
        more: deletion(action),
      };
    default:
      return { detailType: OTHER_DETAIL_TYPES.get(eventName) ?? eventName };
  }
}

/** Maps, since the name comes from outside: an object would know `toString`. */
const CREATED_BY: ReadonlyMap<string, string> = new Map([
  ["Put", "PutObject"],
  ["Post", "POST Object"],
  ["Copy", "CopyObject"],
]);

const OTHER_DETAIL_TYPES: ReadonlyMap<string, string> = new Map([
  ["ObjectRestore:Post", "Object Restore Initiated"],
  ["ObjectRestore:Completed", "Object Restore Completed"],
  ["ObjectRestore:Delete", "Object Restore Expired"],
  ["LifecycleTransition", "Object Storage Class Changed"],
  ["IntelligentTiering", "Object Access Tier Changed"],
  ["ObjectAcl:Put", "Object ACL Updated"],
  ["ObjectTagging:Put", "Object Tags Added"],
  ["ObjectTagging:Delete", "Object Tags Deleted"],
]);

function deletion(action: string): JsonObject {
  return {
    "deletion-type":
      action === "DeleteMarkerCreated" ? "Delete Marker Created" : "Permanently Deleted",
  };
}
