import { describe, expect, it } from "vitest";
import { isParameterName, PARAMETER_NAME_RULE } from "../../lambda/parameter-name.ts";

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
