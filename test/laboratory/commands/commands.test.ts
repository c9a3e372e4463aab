import { describe, expect, it } from "vitest";
import { DEFECTS } from "./defects.ts";
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

  it.each(DEFECTS)("do not when $what", async ({ defect, seed }) => {
    const { failures } = await tryScenes({ from: seed, count: 1 }, defect);
    expect(failures).not.toEqual([]);
  });
});
