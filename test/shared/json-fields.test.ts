import { describe, expect, it } from "vitest";
import { field, parseJsonSafely, present, textField } from "../../shared/json-fields.ts";
import { computingMs } from "../computing-time.ts";

describe("JSON from outside", () => {
  it("says what is wrong instead of throwing", () => {
    expect(parseJsonSafely("{").kind).toBe("malformed");
    expect(parseJsonSafely("").kind).toBe("malformed");
    expect(parseJsonSafely("null")).toEqual({ kind: "json", value: null });
  });

  it("may begin with a byte order mark, and only one", () => {
    expect(parseJsonSafely('\ufeff{"a": 1}')).toEqual({ kind: "json", value: { a: 1 } });
    expect(parseJsonSafely("\ufeff\ufeff1").kind).toBe("malformed");
    expect(parseJsonSafely("\ufeff").kind).toBe("malformed");
  });

  it("loses what could reach a prototype", () => {
    expect(parseJsonSafely('[{"__proto__": {"x": 1}, "a": 1}]')).toEqual({
      kind: "json",
      value: [{ a: 1 }],
    });
  });

  it("keeps long numbers as numbers, since a pattern tells 1 from text", () => {
    expect(parseJsonSafely("12345678901234567890")).toEqual({
      kind: "json",
      value: Number("12345678901234567890"),
    });
  });
});

describe("a field", () => {
  it("is an own one of an object", () => {
    expect(field({ a: 1 }, "a")).toBe(1);
    for (const value of [{}, [], null, undefined, "text", 5]) {
      expect(field(value, "constructor")).toBeUndefined();
      expect(field(value, "length")).toBeUndefined();
    }
  });

  it("counts as text when it says something", () => {
    expect(textField({ a: "x" }, "a")).toBe("x");
    expect(textField({ a: "" }, "a")).toBeUndefined();
    expect(textField({ a: 1 }, "a")).toBeUndefined();
  });

  it("without a value is left out", () => {
    expect(Object.keys(present({ a: undefined, b: null, c: 0 }))).toEqual(["b", "c"]);
  });
});

describe("JSON that is nested too deeply", () => {
  it.each([
    ["[".repeat(1_000) + "]".repeat(1_000), "json"],
    ["[".repeat(1_001) + "]".repeat(1_001), "malformed"],
    [`${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`, "malformed"],
    [`["${"[".repeat(5_000)}\\"${"{".repeat(5_000)}"]`, "json"],
    ["[],".repeat(5_000), "malformed"],
    [`"${'\\"'.repeat(500_000)}`, "malformed"],
  ])("is told from what is not", async (text, kind) => {
    const used = await computingMs(() => expect(parseJsonSafely(text).kind).toBe(kind));
    expect(used).toBeLessThan(2_000);
  });

  it("is said to be so", () => {
    expect(parseJsonSafely("[".repeat(1_001))).toEqual({
      kind: "malformed",
      message: "it is nested deeper than 1000 levels",
    });
  });
});
