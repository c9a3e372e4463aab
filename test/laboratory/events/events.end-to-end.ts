import { expect, it } from "vitest";
import { tryScenes } from "./try-scenes.ts";

/** Always the same seeds, so that a red test is a changed dispatcher and never bad luck. */
const SEEDS = 20_000;

it(`events become in ${SEEDS} scenes what the pages say, and nothing else`, async () => {
  const { failures, runs } = await tryScenes({ from: 130_000_000, count: SEEDS });
  expect(failures).toEqual([]);
  expect(runs).toBeGreaterThan(SEEDS);
}, 900_000);
