import { describe, expect, it } from "vitest";
import { manifestAddress, parseManifestPlace } from "../../lambda/manifest-place.ts";

const longest = `a${"-".repeat(61)}z`;

describe("the place of lists", () => {
  it.each([
    ["s3://lists", { bucket: "lists", folder: "" }],
    ["s3://lists/", { bucket: "lists", folder: "" }],
    ["s3://lists///", { bucket: "lists", folder: "" }],
    ["s3://lists/in", { bucket: "lists", folder: "in/" }],
    ["s3://lists/in//", { bucket: "lists", folder: "in/" }],
    ["s3://my.lists-1/a b/C//d/", { bucket: "my.lists-1", folder: "a b/C//d/" }],
    ["s3://1.a", { bucket: "1.a", folder: "" }],
    [`s3://${longest}/in`, { bucket: longest, folder: "in/" }],
  ])("%s is read", (text, place) => {
    expect(parseManifestPlace(text)).toStrictEqual(place);
  });

  it.each([
    "",
    "lists",
    "s3:/lists",
    "s3://",
    "s3://ab",
    "s3://-abc",
    "s3://abc-",
    "s3://abc./in",
    "s3://Lists/in",
    "s3://my_lists",
    "s3://lists?in",
    " s3://lists",
    "https://lists/in",
    `s3://a${longest}`,
    "s3://lists/in\nout",
  ])("%j is none", text => {
    expect(parseManifestPlace(text)).toBeUndefined();
  });

  it("leads to a list", () => {
    expect(manifestAddress({ bucket: "lists", folder: "" }, "a/1.csv")).toBe("s3://lists/a/1.csv");
    expect(manifestAddress({ bucket: "lists", folder: "in/" }, "1.csv")).toBe(
      "s3://lists/in/1.csv",
    );
  });
});
