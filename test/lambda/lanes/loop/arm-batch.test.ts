import { describe, expect, test } from "vitest";
import type { Decision } from "../../../../lambda/decision.ts";
import type { Batch, OpenBatch } from "../../../../lambda/lanes/ledger/ledger-contents.ts";
import { armBatch } from "../../../../lambda/lanes/loop/arm-batch.ts";
import { settleIncomplete } from "../../../../lambda/lanes/loop/settle-incomplete.ts";
import { textWith } from "../../stand-ins/matchers.ts";
import { ruleOf } from "../decisions.ts";
import { batchOf, LANE, NOW, type PreparedOptions, prepareLane } from "../prepared-lane.ts";

const OUT = { kind: "error", verdict: "fail", message: "It failed.", at: 5 } as const;
const members = [1, 2].map(seq => ({ seq, round: 1 }));

interface OpenOptions extends PreparedOptions {
  readonly open?: Partial<OpenBatch>;
  readonly events?: Partial<Decision>;
}

/** A lane whose batch 1 of two events is open. */
async function openLane({ open = {}, events = {}, ...rest }: OpenOptions = {}) {
  const prepared = await prepareLane(rest);
  for (const { seq } of members) await prepared.put(seq, { flow: seq, ...events });
  prepared.lane.head = { ...prepared.lane.head, open: { id: 1, members, ...open } };
  return prepared;
}

function manifestsInto(written: unknown[]) {
  return {
    manifests: {
      address: (name: string) => `s3://lists/${name}`,
      async write(name: string, csv: string) {
        written.push([name, csv.split("\r\n").length]);
      },
    },
  };
}

describe("the arming of a batch", () => {
  test("writes what its newest event says", async () => {
    const lane = await openLane();
    expect(await armBatch(LANE, 3, 1, lane.dependencies)).toStrictEqual({ kind: "armed" });
    expect(lane.calls.at(-1)).toStrictEqual([
      "armBatch",
      LANE,
      1,
      {
        gen: 3,
        members,
        route: "orders",
        flow: 2,
        by: "",
        afterFailure: "continue",
        keep: "all",
        at: NOW,
      },
    ]);
  });

  test("writes the rule's `by` and `keep`, and what is missing", async () => {
    const batch = { ...ruleOf({ keep: "last" }), by: "2026" };
    const written: unknown[] = [];
    const lane = await openLane({
      open: { missing: ["b.csv"] },
      events: { batch, afterFailure: "hold", parameters: { list: [{ batch: "manifest" }] } },
      given: manifestsInto(written),
    });
    await armBatch(LANE, 1, 1, lane.dependencies);
    expect(lane.calls.at(-1)?.[3]).toStrictEqual({
      gen: 1,
      members,
      route: "orders",
      flow: 2,
      by: "2026",
      afterFailure: "hold",
      keep: "last",
      missing: ["b.csv"],
      at: NOW,
    });
    // It has no run, so nobody reads a list.
    expect(written).toEqual([]);
  });

  test.each([["manifest"], ["keys"]])("writes the list for {batch.%s} first", async place => {
    const written: unknown[] = [];
    const lane = await openLane({
      events: { parameters: { x: "y", list: [{ batch: place }] } },
      given: manifestsInto(written),
    });
    await armBatch(LANE, 1, 1, lane.dependencies);
    const name = textWith(/^flow\/0000000001-[0-9a-f]{12}\.csv$/);
    expect(written).toEqual([[name, 4]]);
    const { manifest } = lane.lane.batches.get(1) ?? {};
    expect(manifest).toMatch(/^s3:\/\/lists\/flow\/0000000001-[0-9a-f]{12}\.csv$/);
  });

  test.each<[string, Decision["parameters"]]>([
    ["text", { file: "a" }],
    ["another place", { n: ["n ", { batch: "count" }] }],
    ["no parameters", {}],
  ])("writes no list for %s", async (_what, parameters) => {
    const written: unknown[] = [];
    const lane = await openLane({ events: { parameters }, given: manifestsInto(written) });
    await armBatch(LANE, 1, 1, lane.dependencies);
    expect(written).toEqual([]);
    expect(lane.calls.at(-1)?.[3]).not.toHaveProperty("manifest");
  });

  test("writes no list where nobody wants any", async () => {
    const lane = await openLane({ events: { parameters: { list: [{ batch: "manifest" }] } } });
    expect(await armBatch(LANE, 1, 1, lane.dependencies)).toStrictEqual({ kind: "armed" });
  });

  test("takes over what a dead execution claimed, as it was", async () => {
    const before = batchOf({ flow: 9, manifest: "s3://l", by: "b", keep: "last", gen: 1 });
    const lane = await openLane();
    lane.lay(before);
    expect(await armBatch(LANE, 2, 1, lane.dependencies)).toStrictEqual({ kind: "armed" });
    expect(lane.lane.batches.get(1)).toStrictEqual({ ...before, gen: 2 });
    expect(lane.calls.map(([name]) => name)).toEqual(["readHead", "readBatch", "armBatch"]);
  });

  test.each<[string, Partial<Batch>]>([
    ["has begun", { st: "begun", runner: "arn:runner/1" }],
    ["has its outcome", { out: OUT }],
    ["has begun and has its outcome", { st: "begun", out: OUT }],
  ])("leaves a batch alone that %s", async (_what, batch) => {
    const lane = await openLane();
    lane.lay(batchOf(batch));
    expect(await armBatch(LANE, 2, 1, lane.dependencies)).toStrictEqual({ kind: "begun" });
    expect(lane.calls.map(([name]) => name)).toEqual(["readHead", "readBatch"]);
  });

  test("finds that the batch is not open any more", async () => {
    const lane = await openLane({ open: { id: 2 } });
    const { open: _, ...free } = lane.lane.head;
    expect(await armBatch(LANE, 1, 1, lane.dependencies)).toStrictEqual({ kind: "gone" });
    lane.lane.head = free;
    expect(await armBatch(LANE, 1, 1, lane.dependencies)).toStrictEqual({ kind: "gone" });
    expect(lane.calls.map(([name]) => name)).toEqual(["readHead", "readHead"]);
  });

  test.each<[string, Partial<Batch>, string]>([
    ["a later generation claimed", { gen: 3 }, "gone"],
    ["an earlier generation claimed", { gen: 1 }, "begun"],
    ["we claimed", { gen: 2 }, "begun"],
    ["a later generation began", { gen: 3, st: "begun" }, "begun"],
    ["we began", { gen: 2, st: "begun" }, "begun"],
  ])("is refused for a batch that %s", async (_who, batch, kind) => {
    const refused = { kind: "refused", batch: batchOf(batch) } as const;
    const lane = await openLane({ answers: { armBatch: async () => refused } });
    expect(await armBatch(LANE, 2, 1, lane.dependencies)).toStrictEqual({ kind });
  });

  test.each<[string, readonly string[]]>([
    ["one", ["1.1"]],
    ["the newest", ["2.1"]],
    ["all", ["1.1", "2.1"]],
  ])("says what to do when tickets are lost: %s", async (_which, lost) => {
    const lane = await openLane();
    for (const name of lost) lane.lane.tickets.delete(name);
    await expect(armBatch(LANE, 1, 1, lane.dependencies)).rejects.toThrow(
      new Error(
        "Batch 1 of lane flow has lost tickets. Were items of the table deleted by hand? Restore them from a backup of the table.",
      ),
    );
    expect(lane.lane.batches.size).toBe(0);
  });

  test("says what to do when an entry is missing", async () => {
    const lane = await openLane();
    lane.entries.delete("i2");
    await expect(armBatch(LANE, 1, 1, lane.dependencies)).rejects.toThrow(
      new Error(
        "The entry i2 is missing. Was it deleted by hand? Restore it from a backup of the table.",
      ),
    );
  });
});

describe("a batch of an incomplete set", () => {
  test("gets its outcome where others get their runner", async () => {
    const lane = await prepareLane();
    lane.lay(batchOf({ members, missing: ["b.csv", "c*"] }));
    const armed = await settleIncomplete(LANE, 1, { kind: "armed" }, lane.dependencies);
    expect(armed).toStrictEqual({ kind: "begun" });
    expect(lane.lane.batches.get(1)?.out).toStrictEqual({
      kind: "incomplete",
      verdict: "fail",
      message:
        "The set is not complete: b.csv, c* did not come in time. Upload what is missing, then run the events that came (2) again.",
      at: NOW,
      by: "lane",
    });
  });

  test("says so when it was full before it was complete, since it had time left", async () => {
    const lane = await prepareLane();
    const batch = { ...ruleOf({ all: ["a.csv", "b.csv"], most: 2 }), by: "" };
    for (const seq of [1, 2]) await lane.put(seq, { batch });
    lane.lay(batchOf({ members, missing: ["b.csv"] }));
    await settleIncomplete(LANE, 1, { kind: "armed" }, lane.dependencies);
    expect(lane.lane.batches.get(1)?.out?.message).toBe(
      "The set is not complete: b.csv is missing, and batch.most (2) has no place for more events. Set batch.most of the route to more, upload what is missing, then run the events that came (2) again.",
    );
  });

  test("is settled only once it is armed, and only if something is missing", async () => {
    const lane = await prepareLane();
    for (const kind of ["begun", "gone"] as const) {
      expect(await settleIncomplete(LANE, 1, { kind }, lane.dependencies)).toStrictEqual({ kind });
    }
    expect(lane.calls).toEqual([]);
    const armed = { kind: "armed" } as const;
    expect(await settleIncomplete(LANE, 1, armed, lane.dependencies)).toStrictEqual(armed);
    lane.lay(batchOf());
    expect(await settleIncomplete(LANE, 1, armed, lane.dependencies)).toStrictEqual(armed);
    expect(lane.lane.batches.get(1)?.out).toBeUndefined();
  });
});
