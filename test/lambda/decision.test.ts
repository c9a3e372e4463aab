import { describe, expect, it } from "vitest";
import { BATCH_PLACES, readBatchRule, readDecision } from "../../lambda/decision.ts";
import { decisionOf, ruleOf } from "./lanes/decisions.ts";
import { NO_COUNTS, NO_OBJECTS, NO_TEXTS } from "./wrong-values.ts";

const rule = ruleOf({ quietMs: 1, everyMs: 2 });
const plain = decisionOf({ identity: "a" });
const full = {
  ...plain,
  parameters: { a: "1", empty: "", list: ["in ", { batch: "keys" }], none: [] },
  policy: { ifRunning: "attach", timeout: 0, failOnWarning: true, sharedFlow: true },
  origin: {
    source: "",
    detailType: "",
    bucket: "b",
    key: "k",
    version: "1",
    deletion: "d",
    id: "i",
    force: "f",
  },
  afterFailure: "hold",
  batch: { ...rule, by: "" },
  file: { bucket: "b", key: "k", versionId: "1", size: 0, etag: "e", eventTime: "t" },
} as const;

describe("a decision", () => {
  it("is read with all that it may have, and without", () => {
    expect(readDecision(JSON.parse(JSON.stringify(full)))).toStrictEqual(full);
    expect(readDecision(plain)).toStrictEqual(plain);
    expect(readDecision(full)).toStrictEqual(full);
    expect(readDecision({ ...full, flow: 0 })).toStrictEqual({ ...full, flow: 0 });
  });

  it("loses what nobody knows", () => {
    const more = { later: 1 };
    expect(
      readDecision({
        ...full,
        ...more,
        policy: { ...full.policy, ...more },
        origin: { ...full.origin, ...more },
        batch: { ...full.batch, ...more },
        file: { ...full.file, ...more },
        parameters: { ...full.parameters, list: ["in ", { batch: "keys", ...more }] },
      }),
    ).toStrictEqual(full);
  });

  it.each(NO_OBJECTS)("is not %j", value => {
    expect(readDecision(value)).toBeUndefined();
  });

  it.each([
    ["route", NO_TEXTS],
    ["identity", NO_TEXTS],
    ["lane", NO_TEXTS],
    ["flow", NO_COUNTS],
    ["afterFailure", [...NO_TEXTS, "Continue", "stop"]],
    ["parameters", [...NO_OBJECTS, { a: 1 }, { a: null }, { a: {} }, { b: "", a: [1] }]],
    ["parameters", [{ a: ["x", { batch: 1 }] }, { a: [null] }, { a: [{}] }, { a: [["x"]] }]],
    ["policy", NO_OBJECTS],
    ["origin", NO_OBJECTS],
    ["batch", NO_OBJECTS.slice(1)],
    ["file", NO_OBJECTS.slice(1)],
  ] as const)("has no other %s", (name, values) => {
    for (const value of values) {
      expect([value, readDecision({ ...full, [name]: value })]).toEqual([value, undefined]);
    }
  });

  it.each([
    ["policy", "ifRunning", [undefined, "", "Wait", 1]],
    ["policy", "timeout", NO_COUNTS],
    ["policy", "failOnWarning", [undefined, null, "true", 1]],
    ["origin", "source", [undefined, null, 1]],
    ["origin", "detailType", [undefined, null, 1]],
    ["batch", "by", [undefined, null, 1]],
    ["batch", "quietMs", NO_COUNTS],
    ["file", "bucket", NO_TEXTS],
    ["file", "key", NO_TEXTS],
    ["file", "size", NO_COUNTS.slice(1)],
  ] as const)("has no other %s.%s", (part, name, values) => {
    for (const value of values) {
      const changed = { ...full, [part]: { ...full[part], [name]: value } };
      expect([value, readDecision(changed)]).toEqual([value, undefined]);
    }
  });

  it("leaves out a text that is none, where it may be missing", () => {
    const { bucket: _, ...origin } = full.origin;
    const { etag: _etag, ...file } = full.file;
    const { sharedFlow: _shared, ...policy } = full.policy;
    for (const value of [undefined, null, 1, {}]) {
      expect(
        readDecision({
          ...full,
          origin: { ...full.origin, bucket: value },
          file: { ...full.file, etag: value },
          policy: { ...full.policy, sharedFlow: value },
        }),
      ).toStrictEqual({ ...full, origin, file, policy });
    }
    const { size: _size, ...sizeless } = full.file;
    expect(readDecision({ ...full, file: sizeless })?.file).toStrictEqual(sizeless);
  });
});

describe("a rule", () => {
  it("is read with its names, and without", () => {
    expect(readBatchRule(rule)).toStrictEqual(rule);
    const zeros = { quietMs: 0, longestMs: 0, most: 0, everyMs: 0, keep: "last", all: ["a"] };
    expect(readBatchRule({ ...zeros, by: "b" })).toStrictEqual(zeros);
    expect(readBatchRule({ ...zeros, all: [] })).toStrictEqual({ ...zeros, all: [] });
  });

  it.each(NO_OBJECTS)("is not %j", value => {
    expect(readBatchRule(value)).toBeUndefined();
  });

  it.each([
    ["quietMs", NO_COUNTS],
    ["longestMs", NO_COUNTS],
    ["most", NO_COUNTS],
    ["everyMs", NO_COUNTS],
    ["keep", [undefined, "", "All", "first"]],
    ["all", [null, "a", [1], [""], ["a", ""], {}]],
  ] as const)("has no other %s", (name, values) => {
    for (const value of values) {
      expect([value, readBatchRule({ ...rule, [name]: value })]).toEqual([value, undefined]);
    }
  });
});

it("a batch has six places", () => {
  expect(BATCH_PLACES).toEqual(["count", "keys", "manifest", "by", "firstTime", "lastTime"]);
});
