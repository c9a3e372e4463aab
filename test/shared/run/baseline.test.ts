import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Execution } from "../../../shared/etlworks/execution.ts";
import {
  type Baseline,
  expectedForeignStarts,
  readBaseline,
  readHistory,
  runsSince,
  toBaseline,
} from "../../../shared/run/baseline.ts";
import { fault, historyOf, type Play, stage, WALL } from "./stage.ts";

describe("runsSince", () => {
  const baseline: Baseline = {
    at: 0,
    epochMs: 0,
    auditIds: ["10", "11"],
    pastSeconds: [],
    active: [],
    unscheduledStarts: [],
    clockOffsetMs: 0,
  };
  const { clockOffsetMs: _, ...withoutClock } = baseline;
  const sending = { sentAt: 100_000, failedAt: 101_000 };
  const run = (more: Execution): Execution => ({ auditId: "12", startedAt: 100_000, ...more });
  const since = (
    execution: Execution,
    known = baseline,
    when: typeof sending | { sentAt: number } = sending,
  ) => runsSince([execution], known, when).length === 1;

  it.each<[string, Execution, boolean]>([
    ["began when we sent", run({}), true],
    ["began 2 s before", run({ startedAt: 98_000 }), true],
    ["began more than 2 s before", run({ startedAt: 97_999 }), false],
    ["began 5 s after the answer failed", run({ startedAt: 106_000 }), true],
    ["began more than 5 s after the answer failed", run({ startedAt: 106_001 }), false],
    ["was known before", run({ auditId: "11" }), false],
    ["was begun by a schedule", run({ scheduled: true }), false],
    ["has no id", { startedAt: 100_000 }, false],
    ["has a smaller id than others, but began now", run({ auditId: "9" }), true],
    ["has no time and a larger id", { auditId: "12" }, true],
    ["has no time and the largest known id", { auditId: "11" }, false],
    ["has no time and a smaller id", { auditId: "9" }, false],
    ["has no time and a longer id", { auditId: "100" }, true],
  ])("a run that %s", (_what, execution, expected) => {
    expect(since(execution)).toBe(expected);
  });

  it("goes by the server's clock where it is known", () => {
    const ahead = { ...baseline, clockOffsetMs: 3_600_000 };
    expect(since(run({ startedAt: 3_700_000 }), ahead)).toBe(true);
    expect(since(run({ startedAt: 3_697_999 }), ahead)).toBe(false);
    expect(since(run({ startedAt: 3_706_001 }), ahead)).toBe(false);
    expect(since(run({ startedAt: 100_000 }), ahead)).toBe(false);
  });

  it("allows a minute where the server's clock is not known", () => {
    expect(since(run({ startedAt: 40_000 }), withoutClock)).toBe(true);
    expect(since(run({ startedAt: 39_999 }), withoutClock)).toBe(false);
    expect(since(run({ startedAt: 164_000 }), withoutClock)).toBe(true);
    expect(since(run({ startedAt: 164_001 }), withoutClock)).toBe(false);
  });

  it("ends 40 s after the sending when nobody knows when the answer failed", () => {
    expect(since(run({ startedAt: 140_000 }), baseline, { sentAt: 100_000 })).toBe(true);
    expect(since(run({ startedAt: 140_001 }), baseline, { sentAt: 100_000 })).toBe(false);
  });

  it("compares ids as the 64-bit numbers that they are", () => {
    const large = { ...baseline, auditIds: ["9007199254740992", "999"] };
    expect(since({ auditId: "9007199254740993" }, large)).toBe(true);
    expect(since({ auditId: "9007199254740991" }, large)).toBe(false);
    expect(since({ auditId: "1" }, { ...baseline, auditIds: [] })).toBe(true);
  });

  it("names each run once, in the order of the history", () => {
    const two = [run({ auditId: "13" }), run({}), run({ auditId: "13" })];
    expect(runsSince(two, baseline, sending)).toEqual(["13", "12"]);
  });

  it("never names a run that was known", () => {
    const anyRun = fc.record({
      auditId: fc.integer({ min: 1, max: 40 }).map(String),
      startedAt: fc.integer({ min: 0, max: 200_000 }),
    });
    fc.assert(
      fc.property(fc.array(anyRun), fc.array(anyRun), (before, after) => {
        const auditIds = before.map(({ auditId }) => auditId);
        const found = runsSince([...before, ...after], { ...baseline, auditIds }, sending);
        expect(found.filter(id => auditIds.includes(id))).toEqual([]);
      }),
    );
  });
});

describe("toBaseline", () => {
  const { task, time } = stage();

  it("keeps ids, lengths, runs that are going, and the clock", () => {
    time.after(500, () => undefined);
    const history: Execution[] = [
      { auditId: "15", status: "queued" },
      { auditId: "14", status: "running", startedAt: 5 },
      { auditId: "13", status: "suspended" },
      { auditId: "12", status: "success", startedAt: WALL - 60_000, endedAt: WALL - 20_000 },
      { status: "running" },
      { auditId: "10", status: "success", startedAt: WALL - 95_000, scheduled: true },
      { auditId: "11", status: "error", startedAt: WALL - 90_000, endedAt: WALL - 80_000 },
    ];
    expect(toBaseline(task, historyOf(history, WALL + 7_000))).toStrictEqual({
      at: 0,
      auditIds: ["15", "14", "13", "12", "10", "11"],
      pastSeconds: [40],
      active: [{ auditId: "15" }, { auditId: "14", startedAt: 5 }],
      unscheduledStarts: [5, WALL - 60_000, WALL - 90_000],
      epochMs: WALL,
      clockOffsetMs: 7_000,
    });
  });

  it("has no clock where the server shows none", () => {
    expect(toBaseline(task, historyOf([]))).toStrictEqual({
      at: 0,
      epochMs: WALL,
      auditIds: [],
      pastSeconds: [],
      active: [],
      unscheduledStarts: [],
    });
  });
});

describe("strangersExpected", () => {
  const baseline = (...unscheduledStarts: number[]): Baseline => ({
    at: 0,
    epochMs: 0,
    auditIds: [],
    pastSeconds: [],
    active: [],
    unscheduledStarts,
    clockOffsetMs: 0,
  });
  // A window of 8 s: a second of sending, 2 s before it, 5 s after it.
  const sending = { sentAt: WALL, failedAt: WALL + 1_000 };
  const every = (milliseconds: number, count: number) =>
    Array.from({ length: count }, (_, index) => WALL - 2_000 - (index + 1) * milliseconds);

  it("is none for a flow that runs now and then", () => {
    expect(expectedForeignStarts(baseline(...every(3_600_000, 20)), sending)).toBe(0);
    expect(expectedForeignStarts(baseline(), sending)).toBe(0);
  });

  it("does not take one or two tries for a stream", () => {
    expect(expectedForeignStarts(baseline(...every(10_000, 2)), sending)).toBe(0);
    expect(expectedForeignStarts(baseline(...every(10_000, 3)), sending)).toBeCloseTo(
      (3 / 600) * 8,
    );
  });

  it("counts what began in the last ten minutes, for the time in which ours can have begun", () => {
    expect(expectedForeignStarts(baseline(...every(60_000, 9)), sending)).toBeCloseTo(
      (9 / 600) * 8,
    );
  });

  it("knows that a full page may cover less than ten minutes", () => {
    expect(expectedForeignStarts(baseline(...every(2_000, 20)), sending)).toBeCloseTo(
      (20 / 40) * 8,
    );
  });

  it("grows with the time that the sending took", () => {
    const busy = baseline(...every(60_000, 9));
    const long = { sentAt: WALL, failedAt: WALL + 30_000 };
    expect(expectedForeignStarts(busy, long)).toBeGreaterThan(
      3 * expectedForeignStarts(busy, sending),
    );
  });
});

describe("readBaseline", () => {
  const read = async (play: Play) => {
    const { task, time, calls, limits } = stage(play);
    const baseline = await time.until(readBaseline(task));
    return { baseline, calls, limits: limits.map(({ timeLimitMs }) => timeLimitMs) };
  };

  it("takes one call of 3 s, and the signal to stop", async () => {
    const { task, time, limits } = stage();
    await time.until(readBaseline(task));
    expect(limits).toEqual([{ timeLimitMs: 3_000, signal: task.host.stop }]);
    await time.until(readHistory(task, 10));
    expect(limits[1]).toEqual({ timeLimitMs: 10, signal: task.host.stop });
  });

  it("tries once more after a fault, with the time that is left", async () => {
    const play = { history: [fault(), historyOf([{ auditId: "5" }])], tripMs: { history: 400 } };
    expect((await read({ ...play, begin: 1e7 })).limits).toEqual([3_000, 2_600]);
    expect(await read(play)).toEqual({
      baseline: {
        kind: "value",
        value: {
          at: 800,
          epochMs: WALL + 800,
          auditIds: ["5"],
          pastSeconds: [],
          active: [],
          unscheduledStarts: [],
        },
      },
      calls: ["history 0", "history 400"],
      limits: [3_000, 2_600],
    });
  });

  it("tries no third time", async () => {
    expect(await read({ history: [fault("a"), fault("b"), historyOf([])] })).toMatchObject({
      baseline: fault("b"),
      calls: ["history 0", "history 0"],
    });
  });

  it("does not try again when no time is left", async () => {
    const late = await read({ history: [fault(), historyOf([])], tripMs: { history: 3_000 } });
    expect(late.calls).toEqual(["history 0"]);
    const inTime = await read({ history: [fault(), historyOf([])], tripMs: { history: 2_999 } });
    expect(inTime.limits).toEqual([3_000, 1]);
  });

  it.each([
    { kind: "fault", message: "HTML", website: true },
    { kind: "rate-limited" },
    { kind: "unauthorized", message: "", fromApi: true },
    { kind: "rejected", status: 403, message: "", fromApi: true },
    { kind: "absent", status: 404, message: "" },
    { kind: "unreachable", permanent: true, message: "" },
    { kind: "stopped", mayHaveArrived: true },
  ] as const)("leaves it at %j", async failure => {
    const { baseline, calls } = await read({ history: [failure, historyOf([])] });
    expect(baseline).toEqual(failure);
    expect(calls).toEqual(["history 0"]);
  });

  it("tries once more when signing in took most of the time", async () => {
    const late = {
      kind: "unreachable",
      permanent: false,
      message: "signing in took too long",
    } as const;
    const { baseline, calls } = await read({ history: [late, historyOf([{ auditId: "5" }])] });
    expect(baseline).toMatchObject({ value: { auditIds: ["5"] } });
    expect(calls).toHaveLength(2);
  });
});
