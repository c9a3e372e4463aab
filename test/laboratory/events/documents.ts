import { Digits, isList, isMembers, jsonOf, type Members, type Written } from "./written.ts";

/** What the pages say that is found in one event, whatever it came in. */
export type Content =
  | { readonly kind: "event"; readonly seen: Seen }
  /** A flow that is asked for by its id. */
  | {
      readonly kind: "ask";
      readonly ask: Ask;
      readonly id: string;
      readonly identity: string;
      readonly byHand: boolean;
      readonly unknownAgain: boolean;
    }
  /** Acknowledged, and nothing is started. */
  | { readonly kind: "nothing" }
  /** Goes back to AWS. */
  | { readonly kind: "bad"; readonly why: string };

/** An event as routes see it. */
export interface Seen {
  readonly event: Members;
  /** The same for every copy, by whatever path. */
  readonly identity: string;
  /** Has no envelope of its own, so it goes back when no route wants it. */
  readonly own: boolean;
  /** Whether its numbers are as they were written. */
  readonly exact: boolean;
  /** Of the event, or of what it came in. */
  readonly id?: string;
  readonly force?: string;
  readonly file?: object;
  /** Nothing would know it again at AWS's next attempt. */
  readonly unknownAgain: boolean;
}

export interface Ask {
  readonly flow: number;
  readonly parameters: { readonly [name: string]: string | number | boolean };
  readonly id?: string;
}

/** Where a document stands. */
export interface Place {
  readonly detailType: "Invocation" | "Queue Message" | "Topic Message" | "Pipe Record";
  /** Stands for the id of an event that has none. */
  readonly id: string;
  readonly exact: boolean;
  readonly byHand: boolean;
  /** Nothing is around it. */
  readonly isWhole?: boolean;
  /** By a wrapper with force, where a list is one of a pipe. */
  readonly isForced?: boolean;
  readonly force?: string;
  readonly unknownAgain?: boolean;
}

/** A text of JSON that may be an event, or be in one, and what the pages say is in it. */
export interface Document {
  readonly text: string;
  readonly what: string;
  readonly read: (place: Place) => readonly Content[];
  /** What a pipe takes it back by. */
  readonly name?: string;
}

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

export const ACCOUNT = "111122223333";
const REGION = "eu-central-1";

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

/** An event of some other source of EventBridge. */
export function bridgeEvent(event: {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly detail: Members;
}): Document {
  const shaped = {
    version: "0",
    id: event.id,
    "detail-type": event.type,
    source: event.source,
    account: ACCOUNT,
    time: "2026-05-09T10:00:00Z",
    region: REGION,
    resources: ["arn:aws:one", "arn:aws:two"],
    detail: event.detail,
  };
  return {
    what: `event ${event.id} of ${event.source}`,
    text: jsonOf(shaped),
    read: ({ exact, force }) => [
      {
        kind: "event",
        seen: {
          event: shaped,
          identity: JSON.stringify(["bridge", event.id]),
          own: false,
          exact,
          id: event.id,
          unknownAgain: false,
          ...(force !== undefined && { force }),
        },
      },
    ],
  };
}

/** JSON of somebody's own; a schedule's and a CloudEvent's name themselves. */
export function own(body: Written): Document {
  return {
    what: `own ${jsonOf(body).slice(0, 100)}`,
    text: jsonOf(body),
    read: place => {
      const { id, detailType, exact, force, unknownAgain = false, isWhole } = place;
      if ((detailType === "Invocation" || place.isForced === true) && isList(body)) {
        // As a pipe hands its items over.
        if (body.length === 0) return [{ kind: "nothing" }];
        return body.flatMap((item, index) =>
          own(item).read({
            ...place,
            isWhole: false,
            isForced: false,
            detailType: "Pipe Record",
            id: `${id}/${index}`,
            unknownAgain: isWhole === true || unknownAgain,
          }),
        );
      }
      if (isWhole === true && jsonOf(body) === '{"check":"true"}') {
        return [{ kind: "bad", why: "a command with a mistake" }];
      }
      const named = nameOf(body);
      return [
        {
          kind: "event",
          seen: {
            event: { source: "etlworks.dispatcher", "detail-type": detailType, detail: body },
            identity: JSON.stringify(named ?? ["own", id]),
            own: true,
            exact,
            id: named?.join("|") ?? id,
            unknownAgain: named === undefined && unknownAgain,
            ...(force !== undefined && { force }),
          },
        },
      ];
    },
  };
}

function nameOf(body: Written): readonly string[] | undefined {
  if (!isMembers(body)) return undefined;
  const { scheduleArn, scheduledTime, specversion, type, source, id } = body;
  // The same hour each day is no time.
  if (scheduledTime === "02:00") return undefined;
  if (specversion !== undefined && type === undefined) return undefined;
  const name = specversion === undefined ? [scheduleArn, scheduledTime] : [source, id];
  return name.every(part => typeof part === "string") ? name : undefined;
}

export function ask(wanted: Ask): Document {
  const { flow, parameters, id } = wanted;
  const body = { flow, parameters, ...(id !== undefined && { id }) };
  return {
    what: `ask ${JSON.stringify(body)}`,
    text: JSON.stringify(body),
    read: place => [
      {
        kind: "ask",
        ask: wanted,
        id: id ?? place.id,
        identity: JSON.stringify(["ask", flow, id ?? ["at", place.id], place.force ?? ""]),
        byHand: place.byHand,
        unknownAgain: id === undefined && place.unknownAgain === true,
      },
    ],
  };
}

export const TEST_EVENT: Document = {
  what: "s3:TestEvent",
  text: JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: "2026-05-09T10:00:00.000Z",
    Bucket: "landing",
    RequestId: "5582815E1AEA5ADF",
    HostId: "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR",
  }),
  read: () => [{ kind: "nothing" }],
};

/** What the dispatcher cannot use, wherever it stands. */
export function bad(text: string, why: string): Document {
  return {
    what: `bad: ${why}`,
    text,
    // A person's dry run is answered.
    read: ({ isWhole }) =>
      isWhole === true && why.startsWith("dryRun") ? [{ kind: "nothing" }] : [{ kind: "bad", why }],
  };
}
