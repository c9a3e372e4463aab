import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRunQuery } from "../../shared/run-query.ts";
import { UserError } from "../../shared/user-error.ts";

describe("the query of a start", () => {
  it.each([
    ["", ""],
    ["?", ""],
    ["?a=1&b=2", "a=1&b=2"],
    [" \t?a=1 \n", "a=1"],
    ["a=b?c", "a=b?c"],
    ["??a", "?a"],
    ["a=%C3%bc%20%2F", "a=%C3%bc%20%2F"],
    ["a-._~!$&'()*+,;=:@/?0Z", "a-._~!$&'()*+,;=:@/?0Z"],
  ])("%j is %j", (text, query) => {
    expect(parseRunQuery(text, "run-query")).toBe(query);
  });

  it.each([
    ["a b", "a space or a line break"],
    ["a=1\r\n\t b=2#", "a space or a line break"],
    ["a=1#b", 'a "#"'],
    ["a=%#", 'a "#"'],
    ["a=%", 'a "%" without two hexadecimal digits behind it'],
    ["a=%2", 'a "%" without two hexadecimal digits behind it'],
    ["a=%2g", 'a "%" without two hexadecimal digits behind it'],
    ["a=%zzü", 'a "%" without two hexadecimal digits behind it'],
    ["a=100%&b", 'a "%" without two hexadecimal digits behind it'],
    ["a=ü", "a character that must be encoded"],
    ["a=<%20>", "a character that must be encoded"],
  ])("%j is refused, and not repeated", (text, what) => {
    const parse = () => parseRunQuery(text, "run-query");
    expect(parse).toThrow(UserError);
    expect(parse).toThrow(
      new UserError(
        `run-query: it has ${what}, so it is not a query string. Write name=value&name=value, URL-encoded.`,
      ),
    );
  });

  it("arrives whole, whatever is accepted", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from("a1 %&=?#+/\n2Fü")) }), text => {
        let query: string;
        try {
          query = parseRunQuery(text, "run-query");
        } catch {
          return;
        }
        const url = new URL(`https://etl.example.com/run?${query}`);
        expect(url.search.slice(1)).toBe(query);
        expect(url.hash).toBe("");
      }),
      { numRuns: 1_000 },
    );
  });

  it("is accepted when it is written as forms are", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), fields => {
        const query = new URLSearchParams(fields).toString();
        expect(parseRunQuery(`?${query}`, "run-query")).toBe(query);
      }),
    );
  });
});
