import { expect, it } from "vitest";
import { SIGHTS } from "./sights.ts";
import { failuresOf, tryWorldsInThreads } from "./try-worlds.ts";

/** Always the same seeds, so that a red test is a changed core and never bad luck. */
const SEEDS = 100_000;

it(`the core keeps its promises in ${SEEDS} worlds, and often meets everything in them`, async () => {
  const survey = await tryWorldsInThreads({ from: 1, count: SEEDS, failuresUntilStop: 10 }, 2);
  expect(failuresOf(survey)).toEqual([]);
  expect(survey.seeds).toBe(SEEDS);
  const rare = SIGHTS.filter(sight => (survey.met[sight] ?? 0) < 50);
  expect(rare, "seen in fewer than 50 worlds").toEqual([]);
}, 900_000);
