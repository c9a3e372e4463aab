import { describe, expect, it } from "vitest";
import { compileRegexpWithTimeout } from "../../../lambda/routes/regexp-with-timeout.ts";

describe("a full match", () => {
  it.each([
    ["a|b", "a", "yes"],
    ["a|b", "ab", "no"],
    ["a|b", "xb", "no"],
    ["[\\w.-]+", "orders-1.csv", "yes"],
    ["[\\w.-]+", "orders 1.csv", "no"],
    ["[\\w.-]+", "orders.csv\n", "no"],
    [".", "😀", "yes"],
    ["", "", "yes"],
    ["", "a", "no"],
    ["^a$", "a", "yes"],
  ])("of %j with %j is %s", (expression, value, expected) => {
    expect(compileRegexpWithTimeout(expression)(value, 5_000)).toBe(expected);
  });

  it.each(["(", "a)(b", "[", "*", "\\"])("refuses the malformed %j", expression => {
    expect(() => compileRegexpWithTimeout(expression)).toThrow(SyntaxError);
  });

  it("stops an expression that would take years, and works on", () => {
    const match = compileRegexpWithTimeout("(a+)+");
    const begun = performance.now();
    expect(match(`${"a".repeat(60)}b`, 200)).toBe("too slow");
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(match("aaa", 5_000)).toBe("yes");
  });

  it.each<[computed: number, attempts: number]>([
    [25, 1],
    [10, 1],
    [9, 3],
    [0, 3],
  ])("tries one that has computed for %i of 20 ms %i times", (computed, attempts) => {
    let now = 0;
    let asked = 0;
    const match = compileRegexpWithTimeout("(a+)+", () => {
      asked += 1;
      if (asked % 2 === 0) now += computed;
      return now;
    });
    expect(match(`${"a".repeat(60)}b`, 20)).toBe("too slow");
    expect(asked / 2).toBe(attempts);
  });
});
