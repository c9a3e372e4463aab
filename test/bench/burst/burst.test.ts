import { expect, it } from "vitest";
import { simulate } from "./burst.ts";

const burst = { events: 300, withinMs: 10_000, routes: 20, runMs: 5_000, twice: 0.1, seed: 7 };

it("a small burst at a pace: each event has exactly one run, and nothing is refused", async () => {
  const toll = await simulate({ ...burst, paceMs: 2_000, lostAnswers: 0 });
  expect([...toll.runsOfEvents]).toEqual([[1, 300]]);
  expect([...toll.outcomes]).toEqual([["success", 300]]);
  expect(toll.duplicates).toBeGreaterThan(10);
  expect(toll.refused).toBe(0);
  expect(toll.requests / burst.events).toBeLessThan(6);
});

it("with every third answer lost no event has two runs, and who has none is told so", async () => {
  const toll = await simulate({ ...burst, paceMs: 2_000, lostAnswers: 1 / 3 });
  const without = toll.runsOfEvents.get(0) ?? 0;
  expect([...toll.runsOfEvents.keys()].every(runs => runs <= 1)).toBe(true);
  expect(without).toBeLessThanOrEqual((toll.outcomes.get("start-unknown") ?? 0) + toll.mistaken);
});
