import { expect, test } from "vitest";
import type { Decision } from "../../../lambda/decision.ts";
import { fillParameters, usesPlace } from "../../../lambda/lanes/batch-parameters.ts";
import { decisionOf, ruleOf } from "./decisions.ts";

const AT = Date.UTC(2026, 10, 27, 12, 0, 0);

function entryOf(seq: number, changes: Partial<Decision> = {}) {
  const identity = `i${seq}`;
  const decision = decisionOf({ identity, ...changes });
  return { identity, lane: "7", seq, round: 1, at: AT, decision, state: "waiting" } as const;
}

const keyed = (seq: number, key: string) => entryOf(seq, { file: { bucket: "landing", key } });
const by = (text: string) => ({ batch: { ...ruleOf(), by: text } });

function fill(
  parameters: Decision["parameters"],
  entries: Parameters<typeof fillParameters>[1],
  manifest?: string,
) {
  return fillParameters(decisionOf({ identity: "x", parameters }), entries, manifest);
}

test("texts and places are put together in their order", () => {
  const parameters = {
    plain: "a",
    empty: "",
    mixed: ["n=", { batch: "count" }, ", by ", { batch: "by" }],
    list: [{ batch: "manifest" }],
  };
  expect(
    fill(
      parameters,
      ["old", "older", "new"].map((text, seq) => entryOf(seq, by(text))),
      "s3://l",
    ),
  ).toStrictEqual({
    kind: "filled",
    parameters: { plain: "a", empty: "", mixed: "n=3, by new", list: "s3://l" },
  });
});

test.each<[string, readonly ReturnType<typeof entryOf>[], string]>([
  ["by", [entryOf(1)], ""],
  ["by", [], ""],
  ["firstTime", [], ""],
  ["lastTime", [], ""],
  ["firstTime", [entryOf(1)], "2026-11-27T12:00:00.000Z"],
  ["keys", [entryOf(1)], ""],
  ["keys", [keyed(1, "a"), entryOf(2), keyed(3, "b")], "a\nb"],
  ["keys", [keyed(1, "k".repeat(8_192))], "k".repeat(8_192)],
  ["count", [], "0"],
])("{batch.%s} of events that say nothing of it: %#", (place, entries, text) => {
  expect(fill({ p: [{ batch: place }] }, entries)).toStrictEqual({
    kind: "filled",
    parameters: { p: text },
  });
});

test.each<[string, readonly ReturnType<typeof entryOf>[], string | undefined, string]>([
  [
    "manifest",
    [entryOf(1)],
    undefined,
    "There is no list of files for {batch.manifest}. Set ETLWORKS_MANIFESTS of the lane, then run the events again.",
  ],
  [
    "later",
    [entryOf(1)],
    "s3://l",
    "{batch.later} is not known to this release. Deploy all functions from one release.",
  ],
  [
    "keys",
    [keyed(1, "a\nb")],
    undefined,
    "{batch.keys} is a list of lines, and 1 of 1 keys contain a line break. Let the flow read {batch.manifest} instead, or rename the files.",
  ],
  [
    "keys",
    [keyed(1, "é".repeat(4_096)), keyed(2, "")],
    undefined,
    "{batch.keys} of 2 files would be 8193 bytes, and 8 KB are allowed. Let the flow read {batch.manifest} instead, or lower batch.most.",
  ],
  [
    "keys",
    [keyed(1, "k".repeat(8_193))],
    "s3://l",
    "{batch.keys} of 1 files would be 8193 bytes, and 8 KB are allowed. They are listed in s3://l. Let the flow read {batch.manifest} instead, or lower batch.most.",
  ],
])("{batch.%s} cannot be filled: %#", (place, entries, manifest, problem) => {
  const message = `Parameter "p": ${problem}`;
  expect(fill({ o: "k", p: [{ batch: place }] }, entries, manifest)).toStrictEqual({
    kind: "impossible",
    message,
  });
});

test.each<[string, Decision["parameters"], boolean]>([
  ["no parameters", {}, false],
  ["a text", { p: "keys" }, false],
  ["parts of text", { p: ["keys", "x"] }, false],
  ["another place", { p: [{ batch: "count" }] }, false],
  ["the place", { o: "x", p: ["a", { batch: "count" }, { batch: "keys" }] }, true],
])("whether {batch.keys} is used by %s", (_what, parameters, expected) => {
  expect(usesPlace(decisionOf({ identity: "x", parameters }), "keys")).toBe(expected);
});
