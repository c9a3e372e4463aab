import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DURATION_FORMS, formatDuration, parseDuration, whyNoUnit } from "../../shared/duration.ts";

describe("whyNoUnit", () => {
  it.each(["1", "30", "007", "999999999"])("asks for the unit of %s", text => {
    expect(whyNoUnit(text)).toBe(`"${text}" has no unit. Did you mean ${text}s or ${text}m?`);
  });

  it("asks for the unit of a number too", () => {
    expect(whyNoUnit(30)).toBe('"30" has no unit. Did you mean 30s or 30m?');
  });

  it.each([
    "",
    "0",
    "000",
    "30s",
    "-30",
    "1.5",
    "30 ",
    "1234567890",
    0,
    -30,
    1.5,
    1e21,
    true,
    null,
    undefined,
    ["30"],
    { text: "30" },
  ])("says nothing of %j", value => {
    expect(whyNoUnit(value)).toBeUndefined();
  });
});

describe("parseDuration", () => {
  it.each([
    ["0", 0],
    ["90s", 90_000],
    ["30m", 1_800_000],
    ["1h30m", 5_400_000],
    ["2d", 172_800_000],
    ["1d2h3m4s", 93_784_000],
    ["0s", 0],
    ["007s", 7_000],
    ["00", 0],
    ["366d", 31_622_400_000],
  ])("%s is %d ms", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    "",
    " ",
    "-1",
    "+5",
    "1.5h",
    "1e3",
    "90 s",
    "s",
    "m30",
    "30m1h",
    "1m1m",
    "1H",
    "1w",
    "0x10",
    "Infinity",
    "NaN",
    "1h30",
    "366d1s",
    "90",
    "007",
    "31622400s1",
    "1234567890",
    "9999999999s",
    "١",
    "90\n",
  ])("%j is none", text => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it("reads what it writes, to the unit that is shown", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 365 * 86_400 }), seconds => {
        const written = formatDuration(seconds * 1_000).replaceAll(" ", "");
        const shown = parseDuration(written);
        const unit = seconds < 3_600 ? 1 : seconds < 86_400 ? 60 : 3_600;
        expect(shown).toBe(Math.floor(seconds / unit) * unit * 1_000);
      }),
    );
  });

  it("says in errors what it accepts", () => {
    expect(DURATION_FORMS).toBe("a duration such as 90s, 30m, 1h30m, or 0");
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0s"],
    [499, "0s"],
    [500, "1s"],
    [4_000, "4s"],
    [59_499, "59s"],
    [59_500, "1m 00s"],
    [60_000, "1m 00s"],
    [65_000, "1m 05s"],
    [3_599_499, "59m 59s"],
    [3_600_000, "1h 00m"],
    [7_380_000, "2h 03m"],
    [86_399_499, "23h 59m"],
    [86_400_000, "1d 00h"],
    [273_600_000, "3d 04h"],
    [-5_000, "0s"],
  ])("%d ms is %s", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
