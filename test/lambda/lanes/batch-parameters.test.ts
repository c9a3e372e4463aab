import { expect, test } from "vitest";
import type { BatchPlace } from "../../../lambda/decision.ts";
import { fillParameters } from "../../../lambda/lanes/batch-parameters.ts";
import { decisionOf } from "./decisions.ts";

/** The events of a batch in the order in which they came, each with its file. */
function filled(place: BatchPlace, ...files: readonly { key?: string; eventTime?: string }[]) {
  const entries = files.map(({ key = "in/a.csv", eventTime }, index) => {
    const file = { bucket: "landing", key, ...(eventTime !== undefined && { eventTime }) };
    const identity = String(index);
    const decision = decisionOf({ identity, parameters: { p: [{ batch: place }] }, file });
    const at = Date.parse("2026-11-27T12:00:00Z") + index;
    return { identity, lane: "7", seq: index, round: 0, at, decision, state: "waiting" } as const;
  });
  const [first] = entries;
  if (first === undefined) throw new Error("a batch has an event");
  return fillParameters(first.decision, entries, "s3://lists/7/1.csv");
}

test.each([
  [["2026-11-27T10:00:00Z", "2026-11-27T10:05:00.000Z"]],
  [["2026-11-27T10:05:00.000Z", "2026-11-27T10:00:00Z"]],
  [["2026-11-27T10:01:00Z", "2026-11-27T10:05:00.000Z", "2026-11-27T10:00:00Z"]],
])(
  "the first and the last time are those of the events, in whatever order they came: %j",
  times => {
    const files = times.map(eventTime => ({ eventTime }));
    expect(filled("firstTime", ...files)).toMatchObject({
      parameters: { p: "2026-11-27T10:00:00Z" },
    });
    expect(filled("lastTime", ...files)).toMatchObject({
      parameters: { p: "2026-11-27T10:05:00.000Z" },
    });
  },
);

test("an event that does not say when it happened did when it was delivered", () => {
  const files = [{ eventTime: "2026-11-27T13:00:00Z" }, {}, { eventTime: "yesterday" }];
  expect(filled("firstTime", ...files)).toMatchObject({
    parameters: { p: "2026-11-27T12:00:00.001Z" },
  });
  expect(filled("lastTime", ...files)).toMatchObject({ parameters: { p: "2026-11-27T13:00:00Z" } });
});

test.each(["in/a\nb.csv", "in/a\r.csv"])("the key %j would be two lines of the list", key => {
  const result = filled("keys", { key: "in/good.csv" }, { key });
  expect(result).toEqual({
    kind: "impossible",
    message:
      'Parameter "p": {batch.keys} is a list of lines, and 1 of 2 keys contain a line break. They are listed in s3://lists/7/1.csv. Let the flow read {batch.manifest} instead, or rename the files.',
  });
  expect(filled("manifest", { key })).toMatchObject({ kind: "filled" });
});
