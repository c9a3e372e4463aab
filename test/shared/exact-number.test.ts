import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactText, isNumber, keepRounded, RoundedNumber } from "../../shared/exact-number.ts";
import { field, parseJsonSafely } from "../../shared/json-fields.ts";
import { computingMs } from "../computing-time.ts";

/** What a number of a JSON text is handed on as; the reason when it is not. */
function handedOn(json: string): string {
  const parsed = parseJsonSafely(json, keepRounded);
  if (parsed.kind === "malformed" || !isNumber(parsed.value)) throw new Error(`no number: ${json}`);
  const exact = exactText(parsed.value);
  return exact.kind === "exact" ? exact.text : exact.why;
}

/** As a whole number of 1e-1000: no number below has a digit beyond that. */
function scaled(text: string): bigint {
  const [, sign, whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits =
    BigInt(whole + fraction) * 10n ** BigInt(1_000 - fraction.length + Number(exponent));
  return sign === "-" ? -digits : digits;
}

const TOO_LARGE = "is too large a number to be exact: send it as a string";
const TOO_SMALL = "is too small a number to be exact: send it as a string";

describe("a number that is handed on", () => {
  it.each([
    ["0", "0"],
    ["-0", "-0"],
    ["0.0e5", "0"],
    ["1.50", "1.5"],
    ["1e3", "1000"],
    ["123e-2", "1.23"],
    ["9007199254740991", "9007199254740991"],
    ["0.30000000000000004", "0.30000000000000004"],
    ["1e-7", "1e-7"],
    // More digits than are kept, and digits that another program writes of the same double.
    ["0.1234567890123456789", "0.1234567890123456789"],
    ["-12345678.123456789123", "-12345678.123456789123"],
    ["0.10000000000000001", "0.10000000000000001"],
    ["1.5E-8", "1.5e-8"],
    ["1.00000000000000000001", "1.00000000000000000001"],
    ["4.9E-324", "4.9E-324"],
    ["9007199254740993", TOO_LARGE],
    ["-9007199254740993", TOO_LARGE],
    ["9007199254740992.5", TOO_LARGE],
    ["1e21", TOO_LARGE],
    ["1e400", TOO_LARGE],
    ["-1e400", TOO_LARGE],
    ["1e-400", TOO_SMALL],
    ["-1e-400", TOO_SMALL],
    [`0.${"0".repeat(400)}1`, TOO_SMALL],
  ])("%s is exact, or refused: %s", (written, expected) => {
    expect(handedOn(written)).toBe(expected);
  });

  it("says the number that was written, in whatever way, or is refused", () => {
    const digits = fc.stringMatching(/^[0-9]{1,25}$/);
    const number = fc
      .tuple(
        fc.constantFrom("", "-"),
        digits.map(text => text.replace(/^0+(?=\d)/, "")),
        fc.option(digits, { nil: undefined }),
        fc.option(fc.integer({ min: -420, max: 420 }), { nil: undefined }),
      )
      .map(
        ([sign, whole, fraction, exponent]) =>
          `${sign}${whole}${fraction === undefined ? "" : `.${fraction}`}${exponent === undefined ? "" : `e${exponent}`}`,
      );
    let exact = 0;
    fc.assert(
      fc.property(number, written => {
        const text = handedOn(written);
        if (text === TOO_LARGE || text === TOO_SMALL) return;
        exact += 1;
        expect(scaled(text)).toBe(scaled(written));
      }),
      { numRuns: 2_000 },
    );
    expect(exact).toBeGreaterThan(500);
  });

  it("is what every double is written as, unless it is too large", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), double => {
        const isLarge = Number.isInteger(double) && !Number.isSafeInteger(double);
        const written = Object.is(double, -0) ? "-0" : String(double);
        expect(handedOn(written)).toBe(isLarge ? TOO_LARGE : written);
        // Where only the double is left.
        expect(exactText(double).kind).toBe(isLarge ? "inexact" : "exact");
      }),
    );
  });

  it("takes no time, however long it is", async () => {
    const took = await computingMs(() => {
      handedOn(`1.${"0".repeat(250_000)}1`);
      handedOn(`0.${"10".repeat(100_000)}`);
    });
    expect(took).toBeLessThan(1_000);
  });
});

describe("a number that JSON rounds", () => {
  it("has no fields, and is the rounded one in JSON", () => {
    const rounded = keepRounded(0, "1e-400");
    expect(rounded).toBeInstanceOf(RoundedNumber);
    expect(field(rounded, "source")).toBeUndefined();
    expect(Object.keys(rounded)).toEqual([]);
    expect(JSON.stringify({ a: rounded })).toBe('{"a":0}');
  });
});
