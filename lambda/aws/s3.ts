import { SOMETHING_ELSE } from "./answers.ts";
import { ListObjectVersionsCommand, PutObjectCommand, S3Client } from "./s3-client.ts";
import { timeLimits } from "./time-limits.ts";

/**
 * Objects in S3. A bundle of its own, which is loaded with the first call: most invocations need
 * none of it, and the client is a fifth of a handler's code.
 */
export interface Objects {
  /** Writes an object, unless there is one of its name. */
  putOnce(object: NewObject): Promise<"written" | "known">;
  /** The newest version of each object below a prefix, a page at a time. */
  list(bucket: string, prefix: string): AsyncIterable<readonly FoundObject[]>;
}

export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  readonly body: string;
  readonly contentType: string;
}

export interface FoundObject {
  readonly key: string;
  /** Missing where the bucket keeps no versions. */
  readonly versionId?: string;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: number;
}

const ANSWER_MS = 10_000;

export function createObjects(): Objects {
  const client = new S3Client({
    // The endpoint of a private network or of a test knows no names of buckets.
    ...(process.env["AWS_ENDPOINT_URL_S3"] !== undefined && { forcePathStyle: true }),
    requestHandler: timeLimits(ANSWER_MS),
  });
  return {
    async putOnce({ bucket: Bucket, key: Key, body: Body, contentType: ContentType }) {
      const input = { Bucket, Key, Body, ContentType, IfNoneMatch: "*" };
      try {
        const { ETag } = await client.send(new PutObjectCommand(input));
        if (ETag !== undefined) return "written";
      } catch (error) {
        if (error instanceof Error && error.name === "PreconditionFailed") return "known";
        throw error;
      }
      throw new Error(`S3 did not say that it has the object. ${SOMETHING_ELSE}`);
    },

    async *list(Bucket, Prefix) {
      let KeyMarker: string | undefined;
      let VersionIdMarker: string | undefined;
      do {
        const page = await client.send(
          new ListObjectVersionsCommand({
            Bucket,
            Prefix,
            ...(KeyMarker !== undefined && { KeyMarker }),
            ...(VersionIdMarker !== undefined && { VersionIdMarker }),
          }),
        );
        // Any page would pass for the list of an empty bucket.
        const { Name, IsTruncated, Versions } = page;
        if ((Name ?? IsTruncated ?? Versions) === undefined) {
          throw new Error(`S3 did not list it. ${SOMETHING_ELSE}`);
        }
        yield (page.Versions ?? []).flatMap(foundObject);
        const more = page.IsTruncated === true;
        KeyMarker = more ? page.NextKeyMarker : undefined;
        VersionIdMarker = more ? page.NextVersionIdMarker : undefined;
        // The rest would count as not there.
        if (more && KeyMarker === undefined) {
          throw new Error(`S3 did not say where its list goes on. ${SOMETHING_ELSE}`);
        }
      } while (KeyMarker !== undefined);
    },
  };
}

function foundObject(version: {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly IsLatest?: boolean | undefined;
  readonly Size?: number | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
}): FoundObject | readonly FoundObject[] {
  const { Key: key, VersionId, IsLatest, Size: size = 0, ETag = "", LastModified } = version;
  if (key === undefined || IsLatest !== true || LastModified === undefined) return [];
  return {
    key,
    // The version of every object in a bucket that keeps none is `null`.
    ...(VersionId !== undefined && VersionId !== "null" && { versionId: VersionId }),
    size,
    // In quotes here, without them in events.
    etag: ETag.replaceAll('"', ""),
    lastModified: LastModified.valueOf(),
  };
}
