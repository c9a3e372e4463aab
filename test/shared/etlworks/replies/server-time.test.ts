import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLocalTime, parseServerTime } from "../../../../shared/etlworks/replies/server-time.ts";

const TIME = Date.UTC(2026, 4, 9, 6, 1, 3, 250);

describe("parseServerTime", () => {
  it.each([
    TIME,
    TIME / 1_000,
    TIME * 1_000,
    TIME * 1_000_000,
    String(TIME),
    `${TIME / 1_000}`,
    `${TIME}000`,
    ` ${TIME}000000 `,
    "2026-05-09T06:01:03.250Z",
    "2026-05-09T06:01:03.25Z",
    "2026-05-09T06:01:03,250Z",
    "2026-05-09T06:01:03.250123Z",
    "2026-05-09T06:01:03.250123456Z",
    "2026-05-09T06:01:03.250",
    "2026-05-09 06:01:03.250",
    "2026-05-09 06:01:03.250 UTC",
    "2026-05-09 06:01:03.250 GMT",
    "2026-05-09t06:01:03.250z",
    "2026-05-09T06:01:03.250+00:00",
    "2026-05-09T06:01:03.250+0000",
    "2026-05-09T06:01:03.250+00",
    "2026-05-09T08:01:03.250+02:00",
    "2026-05-09T08:01:03.250+0200",
    "2026-05-09T08:01:03.250+02",
    "2026-05-09T01:31:03.250-04:30",
    "2026-05-09T08:01:03.250+02:00[Europe/Berlin]",
    "2026-05-09T06:01:03.25012345678901Z",
    "20260509T060103.250Z",
    `${TIME / 1e12}E12`,
    `${TIME / 1e12}e12`,
    `${TIME / 1e12}E9`,
    [2026, 5, 9, 6, 1, 3, 250_000_000],
  ])("%j is one moment", value => {
    expect(parseServerTime(value)).toBe(TIME);
  });

  it.each([
    ["2026-05-09", Date.UTC(2026, 4, 9)],
    ["2026-05-09T06:01Z", Date.UTC(2026, 4, 9, 6, 1)],
    ["2026-05-09T06:01:03", Date.UTC(2026, 4, 9, 6, 1, 3)],
    ["20260509T060103Z", Date.UTC(2026, 4, 9, 6, 1, 3)],
    [[2026, 5, 9, 6, 1], Date.UTC(2026, 4, 9, 6, 1)],
    ["Sat, 09 May 2026 06:01:03 GMT", Date.UTC(2026, 4, 9, 6, 1, 3)],
    ["Sat, 9 May 2026 06:01:03 UTC", Date.UTC(2026, 4, 9, 6, 1, 3)],
    ["Sat, 09 May 2026 08:01:03 +0200", Date.UTC(2026, 4, 9, 6, 1, 3)],
    ["09 May 2026 06:01:03 GMT", Date.UTC(2026, 4, 9, 6, 1, 3)],
    ["Saturday, 09-May-26 06:01:03 GMT", Date.UTC(2026, 4, 9, 6, 1, 3)],
    ["Sat May  9 06:01:03 2026", Date.UTC(2026, 4, 9, 6, 1, 3)],
    ["Sat May 09 06:01:03 UTC 2026", Date.UTC(2026, 4, 9, 6, 1, 3)],
    ["May 9, 2026 6:01:03 AM", Date.UTC(2026, 4, 9, 6, 1, 3)],
    ["May 9, 2026, 6:01:03\u202fPM", Date.UTC(2026, 4, 9, 18, 1, 3)],
    ["May 9, 2026 12:01:03 AM", Date.UTC(2026, 4, 9, 0, 1, 3)],
    ["May 9, 2026 12:01:03 PM", Date.UTC(2026, 4, 9, 12, 1, 3)],
  ])("%j", (value, time) => {
    expect(parseServerTime(value)).toBe(time);
  });

  it.each([
    [0],
    [-TIME],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1e30],
    ["0"],
    [""],
    ["now"],
    ["2026-13-40"],
    ["2026-05-09T25:00:00Z"],
    ["09.05.2026"],
    ["1969-12-31T00:00:00Z"],
    [null],
    [true],
    [{}],
    [[2026, 5, 9]],
    [[2026, 5, 9, 6, "1"]],
    [[2026, 13, 9, 6, 1]],
    [[1, 2, 3, 4, 5, 6, 7, 8]],
    ["Foo 9, 2026 6:01:03 AM"],
  ])("%j is none", value => {
    expect(parseServerTime(value)).toBeUndefined();
  });

  it("reads any moment since 1974 in every unit alike", () => {
    const moment = fc.integer({ min: Date.UTC(1974, 0, 1), max: Date.UTC(4000, 0, 1) });
    fc.assert(
      fc.property(moment, time => {
        for (const unit of [1e-3, 1, 1e3, 1e6]) {
          // A nanosecond is not told apart in a double; a millisecond is.
          expect(Math.abs((parseServerTime(time * unit) ?? 0) - time)).toBeLessThanOrEqual(1);
        }
        expect(parseServerTime(new Date(time).toISOString())).toBe(time);
      }),
    );
  });
});

describe("isLocalTime", () => {
  it.each([
    "2026-05-09T06:01:03",
    "2026-05-09 06:01:03.250",
    "2026-05-09",
    "20260509T060103",
    "May 9, 2026 6:01:03 AM",
    "Sat May  9 06:01:03 2026",
    [2026, 5, 9, 6, 1, 3],
  ])("is %j", value => {
    expect(isLocalTime(value)).toBe(true);
  });

  it.each([
    TIME,
    String(TIME),
    ` ${TIME / 1_000} `,
    "2026-05-09T06:01:03Z",
    "2026-05-09T06:01:03+02",
    "2026-05-09T06:01:03 UTC",
    "Sat, 09 May 2026 06:01:03 GMT",
    "Sat May 09 06:01:03 UTC 2026",
    null,
  ])("is not %j", value => {
    expect(isLocalTime(value)).toBe(false);
  });
});
