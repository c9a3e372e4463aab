import { describe, expect, test } from "vitest";
import type { Batch } from "../../../../lambda/lanes/ledger/ledger-contents.ts";
import { awaitOut } from "../../../../lambda/lanes/loop/await-out.ts";
import type { ExecutionState } from "../../../../lambda/lanes/wake.ts";
import { batchOf, LANE, NOW, type PreparedOptions, prepareLane } from "../prepared-lane.ts";

/** The runner's 60 seconds, and 30 for clocks that differ. */
const ZOMBIE = 90_000;
const OUT = { kind: "error", verdict: "fail", message: "It failed.", at: 5 } as const;
const UNKNOWN_START = { ...OUT, kind: "start-unknown" };
const begun = { st: "begun", runner: "arn:runner/1" } as const;

interface LookOptions extends PreparedOptions {
  readonly state?: ExecutionState;
  readonly began?: number;
  readonly ended?: number;
  readonly failure?: string;
}

/** One look of generation 1 at batch 1. */
async function lookAt(batch: Partial<Batch> | undefined, options: LookOptions = {}) {
  const { state = { kind: "running" }, began = NOW, ended = NOW - 1_000_000 } = options;
  const asked: string[] = [];
  const askExecution = async (arn: string) => {
    asked.push(arn);
    return state;
  };
  const prepared = await prepareLane({ ...options, given: { askExecution } });
  if (batch !== undefined) prepared.lay(batchOf(batch));
  const { failure } = options;
  const glance = await awaitOut(LANE, 1, 1, ended, began, prepared.dependencies, failure);
  return { ...prepared, asked, glance };
}

const found = (kind: string, more: object = {}) => ({ kind: "found", found: { kind, ...more } });

describe("a look at a batch whose runner was started", () => {
  test.each<[string, Partial<Batch> | undefined, object]>([
    ["is gone", undefined, found("lost")],
    ["is another generation's", { gen: 2 }, found("lost")],
    ["has its outcome", { ...begun, out: OUT }, found("out")],
    ["has its outcome and is another generation's", { gen: 2, out: OUT }, found("out")],
    [
      "nobody knows whether it started, and is another generation's",
      { gen: 2, out: UNKNOWN_START },
      found("out"),
    ],
  ])("finds that it %s, and asks AWS nothing", async (_what, batch, expected) => {
    const { glance, asked } = await lookAt(batch);
    expect(glance).toStrictEqual(expected);
    expect(asked).toEqual([]);
  });

  test.each([
    [0, 10_000],
    [99_999, 10_000],
    [200_000, 20_000],
    [3_000_000, 300_000],
    [9_000_000, 300_000],
  ])("%i ms after the first look comes back in %i ms while it is at work", async (ago, gap) => {
    const { glance, asked } = await lookAt(begun, { began: NOW - ago });
    expect(glance).toStrictEqual({ kind: "wait", until: NOW + gap });
    expect(asked).toEqual(["arn:runner/1"]);
  });

  test("waits also while the runner that does not know whether it started is at work", async () => {
    const { glance } = await lookAt({ ...begun, out: UNKNOWN_START });
    expect(glance).toStrictEqual({ kind: "wait", until: NOW + 10_000 });
  });

  test("waits for a begun batch of an earlier generation", async () => {
    const { glance } = await lookAt({ ...begun, gen: 7 });
    expect(glance).toStrictEqual({ kind: "wait", until: NOW + 10_000 });
  });

  test("waits until no invocation of a runner that has ended can be at work", async () => {
    const at = NOW - ZOMBIE + 1;
    const { glance, lane } = await lookAt(begun, { state: { kind: "ended", at } });
    expect(glance).toStrictEqual({ kind: "wait", until: NOW + 1 });
    expect(lane.batches.get(1)?.out).toBeUndefined();
  });

  test("waits until no invocation of a child that never began can be at work", async () => {
    const { glance, asked } = await lookAt({}, { ended: NOW - ZOMBIE + 1 });
    expect(glance).toStrictEqual({ kind: "wait", until: NOW + 1 });
    expect(asked).toEqual([]);
  });

  test.each<[string, ExecutionState]>([
    ["ended", { kind: "ended", at: NOW - ZOMBIE }],
    ["is not known any more", { kind: "unknown" }],
  ])("follows the run of a runner that %s", async (_how, state) => {
    const { glance } = await lookAt({ ...begun, auditId: "8" }, { state });
    expect(glance).toStrictEqual(found("follow", { auditId: "8" }));
  });

  test.each([
    [NOW, { kind: "wait", until: NOW + ZOMBIE }],
    [NOW - ZOMBIE + 1, { kind: "wait", until: NOW + 1 }],
    [NOW - ZOMBIE, found("out")],
  ])(
    "takes no runner for gone that began just now and of which AWS does not know yet: %#",
    async (begunAt, expected) => {
      const { glance, lane } = await lookAt({ ...begun, begunAt }, { state: { kind: "unknown" } });
      expect(glance).toStrictEqual(expected);
      expect(lane.batches.get(1)?.out?.kind).toBe(
        glance.kind === "wait" ? undefined : "start-unknown",
      );
    },
  );

  test("believes that nobody knows whether it started, once the runner is gone", async () => {
    const batch = { ...begun, auditId: "8", out: UNKNOWN_START };
    const { glance, lane } = await lookAt(batch, { state: { kind: "unknown" } });
    expect(glance).toStrictEqual(found("out"));
    expect(lane.batches.get(1)?.out).toStrictEqual(UNKNOWN_START);
  });

  test("settles a batch that nobody began", async () => {
    const { glance, lane } = await lookAt({}, { ended: NOW - ZOMBIE });
    expect(glance).toStrictEqual(found("out"));
    expect(lane.batches.get(1)?.out).toStrictEqual({
      kind: "not-started",
      verdict: "fail",
      message:
        "The runner ended before it started the flow. Its log says why. Fix the cause, then run the events again.",
      at: NOW,
      by: "lane",
    });
  });

  test.each([
    ["The runner may not be invoked.", "The runner may not be invoked"],
    ["x".repeat(1_001), `${"x".repeat(1_000)}… (1001 characters)`],
  ])("says of a batch that nobody began what AWS said of its runner: %#", async (failure, why) => {
    const { lane } = await lookAt({}, { ended: NOW - ZOMBIE, failure });
    expect(lane.batches.get(1)?.out?.message).toBe(
      `The runner ended before it started the flow (${why}). Its log may say more. Fix the cause, then run the events again.`,
    );
  });

  test("settles a batch whose start nobody knows", async () => {
    const { glance, lane } = await lookAt(begun, { state: { kind: "unknown" } });
    // Its own word is believed at once, since the runner is gone.
    expect(glance).toStrictEqual(found("out"));
    expect(lane.batches.get(1)?.out).toStrictEqual({
      kind: "start-unknown",
      verdict: "fail",
      message:
        "The runner ended while it was starting the flow, so it is not known whether the run began. Look at the history of the flow in Etlworks. If there is no run, run the events again.",
      at: NOW,
      by: "lane",
    });
  });

  const died =
    "The runner ended while it was starting the flow, so it is not known whether the run began. Look at the history of the flow in Etlworks. If there is no run, run the events again.";

  test.each([
    [
      JSON.stringify({ kind: "start-unknown", flowId: 1, message: "A new run (7) is there." }),
      "A new run (7) is there.",
    ],
    [
      JSON.stringify({ kind: "start-unknown", message: "x".repeat(4_001) }),
      `${"x".repeat(4_000)}… (4001 characters)`,
    ],
    [JSON.stringify({ kind: "start-unknown" }), died],
    [JSON.stringify({ kind: "error", message: "Another end." }), died],
    ["CHAINED_INVOKE timed out after 4 seconds.", died],
    ["null", died],
  ])("says of a start that nobody knows what its runner knew: %#", async (failure, message) => {
    const { lane } = await lookAt(begun, { state: { kind: "unknown" }, failure });
    expect(lane.batches.get(1)?.out).toMatchObject({ kind: "start-unknown", message });
  });

  test("comes back later when it lost ten races", async () => {
    const settleBatch = async () => ({ kind: "refused", batch: undefined }) as const;
    const { glance, calls } = await lookAt({}, { answers: { settleBatch } });
    expect(glance).toStrictEqual({ kind: "wait", until: NOW + 10_000 });
    expect(calls.filter(([name]) => name === "settleBatch")).toHaveLength(10);
    expect(calls.filter(([name]) => name === "readBatch")).toHaveLength(10);
  });
});
