import type { Objects } from "../aws/s3.ts";
import { type ManifestPlace, manifestAddress } from "../manifest-place.ts";
import type { ManifestStore } from "./manifest.ts";

/** Lists of files in S3. */
export function createManifestStore(place: ManifestPlace): ManifestStore {
  let objects: Promise<Objects> | undefined;
  return {
    address: name => manifestAddress(place, name),
    async write(name, csv) {
      objects ??= import("../aws/s3.ts").then(({ createObjects }) => createObjects());
      const { bucket, folder } = place;
      const contentType = "text/csv; charset=utf-8";
      try {
        // One that is there has the same bytes: this step is done again.
        const store = await objects;
        await store.putOnce({ bucket, key: `${folder}${name}`, body: csv, contentType });
      } catch (error) {
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        throw new Error(
          `The list of files ${manifestAddress(place, name)} could not be written (${reason}). Check ETLWORKS_MANIFESTS and that the lane's role may put objects there.`,
          { cause: error },
        );
      }
    },
  };
}
