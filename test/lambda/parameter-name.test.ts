import { readFileSync } from "node:fs";
import { join } from "node:path";
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

// The Hangul fillers and the grapheme joiner look like nothing, and are letters and marks by category.
it.each(["\u3164", "\u115f", "a\u034f", "\uffa0b"])(
  "the schema refuses %j as the code does",
  name => {
    const schema = readFileSync(join(import.meta.dirname, "../../docs/routes.schema.json"), "utf8");
    const pattern =
      /"parameters": \{\s+"type": "object",\s+"propertyNames": \{\s+"pattern": ("[^"]+")/.exec(
        schema,
      );
    const source: unknown = JSON.parse(pattern?.[1] ?? "null");
    expect(isParameterName(name)).toBe(false);
    expect(new RegExp(String(source), "u").test(name)).toBe(false);
    expect(new RegExp(String(source), "u").test("load_date")).toBe(true);
  },
);
