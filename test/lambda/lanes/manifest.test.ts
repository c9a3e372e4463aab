import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { FileFields } from "../../../lambda/decision.ts";
import type { Entry } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import { manifestCsv, manifestName } from "../../../lambda/lanes/manifest.ts";
import { decisionOf } from "./decisions.ts";

const entry = (file?: FileFields): Entry => ({
  identity: "e",
  lane: "orders",
  seq: 1,
  round: 1,
  at: Date.UTC(2026, 10, 26, 21),
  state: "waiting",
  decision: decisionOf({ identity: "e", ...(file !== undefined && { file }) }),
});

describe("the list of a batch's files", () => {
  it("has its heading alone when there are none", () => {
    expect(manifestCsv([])).toBe("bucket,key,version_id,size,etag,event_time\r\n");
  });

  it("has a row for each event, in order", () => {
    const eventTime = "2026-11-26T20:59:59Z";
    const csv = manifestCsv([
      entry({ bucket: "b", key: "in/b.csv", versionId: "v1", size: 0, etag: "abc", eventTime }),
      entry({ bucket: "b", key: "in/a.csv" }),
      entry(),
    ]);
    expect(csv).toBe(
      [
        "bucket,key,version_id,size,etag,event_time",
        "b,in/b.csv,v1,0,abc,2026-11-26T20:59:59Z",
        "b,in/a.csv,,,,2026-11-26T21:00:00.000Z",
        ",,,,,2026-11-26T21:00:00.000Z",
        "",
      ].join("\r\n"),
    );
  });

  it.each([
    ["a,b", '"a,b"'],
    ['say "a" or "b"', '"say ""a"" or ""b"""'],
    ["a\nb", '"a\nb"'],
    ["a\rb", '"a\rb"'],
    ["a b;c", "a b;c"],
  ])("has the key %j as %j", (key, field) => {
    expect(manifestCsv([entry({ bucket: "b", key })])).toBe(
      `bucket,key,version_id,size,etag,event_time\r\nb,${field},,,,2026-11-26T21:00:00.000Z\r\n`,
    );
  });
});

describe("the name of the list", () => {
  const hashOf = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12);

  it("has the lane, the number, and what the members are", () => {
    const members = [
      { seq: 3, round: 1 },
      { seq: 4, round: 2 },
    ];
    expect(manifestName("orders", 17, members)).toBe(
      `orders/0000000017-${hashOf('["orders",17,["3.1","4.2"]]')}.csv`,
    );
  });

  it.each([
    ["in/eu: 5 é", "in-eu-5-"],
    ["a_b.c-D9", "a_b.c-D9"],
    ["///", "-"],
    ["x".repeat(61), "x".repeat(60)],
  ])("of the lane %j begins with %s", (lane, readable) => {
    expect(manifestName(lane, 1, [])).toBe(
      `${readable}/0000000001-${hashOf(JSON.stringify([lane, 1, []]))}.csv`,
    );
  });
});
