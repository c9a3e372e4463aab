import { describe, expect, it } from "vitest";
import type { Execution } from "../../../../shared/etlworks/replies/execution.ts";
import { readBaseline, readHistory, toBaseline } from "../../../../shared/run/start/baseline.ts";
import { fault, historyOf, type Play, stage, WALL } from "../stage.ts";

describe("toBaseline", () => {
  const { task, time } = stage();

  it("keeps ids, lengths, runs that are active, and the clock", () => {
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
      newestAt: WALL - 20_000,
      epochMs: WALL,
      clockOffsetMs: 7_000,
    });
  });

  it("knows runs of other flows by their ids only, and takes none of them for active", () => {
    const history: Execution[] = [
      { auditId: "15", flowId: 8, status: "running", startedAt: 5 },
      { auditId: "14", flowId: 8, status: "success", startedAt: 1_000, endedAt: 90_000 },
      { auditId: "13", flowId: 7, status: "running" },
    ];
    expect(toBaseline(task, historyOf(history))).toMatchObject({
      auditIds: ["15", "14", "13"],
      pastSeconds: [],
      active: [{ auditId: "13" }],
      unscheduledStarts: [],
    });
  });

  it("keeps the 200 newest of a server that ignores the limit, in whatever order it lists", () => {
    const ids = Array.from({ length: 125_000 }, (_, index) => String(index + 1));
    for (const order of [ids, ids.toReversed()]) {
      const history = order.map(auditId => ({ auditId, status: "running" }));
      const { auditIds, active } = toBaseline(task, historyOf(history));
      expect(auditIds).toEqual(ids.slice(-200).toReversed());
      expect(active).toHaveLength(200);
    }
  });

  it("knows no newest time where that lies ahead", () => {
    const until = (endedAt: number) =>
      toBaseline(task, historyOf([{ auditId: "1", startedAt: WALL, endedAt }], WALL + 7_000));
    expect(until(WALL + 67_000).newestAt).toBe(WALL + 67_000);
    expect(until(WALL + 67_001).newestAt).toBeUndefined();
  });

  it("takes no planned time for one that has passed", () => {
    const planned = { startedAt: WALL - 5_000, endedAt: WALL + 40_000 };
    const newest = (status: string) =>
      toBaseline(task, historyOf([{ auditId: "1", status, ...planned }])).newestAt;
    expect(newest("success")).toBe(WALL + 40_000);
    expect(newest("running")).toBe(WALL - 5_000);
    expect(newest("suspended")).toBe(WALL - 5_000);
    expect(newest("queued")).toBeUndefined();
  });

  it("takes local times of a zone that nobody names for none", () => {
    const hours = 5 * 3_600_000;
    const local = (auditId: string, startedAt: number, more: Execution = {}): Execution => ({
      auditId,
      startedAt: startedAt - hours,
      localTimes: true,
      ...more,
    });
    const { active, newestAt, pastSeconds, unscheduledStarts } = toBaseline(
      task,
      historyOf([
        local("3", WALL - 1_000, { status: "running" }),
        local("2", WALL - 60_000, { status: "success", endedAt: WALL - hours - 20_000 }),
      ]),
    );
    expect({ active, newestAt }).toEqual({ active: [{ auditId: "3" }], newestAt: undefined });
    expect(pastSeconds).toEqual([40]);
    expect(unscheduledStarts).toEqual([WALL, WALL - 59_000]);
  });

  it("counts local times from the server's clock, also of a page that mixes them with others", () => {
    const at = (auditId: string, startedAt: number, more: Execution = {}): Execution => ({
      auditId,
      startedAt,
      ...more,
    });
    const starts = (serverTime: number, ...executions: Execution[]) =>
      toBaseline(task, historyOf(executions, serverTime)).unscheduledStarts;
    const local = { localTimes: true } as const;
    const mixed = [at("2", 9_000, local), at("1", 5_000)];
    expect(starts(WALL + 7_000, ...mixed)).toEqual([WALL + 7_000, WALL + 3_000]);
    expect(starts(WALL - 7_000, ...mixed)).toEqual([WALL - 7_000, WALL - 11_000]);
    expect(starts(WALL + 7_000, at("2", 9_000), at("1", 5_000))).toEqual([9_000, 5_000]);
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

describe("readBaseline", () => {
  const read = async (play: Play) => {
    const { task, time, calls, limits } = stage(play);
    const baseline = await time.until(readBaseline(task, 1e12));
    return { baseline, calls, limits: limits.map(({ timeLimitMs }) => timeLimitMs) };
  };

  it("takes one call of 3 s, and the signal to stop", async () => {
    const { task, time, limits } = stage();
    await time.until(readBaseline(task, 1e12));
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

  it.each([
    { kind: "unauthorized", message: "an HTML page", fromApi: false },
    { kind: "rejected", status: 403, message: "an HTML page", fromApi: false },
    { kind: "absent", status: 404, message: "an HTML page", fromApi: false },
  ] as const)("tries once more after a page of a gateway: %j", async failure => {
    const { baseline, calls } = await read({ history: [failure, historyOf([{ auditId: "5" }])] });
    expect(baseline).toMatchObject({ value: { auditIds: ["5"] } });
    expect(calls).toHaveLength(2);
  });

  it.each([0, 5_000])("is not asked for when the deadline is now or was %d ms ago", async ago => {
    const { task, time, calls } = stage({ begin: 1e7 });
    const baseline = await time.until(readBaseline(task, 1e7 - ago));
    expect(baseline).toEqual({ kind: "stopped", mayHaveArrived: false });
    expect(calls).toEqual([]);
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
    { kind: "rejected", status: 302, message: "", fromApi: false },
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
