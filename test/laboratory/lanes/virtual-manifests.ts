import type { ManifestStore } from "../../../lambda/lanes/manifest.ts";

/** A bucket for lists of files that says when a second writer brings other bytes. */
export interface VirtualManifests {
  /** The store as one process has it. */
  storeOf(operate: (work: () => void) => Promise<void>): ManifestStore;
  /** The keys in the list at this address; undefined when it is not there yet. */
  keysOf(address: string): readonly string[] | undefined;
}

const PLACE = "s3://lists/";

export function createVirtualManifests(onWrong: (wrong: string) => void): VirtualManifests {
  const lists = new Map<string, string>();
  return {
    storeOf: operate => ({
      address: name => `${PLACE}${name}`,
      write: (name, csv) =>
        operate(() => {
          const known = lists.get(name);
          if (known !== undefined && known !== csv) onWrong(`${name} was written with other bytes`);
          lists.set(name, known ?? csv);
        }),
    }),
    keysOf(address) {
      const csv = lists.get(address.slice(PLACE.length));
      return csv
        ?.split("\r\n")
        .slice(1, -1)
        .map(row => row.split(",")[1] ?? "");
    },
  };
}
