import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isExactNumber } from "../../shared/exact-number.ts";

describe("a number of a JSON text", () => {
  it.each([
    ["0", true],
    ["-0", true],
    ["42", true],
    ["9007199254740991", true],
    ["-9007199254740991", true],
    ["9007199254740992", false],
    ["-9007199254740993", false],
    ["1e300", false],
    ["1e999", false],
    ["-1e999", false],
    ["0.1", true],
    ["-2.5e-7", true],
  ])("%s is still what was written: %s", (text, exact) => {
    expect(isExactNumber(Number(JSON.parse(text)))).toBe(exact);
  });

  it("is exact only when no neighbour looks like it", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), whole => {
        const alike = [whole - 1n, whole + 1n].some(other => Number(other) === Number(whole));
        if (alike || BigInt(Number(whole)) !== whole) {
          expect(isExactNumber(Number(whole))).toBe(false);
        }
      }),
    );
  });

  it("is exact whenever it is a whole number that a double can count to", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), whole => {
        expect(isExactNumber(whole)).toBe(true);
      }),
    );
  });
});
