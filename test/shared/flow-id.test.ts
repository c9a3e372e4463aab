import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFlowId } from "../../shared/flow-id.ts";

describe("the id of a flow", () => {
  it.each([1, 12_345, Number.MAX_SAFE_INTEGER])("may be %d", value => {
    expect(isFlowId(value)).toBe(true);
  });

  it.each([
    0,
    -0,
    -1,
    1.5,
    Number.MAX_SAFE_INTEGER + 1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "12345",
    12_345n,
    [12_345],
    true,
    null,
    undefined,
    { valueOf: () => 12_345 },
  ])("is not %s", value => {
    expect(isFlowId(value)).toBe(false);
  });

  it("is what stays the same as digits, and stands for one flow only", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.double(), fc.integer()), value => {
        const digits = typeof value === "number" && /^[1-9]\d{0,15}$/.test(String(value));
        expect(isFlowId(value)).toBe(digits && value <= Number.MAX_SAFE_INTEGER);
      }),
    );
  });
});
