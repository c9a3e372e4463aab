import { describe, expect, it } from "vitest";
import { asMatrix, bestEndSeconds, inOneStep, knownFlows, requestsOfLoops } from "./night.ts";

const MINUTES = { from: 1, to: 30 };

describe("forty known flows in one step", () => {
  it("end soon, with fewer requests than loops, and no more than a matrix", async () => {
    const flows = knownFlows(40, MINUTES, 1);
    const ours = await inOneStep(flows, 10);
    const matrix = await asMatrix(flows, 10);
    expect(ours.endSeconds / bestEndSeconds(flows, 10)).toBeLessThan(1.1);
    expect(ours.requests).toBeLessThan(requestsOfLoops(flows) / 6);
    expect(ours.requests).toBeLessThan(matrix.requests * 1.15);
    expect(ours.busiestMinute).toBeLessThan(120);
    expect(ours.refused).toBe(0);
  });
});

describe("two hundred known flows at once", () => {
  it("stay below 300 requests a minute, meet no 429, and are noticed at most 10 s late", async () => {
    const toll = await inOneStep(knownFlows(200, MINUTES, 1), 200);
    expect(toll.busiestMinute).toBeLessThanOrEqual(300);
    expect(toll.refused).toBe(0);
    expect(toll.late.mean).toBeLessThan(10);
  });
});
