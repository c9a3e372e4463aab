import type { StoredObject } from "../../../lambda/lanes/commands/backfill.ts";
import type { JsonObject } from "../../../shared/json.ts";
import type { Chance } from "../../virtual/chance.ts";

export const BUCKET = "landing";

/** A bucket as S3 keeps it: the newest object of each key, and an event for whatever happens to one. */
export interface Bucket {
  /** An upload; resolves to its event, which may come, come twice, or never. */
  put(key: string): JsonObject;
  /** Another event of an object that is there, such as a new tag. */
  touch(key: string): JsonObject | undefined;
  remove(key: string): JsonObject | undefined;
  /** In the order of their keys. */
  list(prefix: string): readonly StoredObject[];
  readonly keys: () => readonly string[];
}

export function createBucket(chance: Chance, versioned: boolean, now: () => number): Bucket {
  const objects = new Map<string, StoredObject>();
  let count = 0;

  const event = (detailType: string, object: StoredObject, more: JsonObject = {}): JsonObject => {
    count += 1;
    const { key, size, etag, versionId } = object;
    return {
      version: "0",
      id: `event-${count}`,
      "detail-type": detailType,
      source: "aws.s3",
      account: "123456789012",
      // In whole seconds, as S3 writes it.
      time: new Date(Math.floor(now() / 1_000) * 1_000).toISOString(),
      region: "eu-central-1",
      resources: [`arn:aws:s3:::${BUCKET}`],
      detail: {
        bucket: { name: BUCKET },
        object: {
          key,
          size,
          etag,
          ...(versionId !== undefined && { "version-id": versionId }),
          sequencer: `00${count.toString(16)}`,
        },
        "request-id": `request-${count}`,
        ...more,
      },
    };
  };

  return {
    put(key) {
      count += 1;
      const object: StoredObject = {
        key,
        size: 5,
        // The same content may come again.
        etag: chance.pick(["one", "two"]),
        lastModified: Math.floor(now() / 1_000) * 1_000,
        ...(versioned && { versionId: `v${count}` }),
      };
      objects.set(key, object);
      return event("Object Created", object);
    },
    touch(key) {
      const object = objects.get(key);
      return object && event("Object Tags Added", object);
    },
    remove(key) {
      const object = objects.get(key);
      objects.delete(key);
      return object && event("Object Deleted", object, { "deletion-type": "Permanently Deleted" });
    },
    list: prefix =>
      [...objects.values()]
        .filter(({ key }) => key.startsWith(prefix))
        .toSorted((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key))),
    keys: () => [...objects.keys()],
  };
}
