import { expect, it } from "vitest";
import { billOf, sumOf } from "./aws-bill.ts";
import { playBurst } from "./lanes-burst.ts";
import { playQueueWindow } from "./queue-window.ts";

const SEED = 7;

it("a small burst in batches: each event in exactly one run, few requests, no refusal", async () => {
  const toll = await playBurst({
    events: 600,
    withinMs: 120_000,
    flows: 3,
    runMs: 60_000,
    batch: { quiet: "30s", most: 100 },
    twice: 0.1,
    seed: SEED,
  });
  expect([...toll.runsOfEvents]).toEqual([[1, 600]]);
  expect(toll.runs).toBeLessThanOrEqual(9);
  expect(toll.limited + toll.busy).toBe(0);
  expect(toll.requests / toll.runs).toBeLessThan(15);
  expect(toll.lastDelayMs).toBeLessThan(4 * 60_000 + 30_000);
  expect(toll.overtaken).toBe(0);
  // Beside the runner's own: a look, arm, run, outcome and finish; a look each `quiet`; and the ends.
  const { operations } = toll.durable;
  expect(operations / toll.runs).toBeLessThan(40);
  expect(sumOf(billOf(toll, 600)) / 600).toBeLessThan(1.2 / 50_000);
});

it("in order: runs begin in the order of arrival, and none is refused its turn", async () => {
  const toll = await playBurst({
    events: 60,
    withinMs: 30_000,
    flows: 1,
    runMs: 5_000,
    twice: 0.1,
    inOrder: true,
    seed: SEED,
  });
  expect([...toll.runsOfEvents]).toEqual([[1, 60]]);
  expect(toll.runs).toBe(60);
  expect(toll.overtaken).toBe(0);
  expect(toll.busy).toBe(0);
  expect(toll.requests).toBeLessThanOrEqual(8 * toll.runs);
});

it("the window of a queue lets runs of a flow meet", async () => {
  const toll = await playQueueWindow({
    events: 2_000,
    withinMs: 300_000,
    flows: 4,
    runMs: 60_000,
    windowMs: 10_000,
    size: 1_000,
    concurrency: 2,
    seed: SEED,
  });
  expect(toll.busy).toBeGreaterThan(10);
});
