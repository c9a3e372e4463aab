import { describe, expect, it } from "vitest";
import { DEFECTS } from "./defects.ts";
import { tryScenes } from "./try-scenes.ts";

/** Always the same seeds; `npm run laboratory -- events` plays others. */
const SEEDS = { from: 130_000_000, count: 160 };

describe("events in the dispatcher", () => {
  it(`become in ${SEEDS.count} scenes what the pages say, and nothing else`, async () => {
    const { failures, runs, takenBack } = await tryScenes(SEEDS);
    expect(failures).toEqual([]);
    expect(runs).toBeGreaterThan(SEEDS.count);
    expect(takenBack).toBeGreaterThan(SEEDS.count);
  });

  it.each([
    [130_000_001, "a forced event in a queue was no longer one of a queue"],
    [130_000_029, "a message with an empty list of Records was acknowledged unread"],
    [130_001_472, "a person's record of a message started a flow that messages may not"],
    [130_003_250, "a message without an id was delivered beside one that failed, at each attempt"],
  ])("become so also in scene %i, where once %s", async seed => {
    expect((await tryScenes({ from: seed, count: 1 })).failures).toEqual([]);
  });

  it.each(DEFECTS)("do not when $what", async ({ defect, seed }) => {
    const { failures } = await tryScenes({ from: seed, count: 1 }, defect);
    expect(failures).not.toEqual([]);
  });
});
