import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { duplicateKey, findDuplicateKey } from "../../shared/duplicate-keys.ts";

describe("a name that stands twice", () => {
  it.each([
    ['{"a": 1, "a": 2}', { name: "a", path: "a" }],
    ['[{"b": {"c": 1, "d": {}, "c": []}}]', { name: "c", path: "[0].b.c" }],
    ['{"r": [1, [2, 3], {"c": "[", "d": {}, "c": []}]}', { name: "c", path: "r[2].c" }],
    [String.raw`{"a": 1, "\u0061": 2}`, { name: "a", path: "a" }],
    ['{"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}]}', undefined],
    [String.raw`{"a": "\"a\": {", "b": "a", "c\\": 1, "c": 2}`, undefined],
    ['"a"', undefined],
  ])("in %s is %j", (text, found) => {
    expect(findDuplicateKey(text)).toEqual(found);
    expect(duplicateKey(text)).toBe(found?.name);
  });

  it("is never found in what JSON.stringify wrote", () => {
    fc.assert(
      fc.property(fc.json(), text => {
        expect(duplicateKey(JSON.stringify(JSON.parse(text), null, 1))).toBeUndefined();
      }),
    );
  });
});
