import { type ManifestPlace, manifestAddress } from "../manifest-place.ts";
import type { ManifestStore } from "./manifest.ts";

/** Lists of files in S3, whose client is loaded with the first list. */
export function createManifestStore(place: ManifestPlace): ManifestStore {
  let writer: Promise<(name: string, csv: string) => Promise<void>> | undefined;
  return {
    address: name => manifestAddress(place, name),
    async write(name, csv) {
      writer ??= import("./s3-manifests.ts").then(({ createManifestWriter }) =>
        createManifestWriter(place),
      );
      const write = await writer;
      await write(name, csv);
    },
  };
}
