import { describe, expect, it } from "vitest";
import { fromItem, toItem } from "../../../../lambda/lanes/ledger/attribute-value.ts";

const plain = {
  text: "a",
  empty: "",
  zero: 0,
  part: -1.5,
  yes: true,
  no: false,
  nothing: null,
  list: ["a", 1, [null], { deep: false }],
  none: [],
  inner: { text: "b", list: [] },
  bare: {},
};

const item = {
  text: { S: "a" },
  empty: { S: "" },
  zero: { N: "0" },
  part: { N: "-1.5" },
  yes: { BOOL: true },
  no: { BOOL: false },
  nothing: { NULL: true },
  list: {
    L: [{ S: "a" }, { N: "1" }, { L: [{ NULL: true }] }, { M: { deep: { BOOL: false } } }],
  },
  none: { L: [] },
  inner: { M: { text: { S: "b" }, list: { L: [] } } },
  bare: { M: {} },
};

describe("an item of the table", () => {
  it("keeps plain data as words and numbers", () => {
    expect(toItem(plain)).toStrictEqual(item);
  });

  it("is the same data when it is read", () => {
    expect(fromItem(item)).toStrictEqual(plain);
  });

  it("leaves out what has no value, at any depth", () => {
    expect(toItem({ a: undefined, b: { c: undefined, d: 1 } })).toStrictEqual({
      b: { M: { d: { N: "1" } } },
    });
  });

  it.each([
    [Number.NaN, "number"],
    [Number.POSITIVE_INFINITY, "number"],
    [5n, "bigint"],
    [() => 1, "function"],
    [Symbol("s"), "symbol"],
    [[undefined], "undefined"],
  ])("cannot keep %s", (value, kind) => {
    expect(() => toItem({ value })).toThrow(new Error(`The ledger cannot keep a ${kind}.`));
    expect(() => toItem({ in: { value: [value] } })).toThrow("The ledger cannot keep a");
  });

  it("has nothing where it holds a kind that nobody here writes", () => {
    expect(fromItem({ set: { SS: ["a"] }, bytes: { B: new Uint8Array([1]) } })).toStrictEqual({
      set: null,
      bytes: null,
    });
  });
});
