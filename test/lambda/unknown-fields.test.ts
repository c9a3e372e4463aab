import { describe, expect, it } from "vitest";
import { unknownFields } from "../../lambda/unknown-fields.ts";

describe("the fields that nobody knows", () => {
  it("are those beside the known ones", () => {
    expect(unknownFields({ a: 1, b: 2, toString: 3 }, ["a"])).toEqual(["b", "toString"]);
    for (const value of [undefined, null, "text", ["a"]]) {
      expect(unknownFields(value, [])).toEqual([]);
    }
  });

  it("are few and short, and cut between characters", () => {
    const names = Array.from({ length: 30 }, (_, index) => `${index}${"😀".repeat(100)}`);
    const unknown = unknownFields(Object.fromEntries(names.map(name => [name, 1])), []);
    expect(unknown).toHaveLength(20);
    expect(unknown.every(name => name.length <= 100 && name.isWellFormed())).toBe(true);
  });
});
