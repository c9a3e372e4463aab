import { expect, it } from "vitest";
import { tryScenes } from "./try-scenes.ts";

/** Always the same seeds, so that a red test is a changed command and never bad luck. */
const SEEDS = 3_000;

it(`commands by hand do and say in ${SEEDS} nights what the pages say, and nothing else`, async () => {
  const { failures } = await tryScenes({ from: 140_000_000, count: SEEDS });
  expect(failures).toEqual([]);
}, 900_000);
