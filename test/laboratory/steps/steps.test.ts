import { describe, expect, it } from "vitest";
import { tryScenes } from "./try-scenes.ts";

/** Always the same seeds; `npm run laboratory -- steps` plays others. */
const SEEDS = { from: 1, count: 100 };

describe("whole steps against faults", () => {
  it(`say in ${SEEDS.count} scenes what truly happened, and nothing else`, async () => {
    const { failures, outcomes } = await tryScenes(SEEDS);
    expect(failures).toEqual([]);
    expect([...outcomes.keys()]).toEqual(
      expect.arrayContaining(["success", "warning", "error", "skipped", "timed-out", "aborted"]),
    );
  });

  it.each([
    [1_107, "a failure with fail-fast took an attached run for one that is not to be started"],
    [1_444, "a 429 held back the last search of a cancelled job"],
    [1_608, "a flow was started while the log of the failed one was read"],
    [121_205_328, "two web pages hid a start, though other flows had had their answers before"],
    [121_207_495, "a web page for a start was a wrong address, though the list had been read"],
  ])("say so also in scene %i, where once %s", async seed => {
    expect((await tryScenes({ from: seed, count: 1 })).failures).toEqual([]);
  });
});
