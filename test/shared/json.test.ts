import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isObject, parseJson } from "../../shared/json.ts";

describe("parseJson", () => {
  it.each([
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", "9007199254740992"],
    ["-9007199254740993", "-9007199254740993"],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
    ['{"auditId":9007199254740993}', { auditId: "9007199254740993" }],
    [
      '[[9223372036854775807],{"a":{"b":9223372036854775807}}]',
      [["9223372036854775807"], { a: { b: "9223372036854775807" } }],
    ],
    ["1.5", 1.5],
    ["0.1234567890123456789", 0.12345678901234568],
    ["1e400", Number.POSITIVE_INFINITY],
    ["1e300", 1e300],
    ["12345678901234567.0", 12345678901234568],
    ['"9007199254740993"', "9007199254740993"],
    ["null", null],
    ["true", true],
    ['[1,"a",{}]', [1, "a", {}]],
  ])("%s", (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it.each(["", "{", "undefined", "{'a':1}", "[1,]", "01"])("%j throws SyntaxError", text => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it.each([
    ["[", "]"],
    ['{"a":', "}"],
    ['[{"a":', "}]"],
  ])("of brackets %s nested deeper than any answer throws SyntaxError", (open, close) => {
    const levels = open.length === 6 ? 500 : 1_000;
    const nested = (depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
    for (const readText of [undefined, (text: string) => text]) {
      expect(parseJson(nested(levels), readText)).toBeDefined();
      for (const depth of [levels + 1, 5_000, 1_000_000]) {
        expect(() => parseJson(nested(depth), readText)).toThrow(
          /^nested deeper than 1000 levels$/,
        );
      }
    }
  });

  it("does not count brackets inside texts, nor many side by side", () => {
    const text = JSON.stringify({ a: `${"[".repeat(1_000)}\\"${"{".repeat(1_000)}`, b: "\\" });
    expect(parseJson(text)).toEqual(JSON.parse(text));
    expect(parseJson(`[${"[],{},".repeat(1_000)}0]`)).toHaveLength(2_001);
  });

  it("shows every text once its escapes are resolved, and nothing else", () => {
    const seen: string[] = [];
    const readText = (text: string) => {
      seen.push(text);
      return text.toUpperCase();
    };
    expect(
      parseJson('{"a":"\\u0062\\/","n":12345678901234567,"l":["c",1,null]}', readText),
    ).toEqual({
      a: "B/",
      n: "12345678901234567",
      l: ["C", 1, null],
    });
    expect(seen).toEqual(["b/", "c"]);
  });

  it("shows every text also where no number is long", () => {
    expect(parseJson('["a", {"b": "c"}, 1]', text => `<${text}>`)).toEqual([
      "<a>",
      { b: "<c>" },
      1,
    ]);
  });

  it("is JSON.parse where no whole number is too long", () => {
    fc.assert(
      fc.property(fc.json(), text => {
        fc.pre(!/\d{16}/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
        expect(parseJson(text, same => same)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("keeps each digit of any whole number", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), number => {
        expect(String(parseJson(String(number)))).toBe(String(number));
      }),
    );
  });
});

describe("isObject", () => {
  it.each([
    [{}, true],
    [{ a: 1 }, true],
    [[], false],
    [null, false],
    ["a", false],
    [1, false],
    [undefined, false],
    [() => 1, false],
  ])("%j: %s", (value, expected) => {
    expect(isObject(value)).toBe(expected);
  });
});
