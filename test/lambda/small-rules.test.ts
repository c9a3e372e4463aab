import { describe, expect, it } from "vitest";
import { isParameterName, PARAMETER_NAME_RULE } from "../../lambda/parameter-name.ts";
import { plainParameters } from "../../lambda/plain-parameters.ts";
import { OWN_SOURCE } from "../../lambda/trigger.ts";
import { wholeSeconds } from "../../lambda/whole-seconds.ts";

describe("the name of a parameter", () => {
  it.each(["a", "file.name", "größe", "a-b_c", "$1", "😀"])("may be %s", name => {
    expect(isParameterName(name)).toBe(true);
  });

  it.each([
    "",
    " ",
    "a b",
    " a",
    "a ",
    "a\tb",
    "{a",
    "a}",
    "a\u0000",
    "a\u200B",
    "\u00ADa",
    "\u3164",
  ])("is not %j", name => {
    expect(isParameterName(name)).toBe(false);
  });

  it("has a rule for the sentence that refuses another", () => {
    expect(PARAMETER_NAME_RULE).toBe(
      "must have a name without spaces, braces or invisible characters",
    );
  });
});

it("parameters are plain when none of them needs a batch", () => {
  expect(plainParameters({})).toEqual({});
  expect(plainParameters({ a: "1", b: "" })).toEqual({ a: "1", b: "" });
  expect(plainParameters({ a: "1", b: ["in ", { batch: "keys" }] })).toBeUndefined();
  expect(plainParameters({ a: [] })).toBeUndefined();
});

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

it("an event without a source has one of ours", () => {
  expect(OWN_SOURCE).toBe("etlworks.dispatcher");
});
