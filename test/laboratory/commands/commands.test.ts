import { describe, expect, it } from "vitest";
import { PLANTS } from "./plants.ts";
import { tryScenes } from "./try-scenes.ts";

/** Always the same seeds; `npm run laboratory -- commands` plays others. */
const SEEDS = { from: 140_000_000, count: 30 };

describe("commands by hand", () => {
  it(`do and say in ${SEEDS.count} nights what the pages say, and nothing else`, async () => {
    const { failures, met } = await tryScenes(SEEDS);
    expect(failures).toEqual([]);
    for (const what of ["delivered", "again", "hold", "resume", "drop", "backfill", "race"]) {
      expect(met[what], what).toBeGreaterThan(10);
    }
  });

  it.each(PLANTS)("do not when $defect", async ({ plant, seed }) => {
    const { failures } = await tryScenes({ from: seed, count: 1 }, plant);
    expect(failures).not.toEqual([]);
  });
});
