import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Execution } from "../../../shared/etlworks/replies/execution.ts";
import { pastDurations } from "../../../shared/run/past-durations.ts";

const begin = Date.UTC(2026, 10, 23, 8);

function run(seconds: number, more: Partial<Execution> = {}): Execution {
  return { status: "success", startedAt: begin, endedAt: begin + 1_000 * seconds, ...more };
}

describe("pastDurations", () => {
  it("gives the seconds of runs that did their whole work", () => {
    const history = [run(10), run(20, { status: "warning" }), run(30, { status: "Success" })];
    expect(pastDurations(history)).toEqual([10, 20, 30]);
  });

  it("leaves out runs that failed, were stopped, are active or say nothing", () => {
    const others = ["error", "canceled", "running", "queued", "paused", ""];
    expect(pastDurations(others.map(status => run(10, { status })))).toEqual([]);
    const { status: _, ...silent } = run(10);
    expect(pastDurations([silent, {}])).toEqual([]);
  });

  it("leaves out records without both times, or that end before they start", () => {
    const { endedAt: _, ...active } = run(10);
    const { startedAt: __, ...lost } = run(10);
    expect(pastDurations([active, lost, run(-10), run(0), run(Number.NaN)])).toEqual([]);
    expect(pastDurations([run(5, { startedAt: 0 }), run(400 * 86_400)])).toEqual([]);
  });

  it("leaves out what a broken clock wrote: no time of its own, or more than a year", () => {
    const year = 365 * 86_400;
    expect(pastDurations([run(0, { startedAt: 0, endedAt: 5_000 })])).toEqual([]);
    expect(pastDurations([run(0, { startedAt: -9_000, endedAt: -4_000 })])).toEqual([]);
    expect(pastDurations([run(year), run(year + 1)])).toEqual([year]);
  });

  it("puts the newest first, however the server sorted them", () => {
    const at = (hours: number, seconds: number) =>
      run(0, {
        startedAt: begin + 3_600_000 * hours,
        endedAt: begin + 3_600_000 * hours + 1_000 * seconds,
      });
    const sorted = [30, 20, 10];
    expect(pastDurations([at(1, 10), at(2, 20), at(3, 30)])).toEqual(sorted);
    expect(pastDurations([at(3, 30), at(1, 10), at(2, 20)])).toEqual(sorted);
  });

  it("never gives anything but lengths, whatever the records hold", () => {
    const time = fc.option(fc.oneof(fc.double(), fc.integer()), { nil: undefined });
    const record = fc.record(
      { status: fc.constantFrom("success", "warning", "error"), startedAt: time, endedAt: time },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(record), records => {
        const history = records.map(({ status, startedAt, endedAt }) => ({
          ...(status === undefined ? {} : { status }),
          ...(startedAt === undefined ? {} : { startedAt }),
          ...(endedAt === undefined ? {} : { endedAt }),
        }));
        for (const seconds of pastDurations(history)) {
          expect(seconds).toBeGreaterThan(0);
          expect(seconds).toBeLessThanOrEqual(365 * 86_400);
        }
      }),
    );
  });
});
