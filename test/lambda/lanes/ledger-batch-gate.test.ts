import { describe, expect, test } from "vitest";
import type { Batch } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import { createBatchGate } from "../../../lambda/lanes/ledger-batch-gate.ts";
import type { RunnerOrder } from "../../../lambda/order.ts";
import { batchOf, LANE, NOW, type PreparedOptions, prepareLane } from "./prepared-lane.ts";

const RUNNER = "arn:runner/1";
const OUT = { kind: "error", verdict: "fail", message: "It failed.", at: 5 } as const;
const POLICY = { ifRunning: "wait", timeout: 60_000, failOnWarning: false } as const;

interface GateOptions extends PreparedOptions {
  readonly batch?: Partial<Batch> | undefined;
  readonly order?: Partial<RunnerOrder>;
  readonly events?: number;
  readonly parameters?: Readonly<Record<string, readonly { batch: string }[]>>;
}

/** The gate of runner 1 for batch 1 of generation 1. */
async function gateOf({ batch = {}, order = {}, events = 1, parameters, ...rest }: GateOptions) {
  const prepared = await prepareLane(rest);
  for (let seq = 1; seq <= events; seq += 1) {
    await prepared.put(seq, {
      ...(parameters !== undefined && { parameters }),
      origin: { source: "aws.s3", detailType: `event ${seq}` },
    });
  }
  prepared.lay(batchOf(batch));
  const gate = createBatchGate(
    { lane: LANE, gen: 1, batch: 1, ...order },
    { ...prepared.dependencies, runner: RUNNER },
  );
  return { ...prepared, gate };
}

const MISSING =
  "Events of the batch are missing in the ledger. Were items deleted by hand? Load the files again by a backfill.";

const RUN = {
  id: 1,
  count: 1,
  route: "orders",
  flow: 12345,
  policy: POLICY,
  afterFailure: "continue",
  origin: { source: "aws.s3", detailType: "event 1" },
  parameterNames: ["file"],
};

const BARE = {
  ...RUN,
  policy: { ifRunning: "wait", timeout: 0, failOnWarning: false },
  origin: { source: "", detailType: "" },
  parameterNames: [],
};

describe("the beginning of a batch", () => {
  test("lets its runner start, and writes that it began", async () => {
    const { gate, lane } = await gateOf({});
    expect(await gate.begin()).toStrictEqual({ kind: "start", batch: RUN });
    expect(lane.batches.get(1)).toStrictEqual(
      batchOf({ st: "begun", runner: RUNNER, begunAt: NOW }),
    );
  });

  test("may be done again by the same runner", async () => {
    const { gate } = await gateOf({ batch: { st: "begun", runner: RUNNER } });
    expect(await gate.begin()).toStrictEqual({ kind: "start", batch: RUN });
  });

  test("tells of the first event's origin, the newest one's parameters and the list", async () => {
    const members = [1, 2].map(seq => ({ seq, round: 1 }));
    const { gate, entries } = await gateOf({ events: 2, batch: { members, manifest: "s3://l" } });
    const first = entries.get("i1");
    if (first === undefined) throw new Error("There is no entry.");
    entries.set("i1", { ...first, decision: { ...first.decision, flow: 1, parameters: {} } });
    expect(await gate.begin()).toStrictEqual({
      kind: "start",
      batch: { ...RUN, count: 2, manifest: "s3://l" },
    });
  });

  test("starts nothing when its parameters cannot be filled", async () => {
    const { gate } = await gateOf({ parameters: { list: [{ batch: "manifest" }] } });
    expect(await gate.begin()).toStrictEqual({
      kind: "refused",
      batch: { ...RUN, parameterNames: ["list"] },
      message:
        'Parameter "list": There is no list of files for {batch.manifest}. Set ETLWORKS_MANIFESTS of the lane, then run the events again.',
    });
  });

  test.each([
    ["all", 0, 1],
    ["some", 1, 2],
  ])("starts nothing when %s of its events are missing", async (_which, events, count) => {
    const members = Array.from({ length: count }, (_, index) => ({ seq: index + 1, round: 1 }));
    const { gate, lane } = await gateOf({ events, batch: { members } });
    expect(await gate.begin()).toStrictEqual({
      kind: "refused",
      batch: { ...BARE, count },
      message: MISSING,
    });
    expect(lane.batches.get(1)?.runner).toBe(RUNNER);
  });

  test.each<[string, Partial<Batch>, Partial<RunnerOrder>, string]>([
    ["there is none", {}, { batch: 7 }, "there is no batch 7 in lane flow"],
    ["it has its outcome", { out: OUT }, {}, "the batch has its outcome: error"],
    [
      "it has its outcome from us",
      { st: "begun", runner: RUNNER, out: OUT },
      {},
      "the batch has its outcome: error",
    ],
    [
      "another one began it",
      { st: "begun", runner: "arn:runner/2" },
      {},
      "another execution began the batch: arn:runner/2",
    ],
    ["it is a later generation's", { gen: 2 }, {}, "the batch was claimed for generation 2"],
    [
      "it has another run",
      { st: "begun", runner: "arn:runner/0", auditId: "7" },
      { follow: "8" },
      "batch 1 has no run 8",
    ],
    ["it has no runner", { st: "begun", auditId: "8" }, { follow: "8" }, "batch 1 has no run 8"],
    [
      "it is followed and has its outcome",
      { st: "begun", runner: "arn:runner/0", auditId: "8", out: OUT },
      { follow: "8" },
      "the batch has its outcome: error",
    ],
    [
      "we followed it to its outcome",
      { st: "begun", runner: RUNNER, auditId: "8", out: OUT },
      { follow: "8" },
      "it has its outcome",
    ],
  ])("is given up: %s", async (_why, batch, order, reason) => {
    const { gate } = await gateOf({ batch, order });
    expect(await gate.begin()).toStrictEqual({ kind: "given-up", reason });
  });

  test("is given up when the batch goes away in between", async () => {
    const beginBatch = async () => ({ kind: "refused", batch: undefined }) as const;
    const { gate } = await gateOf({ answers: { beginBatch } });
    expect(await gate.begin()).toStrictEqual({ kind: "given-up", reason: "the batch is gone" });
  });

  test("takes the place of a runner that is gone, and follows its run", async () => {
    const batch = { st: "begun", runner: "arn:runner/0", auditId: "8", begunAt: 3 } as const;
    const { gate, lane, calls } = await gateOf({ batch, order: { follow: "8" } });
    const follow = { kind: "follow", batch: RUN, auditId: "8" };
    expect(await gate.begin()).toStrictEqual(follow);
    expect(lane.batches.get(1)).toStrictEqual(batchOf({ ...batch, runner: RUNNER }));
    expect(await gate.begin()).toStrictEqual(follow);
    expect(calls.filter(([name]) => name === "takeOver")).toStrictEqual([
      ["takeOver", LANE, 1, "arn:runner/0", { arn: RUNNER, at: NOW }],
    ]);
  });
});

describe("the parameters", () => {
  test("are filled with what the batch knows", async () => {
    const { gate } = await gateOf({ parameters: { n: [{ batch: "count" }] } });
    expect(await gate.readParameters()).toStrictEqual({ n: "1" });
  });

  test.each<[string, GateOptions, string]>([
    ["there is no batch", { order: { batch: 7 } }, "There is no batch 7 in lane flow."],
    ["events are missing", { events: 0 }, MISSING],
  ])("cannot be read when %s", async (_when, options, message) => {
    const { gate } = await gateOf(options);
    await expect(gate.readParameters()).rejects.toThrow(new Error(message));
  });
});

describe("what the runner notes", () => {
  const out = { kind: "success", verdict: "pass", message: "It ended well." } as const;

  test("the audit id, if the batch is its own", async () => {
    const mine = await gateOf({ batch: { st: "begun", runner: RUNNER } });
    expect(await mine.gate.noteAuditId("8")).toBe("noted");
    expect(mine.lane.batches.get(1)?.auditId).toBe("8");
    const other = await gateOf({ batch: { st: "begun", runner: "arn:runner/2" } });
    expect(await other.gate.noteAuditId("8")).toBe("another's");
    expect(other.lane.batches.get(1)?.auditId).toBeUndefined();
  });

  test("the outcome once, if the batch is its own", async () => {
    const mine = await gateOf({ batch: { st: "begun", runner: RUNNER } });
    expect(await mine.gate.noteOut(out)).toBe("noted");
    expect(mine.lane.batches.get(1)?.out).toStrictEqual({ ...out, at: NOW });
    expect(await mine.gate.noteOut({ ...out, kind: "error" })).toBe("noted before");
    expect(mine.lane.batches.get(1)?.out?.kind).toBe("success");
    const other = await gateOf({ batch: { st: "begun", runner: "arn:runner/2" } });
    expect(await other.gate.noteOut(out)).toBe("another's");
    const none = await gateOf({ order: { batch: 7 } });
    expect(await none.gate.noteOut(out)).toBe("another's");
  });
});
