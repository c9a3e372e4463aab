import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeRoutes } from "../../../lambda/routes/decode-routes.ts";
import { anyString } from "../../any-string.ts";

describe("the text of a file of routes", () => {
  it.each<[string, Uint8Array, string]>([
    ["Windows-1252", Buffer.from("[é]", "latin1"), "the file is not UTF-8 but another encoding"],
    ["a cut character", Buffer.from("[é").subarray(0, 2), "the file is not UTF-8 but another"],
    ["UTF-16", Buffer.from("\uFEFF[]", "utf16le"), "the file is not UTF-8 but UTF-16. Save it"],
    [
      "UTF-16, the other way round",
      Buffer.from("\uFEFF[]", "utf16le").swap16(),
      "the file is not UTF-8 but UTF-16. Save it as UTF-8.",
    ],
  ])("is refused in %s", (_name, bytes, sentence) => {
    expect(() => decodeRoutes(bytes)).toThrow(sentence);
  });

  it("is what was written, without its byte order mark", () => {
    fc.assert(
      fc.property(anyString(), text => {
        expect(decodeRoutes(Buffer.from(`\uFEFF${text}`))).toBe(text);
      }),
    );
  });
});
