import { expect, it } from "vitest";
import { beginningOf, cutText, MAX_ERROR } from "../../lambda/cut-text.ts";

it("a text that is not too long stays as it is", () => {
  expect(cutText("", 0)).toBe("");
  expect(cutText("abcd", 4)).toBe("abcd");
  expect(cutText("abc😀", 5)).toBe("abc😀");
  expect(MAX_ERROR).toBe(8_000);
});

it("of a text that is too long stays the beginning, and how long it was", () => {
  expect(cutText("abcde", 4)).toBe("abcd… (5 characters)");
  expect(cutText("abc😀", 4)).toBe("abc… (5 characters)");
  expect(cutText("😀😀", 2)).toBe("😀… (4 characters)");
});

it("a beginning has no half character at its end, and keeps any other", () => {
  expect(beginningOf("abcdef", 4)).toBe("abcd");
  expect(beginningOf("ab", 4)).toBe("ab");
  expect(beginningOf("abc😀", 4)).toBe("abc");
  expect(beginningOf("a😀c", 3)).toBe("a😀");
  expect(beginningOf("\u{D83D}bcd", 3)).toBe("\u{D83D}bc");
});
