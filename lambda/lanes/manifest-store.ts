import { messageOf } from "../../shared/thrown.ts";
import { SOMETHING_ELSE, saidIn, speakerOf } from "../aws/answers.ts";
import { lazyPart } from "../lazy-part.ts";
import { type ManifestPlace, manifestAddress } from "../manifest-place.ts";
import type { ManifestStore } from "./manifest.ts";

/** Lists of files in S3. */
export function createManifestStore(place: ManifestPlace): ManifestStore {
  const connected = lazyPart(async () => (await import("../aws/s3.ts")).createObjects());
  return {
    address: name => manifestAddress(place, name),
    async write(name, csv) {
      const objects = await connected();
      const { bucket, folder } = place;
      const contentType = "text/csv; charset=utf-8";
      try {
        // One that is there has the same bytes: this step is done again.
        await objects.putOnce({ bucket, key: `${folder}${name}`, body: csv, contentType });
      } catch (error) {
        const said = saidIn(error, messageOf(error));
        const reason = error instanceof Error ? `${error.name}: ${said}` : said;
        const list = manifestAddress(place, name);
        throw new Error(
          speakerOf(error) === "something else"
            ? `The list of files ${list} could not be written (${reason}). ${SOMETHING_ELSE}`
            : `The list of files ${list} could not be written (${reason}). Check ETLWORKS_MANIFESTS and that the lane's role may put objects there.`,
          { cause: error },
        );
      }
    },
  };
}
