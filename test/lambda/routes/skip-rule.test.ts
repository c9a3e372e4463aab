import { describe, expect, it } from "vitest";
import { skipRule } from "../../../lambda/routes/skip-rule.ts";

/** Objects that tools leave behind, and the routes that mean such an object. */

interface Given {
  /** What the route asks of the key. */
  readonly keys?: readonly unknown[];
  readonly sizes?: readonly unknown[];
  readonly folders?: boolean;
  readonly empty?: boolean;
  readonly set?: readonly string[];
}

function skips(key: string | undefined, size: unknown, given: Given = {}): string | undefined {
  const { keys, sizes, folders = false, empty = false, set } = given;
  const wanted = new Map<string, readonly unknown[]>();
  if (keys !== undefined) wanted.set("detail.object.key", keys);
  if (sizes !== undefined) wanted.set("detail.object.size", sizes);
  const rule = skipRule(wanted, { folders, empty }, set);
  return rule({ ...created, detail: { object: { key, size } } });
}

const created = { source: "aws.s3", "detail-type": "Object Created" };
const FOLDER = "the object is a folder marker; set includeFolders to run the flow for it";
const EMPTY = "the object is empty (0 bytes); set includeEmpty to run the flow for it";

describe("what tools leave behind", () => {
  it.each<[key: string, size: unknown, why: string | undefined]>([
    ["in/", 0, FOLDER],
    ["in/", undefined, FOLDER],
    ["in/", 1, undefined],
    ["in/a.csv", 0, EMPTY],
    ["in/a.csv", 1, undefined],
    ["in/a.csv", undefined, undefined],
    ["in/a.csv", "0", undefined],
  ])("%s of %s bytes", (key, size, why) => {
    expect(skips(key, size)).toBe(why);
  });

  it("is an object without a key too, when it is empty", () => {
    expect(skips(undefined, 0)).toBe(EMPTY);
  });

  it.each<[Given, folder: string | undefined, empty: string | undefined]>([
    [{ folders: true }, undefined, EMPTY],
    [{ empty: true }, FOLDER, undefined],
    [{ folders: true, empty: true }, undefined, undefined],
  ])("may be included: %j", (given, folder, empty) => {
    expect(skips("in/", 0, given)).toBe(folder);
    expect(skips("in/a.csv", 0, given)).toBe(empty);
  });

  it.each([
    { ...created, source: "com.example.s3" },
    { ...created, "detail-type": "Object Deleted" },
  ])("is no other event's: %j", about => {
    const rule = skipRule(new Map(), { folders: false, empty: false });
    expect(rule({ ...about, detail: { object: { key: "in/", size: 0 } } })).toBeUndefined();
  });
});

describe("a route that names an empty object by its key", () => {
  it.each<[wanted: unknown, key: string]>([
    ["in/_SUCCESS", "in/_SUCCESS"],
    ["in/a.csv", "in/a.csv"],
    ["in/", "in/"],
    [{ exactly: "in/a.csv" }, "in/a.csv"],
    [{ "equals-ignore-case": "IN/A.csv" }, "in/a.CSV"],
    [{ suffix: "/_SUCCESS" }, "in/_SUCCESS"],
    [{ suffix: "/" }, "in/"],
    [{ suffix: { "equals-ignore-case": "/_success" } }, "in/_SUCCESS"],
    [{ wildcard: "in/*/_SUCCESS" }, "in/1/_SUCCESS"],
    [{ wildcard: "in/a.csv" }, "in/a.csv"],
    [{ wildcard: "a.b/*/done" }, "a.b/1/done"],
    // An asterisk that stands for itself: no more than one key.
    [{ wildcard: "in/a\\*.csv" }, "in/a*.csv"],
    [{ wildcard: "in/a\\\\.csv" }, "in/a\\.csv"],
    [{ wildcard: "*\\\\_done" }, "in/1\\_done"],
  ])("means it: %j", (wanted, key) => {
    expect(skips(key, 0, { keys: [wanted] })).toBeUndefined();
    expect(skips(key, 0, { keys: ["another", wanted] })).toBeUndefined();
    expect(skips(key, 0, { keys: ["another"] })).toBeDefined();
  });

  it.each<[wanted: unknown, key: string]>([
    [{ suffix: ".csv" }, "in/a.csv"],
    [{ suffix: "/load.done" }, "in/load.done"],
    [{ suffix: "" }, "in/a.csv"],
    [{ suffix: { "equals-ignore-case": ".CSV" } }, "in/a.csv"],
    [{ suffix: { "equals-ignore-case": "" } }, "in/a.csv"],
    [{ prefix: "in/" }, "in/a.csv"],
    [{ prefix: { "equals-ignore-case": "in/" } }, "in/"],
    [{ wildcard: "in/*" }, "in/a"],
    [{ wildcard: "in/*.csv" }, "in/a.csv"],
    [{ wildcard: "*/a*.csv" }, "in/a.csv"],
    [{ wildcard: "*\\*.csv" }, "in/a*.csv"],
    [{ wildcard: "in\\\\*.csv" }, "in\\a.csv"],
    [{ "anything-but": "x" }, "in/a.csv"],
    [{ exists: true }, "in/a.csv"],
    [null, "in/a.csv"],
    [{}, "in/a.csv"],
  ])("does not mean one by %j", (wanted, key) => {
    expect(skips(key, 0, { keys: [wanted] })).toBeDefined();
  });

  it("does not mean a neighbour", () => {
    expect(skips("in/b.csv", 0, { keys: ["in/a.csv", { exactly: "in/c.csv" }] })).toBe(EMPTY);
    expect(skips("in/_FAILED", 0, { keys: [{ suffix: "/_SUCCESS" }] })).toBe(EMPTY);
  });
});

describe("a route that names an empty object as a file of a set", () => {
  it.each<[file: string, key: string]>([
    ["_SUCCESS", "in/_SUCCESS"],
    ["a.csv", "in/deep/a.csv"],
    ["a.csv", "a.csv"],
    // By an ending without a dot, as in a pattern.
    ["*_done", "in/orders_done"],
    // Nothing stands for itself in a set but what is no asterisk.
    ["*\\*_done", "in/\\1_done"],
  ])("means it: %s", (file, key) => {
    expect(skips(key, 0, { set: [file] })).toBeUndefined();
  });

  it.each<[file: string, key: string]>([
    ["*.csv", "in/a.csv"],
    ["a*", "in/a"],
    ["a.csv", "in/b.csv"],
  ])("does not mean one by %s", (file, key) => {
    expect(skips(key, 0, { set: [file] })).toBe(EMPTY);
  });
});

describe("a route that asks for a size that can only be 0", () => {
  it.each([0, { numeric: ["=", 0] }, { numeric: ["<", 1] }, { numeric: ["<=", 0] }])(
    "means empty files: %j",
    size => {
      expect(skips("in/a.csv", 0, { sizes: [5, size] })).toBeUndefined();
      expect(skips("in/", 0, { sizes: [size] })).toBe(FOLDER);
    },
  );

  it.each([
    5,
    "0",
    { numeric: [">", 0] },
    { numeric: [">=", 0] },
    { numeric: ["<", 2] },
    { "anything-but": 1 },
    { exists: true },
    { exists: false },
    null,
  ])("does not otherwise: %j", size => {
    expect(skips("in/a.csv", 0, { sizes: [size] })).toBe(EMPTY);
  });
});
