import { expect, it } from "vitest";
import { jittered, pollCostSeconds } from "../../../shared/run/backoff.ts";

it("doubles what a look costs, ten times at most", () => {
  expect([-1, 0, 1, 2, 9, 10, 11, 500].map(pollCostSeconds)).toEqual([
    0.5, 0.5, 1, 2, 256, 512, 512, 512,
  ]);
});

it("moves a wait by a tenth either way", () => {
  expect(jittered(1_000, 0)).toBe(900);
  expect(jittered(1_000, 0.5)).toBe(1_000);
  expect(jittered(1_000, 0.999_999)).toBeCloseTo(1_100, 2);
});
