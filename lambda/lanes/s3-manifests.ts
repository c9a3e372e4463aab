import { PutObjectCommand, S3Client } from "../aws/s3-client.ts";
import { type ManifestPlace, manifestAddress } from "../manifest-place.ts";

const CONNECTION_MS = 2_000;
const ANSWER_MS = 10_000;

/**
 * Writes lists of files to S3. A file of its own, which is loaded with the first list: most lanes
 * never write one, and the client is a fifth of the lane's code.
 */
export function createManifestWriter(
  place: ManifestPlace,
): (name: string, csv: string) => Promise<void> {
  const client = new S3Client({
    // An endpoint for tests and private networks knows no names of buckets.
    ...(process.env["AWS_ENDPOINT_URL_S3"] !== undefined && { forcePathStyle: true }),
    requestHandler: {
      connectionTimeout: CONNECTION_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
    },
  });
  return async (name, csv) => {
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: place.bucket,
          Key: `${place.folder}${name}`,
          Body: csv,
          ContentType: "text/csv; charset=utf-8",
          IfNoneMatch: "*",
        }),
      );
    } catch (error) {
      // It is there already, with the same bytes: this step is done again.
      if (error instanceof Error && error.name === "PreconditionFailed") return;
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new Error(
        `The list of files ${manifestAddress(place, name)} could not be written (${reason}). Check ETLWORKS_MANIFESTS and that the lane's role may put objects there.`,
        { cause: error },
      );
    }
  };
}
