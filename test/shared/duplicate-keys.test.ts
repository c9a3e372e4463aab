import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { duplicateKey, findDuplicateKey } from "../../shared/duplicate-keys.ts";

describe("a name that stands twice", () => {
  it.each([
    ['{"a": 1, "a": 2}', { name: "a", path: "a" }],
    ['[{"b": {"c": 1, "d": {}, "c": []}}]', { name: "c", path: "[0].b.c" }],
    ['{"r": [1, [2, 3], {"c": "[", "d": {}, "c": []}]}', { name: "c", path: "r[2].c" }],
    [String.raw`{"a": 1, "\u0061": 2}`, { name: "a", path: "a" }],
    ['["x", "y", {"c": "x", "c": "y"}]', { name: "c", path: "[2].c" }],
    [
      '{"a": {}, "b": [], "c": {"d": [[], [{"e": 1}, {"f": 1, "f": 2}]]}}',
      { name: "f", path: "c.d[1][1].f" },
    ],
    ['{"a": [1, 2], "b": 1, "a": 3}', { name: "a", path: "a" }],
    ['{"": 1, "": 2}', { name: "", path: "" }],
    ['{"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}]}', undefined],
    [String.raw`{"a": "\"a\": {", "b": "a", "c\\": 1, "c": 2}`, undefined],
    ['"a"', undefined],
  ])("in %s is %j", (text, found) => {
    expect(findDuplicateKey(text)).toEqual(found);
    expect(duplicateKey(text)).toBe(found?.name);
  });

  it("is found wherever one member of a list of objects is said again", () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), { minLength: 1 }),
        fc.nat(),
        (objects, which) => {
          const index = which % objects.length;
          const [name = ""] = Object.keys(objects[index] ?? {});
          const texts = objects.map(object => JSON.stringify(object));
          texts[index] = `${texts[index]?.slice(0, -1)},${JSON.stringify(name)}:"]}"}`;
          expect(findDuplicateKey(`[${texts.join(", ")}]`)).toEqual({
            name,
            path: `[${index}].${name}`,
          });
        },
      ),
    );
  });

  it("is never found in what JSON.stringify wrote", () => {
    fc.assert(
      fc.property(fc.json(), text => {
        expect(duplicateKey(JSON.stringify(JSON.parse(text), null, 1))).toBeUndefined();
      }),
    );
  });
});
