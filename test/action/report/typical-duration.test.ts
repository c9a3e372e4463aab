import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeTypical, typicalDuration } from "../../../action/report/typical-duration.ts";

describe("usualDuration", () => {
  it.for([
    [[], undefined],
    [[10, 20], undefined],
    [[10, 20, 30], { medianMs: 20_000, spreadMs: 5_000 }],
    [[30, 10, 20, 40], { medianMs: 25_000, spreadMs: 7_500 }],
    [[5, 5, 5, 5, 900], { medianMs: 5_000, spreadMs: 0 }],
  ] as const)("of %j is %j", ([past, usual]) => {
    expect(typicalDuration(past)).toEqual(usual);
  });

  it("lies among the runs, in whatever order they come, and grows with them", () => {
    const lengths = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 3 });
    fc.assert(
      fc.property(lengths, past => {
        const usual = typicalDuration(past);
        const { medianMs = -1, spreadMs = -1 } = usual ?? {};
        expect(medianMs).toBeGreaterThanOrEqual(Math.min(...past) * 1_000 - 1e-3);
        expect(medianMs).toBeLessThanOrEqual(Math.max(...past) * 1_000 + 1e-3);
        expect(spreadMs).toBeGreaterThanOrEqual(0);
        expect(typicalDuration(past.toReversed())).toEqual(usual);
        const doubled = typicalDuration(past.map(length => length * 2));
        expect(doubled?.medianMs).toBeCloseTo(medianMs * 2, 3);
        expect(doubled?.spreadMs).toBeCloseTo(spreadMs * 2, 3);
      }),
    );
  });
});

describe("describeUsual", () => {
  it.for([
    [[1, 2], ""],
    [[724, 700, 760], " · usually 12m 04s ± 15s"],
    [[60, 60.5, 61], " · usually 1m 01s"],
  ] as const)("of %j is %j", ([past, text]) => {
    expect(describeTypical(past)).toBe(text);
  });
});
