import { expect, it } from "vitest";
import { wholeSeconds } from "../../lambda/whole-seconds.ts";

it.each([
  [-5, 1],
  [0, 1],
  [1, 1],
  [1_000, 1],
  [1_001, 2],
  [59_999, 60],
])("%i ms are %i whole seconds", (milliseconds, seconds) => {
  expect(wholeSeconds(milliseconds)).toBe(seconds);
});
