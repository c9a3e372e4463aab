import { expect, it } from "vitest";
import { simulate } from "./burst.ts";

const burst = {
  events: 300,
  withinMs: 10_000,
  routes: 20,
  runMs: 5_000,
  paceMs: 2_000,
  twice: 0.1,
  lostAnswers: 0,
  droppedStarts: 0,
  seed: 7,
};

it("a small burst at a pace: each event has exactly one run, and nothing is refused", async () => {
  const toll = await simulate(burst);
  expect([...toll.runsOfEvents]).toEqual([[1, 300]]);
  expect([...toll.outcomes]).toEqual([["success", 300]]);
  expect(toll.duplicates).toBeGreaterThan(10);
  expect(toll.refused).toBe(0);
  expect(toll.requests / burst.events).toBeLessThan(6);
});

it.each([
  ["every third answer lost", { lostAnswers: 1 / 3 }],
  ["every twentieth start dropped by a balancer", { droppedStarts: 0.05 }],
  ["both, and half of them", { lostAnswers: 0.25, droppedStarts: 0.25 }],
])("with %s no event has two runs, and who has none is told so", async (_what, faults) => {
  const toll = await simulate({ ...burst, ...faults });
  const without = toll.runsOfEvents.get(0) ?? 0;
  expect([...toll.runsOfEvents.keys()].every(runs => runs <= 1)).toBe(true);
  expect(toll.lost).toBe(0);
  expect(without).toBeLessThanOrEqual(toll.outcomes.get("start-unknown") ?? 0);
});

it("in place an event is acknowledged only with a run of its own", async () => {
  const toll = await simulate({
    ...burst,
    inPlace: true,
    withinMs: 600_000,
    lostAnswers: 0.05,
    droppedStarts: 0.1,
  });
  expect(toll.outcomes.get("start-unknown")).toBeGreaterThan(20);
  expect(toll.outcomes.get("started")).toBeGreaterThan(250);
  expect(toll.lost).toBe(0);
});
