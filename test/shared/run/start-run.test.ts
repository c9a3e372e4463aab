import { describe, expect, it } from "vitest";
import type { Failure } from "../../../shared/etlworks/reply.ts";
import { readBaseline } from "../../../shared/run/baseline.ts";
import type { Host } from "../../../shared/run/host.ts";
import { type Opening, startRun } from "../../../shared/run/start-run.ts";
import { answered, fault, historyOf, type Play, stage, WALL } from "./stage.ts";

/** Plays a start after a baseline has been read, and tells what became of it and when. */
async function start(play: Play, opening: Partial<Opening> = {}) {
  const { task, time, calls, events, limits } = stage(play);
  const at = task.host.clock.monotonicMs();
  const deadline = at + (task.request.timeoutMs || Number.MAX_SAFE_INTEGER);
  const result = await time.until(
    (async () => {
      const baseline = opening.baseline ?? (await readBaseline(task));
      return startRun(task, { at, deadline, baseline, ...opening });
    })(),
  );
  return { result, calls, events, limits, endedAt: Math.round(time.now()), task };
}

const known = historyOf([
  { auditId: "10", status: "success", startedAt: WALL - 60_000, endedAt: WALL - 30_000 },
]);
const active = (auditId = "10") =>
  historyOf([{ auditId, status: "running", startedAt: WALL - 60_000 }]);
const withNew = (...ids: string[]) =>
  historyOf([
    ...ids.map(auditId => ({ auditId, status: "running", startedAt: WALL + 10 })),
    { auditId: "10", status: "success" },
  ]);

describe("an answer to the start", () => {
  it.each(["0", "4"])("of code %s begins a run", async code => {
    const { result, events, calls, endedAt } = await start({
      start: [answered(code, "11")],
      history: [known],
      tripMs: { start: 300 },
    });
    const begun = { kind: "started", auditId: "11", origin: "started", at: 300, pastSeconds: [30] };
    expect(result).toEqual(begun);
    expect(events).toEqual([begun]);
    expect(calls).toEqual(["history 0", "start 0"]);
    expect(endedAt).toBe(300);
  });

  it.each([
    ["2", "the server answered the start with code 2 (canceled)"],
    ["3", "the server answered the start with code 3 (was not executed)"],
    ["5", "the server answered the start with code 5 (error)"],
    ["9", "the server answered the start with code 9 (a code we do not know)"],
    ["-1", "the server answered the start with code -1 (a code we do not know)"],
  ])("of code %s begins none", async (code, message) => {
    const { result, events } = await start({ start: [answered(code, "11")] });
    expect(result).toEqual({ kind: "not-started", code, message });
    expect(events).toEqual([]);
  });

  it("is told in the server's own words where it has any", async () => {
    const { result } = await start({ start: [answered("5", undefined, "NullPointerException")] });
    expect(result).toEqual({ kind: "not-started", code: "5", message: "NullPointerException" });
  });

  it.each([200, 409, 415, 422])("that is a refusal with %d begins none", async status => {
    const { result, calls } = await start({
      start: [{ kind: "rejected", status, message: "no", fromApi: true }],
    });
    expect(result).toEqual({ kind: "not-started", message: "no" });
    expect(calls).toEqual(["history 0", "start 0"]);
  });

  it.each<Failure>([
    { kind: "unauthorized", message: "no", fromApi: true },
    { kind: "rejected", status: 400, message: "no", fromApi: true },
    { kind: "rejected", status: 403, message: "no", fromApi: true },
    { kind: "rejected", status: 405, message: "no", fromApi: true },
    { kind: "rejected", status: 300, message: "no", fromApi: true },
    { kind: "rejected", status: 399, message: "no", fromApi: true },
    { kind: "absent", status: 404, message: "no" },
    { kind: "unreachable", permanent: true, message: "certificate" },
  ])("%j is the user's to mend", async failure => {
    const { result, events } = await start({ start: [failure] });
    expect(result).toEqual({ kind: "refused", failure });
    expect(events).toEqual([]);
  });

  it("that was never sent leaves nothing", async () => {
    const { result } = await start({ start: [{ kind: "stopped", mayHaveArrived: false }] });
    expect(result).toEqual({ kind: "stopped" });
  });

  it("that is a web site, twice, is the user's to mend; once, it is in doubt", async () => {
    const website = { kind: "fault", message: "HTML", website: true } as const;
    const twice = await start({ start: [website], history: [website] });
    expect(twice.result).toEqual({ kind: "refused", failure: website });
    const afterHistory = await start({ start: [website], history: [known] });
    expect(afterHistory.result).toMatchObject({ kind: "start-unknown" });
    const afterFault = await start({ start: [website], history: [fault()] });
    expect(afterFault.result).toMatchObject({ kind: "start-unknown" });
    const onlyHistory = await start({ start: [fault("500")], history: [website] });
    expect(onlyHistory.result).toMatchObject({ kind: "start-unknown" });
  });
});

describe("a start is sent", () => {
  it("whatever became of the history", async () => {
    for (const failure of [fault(), { kind: "rate-limited" } as const]) {
      const { result } = await start({ start: [answered("0", "11")], history: [failure] });
      expect(result).toMatchObject({ kind: "started", pastSeconds: [] });
    }
  });

  it("with the signal that gives it up; the one that stops waiting counts only until it is sent", async () => {
    const { limits, task } = await start({ start: [answered("0", "11")] });
    expect(limits[1]).toEqual({ signal: task.host.abandon, unsentSignal: task.host.stop });
  });

  it("not at all after the deadline, or after being told to stop", async () => {
    const late = await start({ tripMs: { history: 1_000 }, request: { timeoutMs: 1_000 } });
    expect(late.result).toEqual({
      kind: "timed-out",
      why: "there was no chance before the timeout",
    });
    expect(late.calls).toEqual(["history 0"]);
    const inTime = await start({
      start: [answered("0", "11")],
      tripMs: { history: 999 },
      request: { timeoutMs: 1_000 },
    });
    expect(inTime.result).toMatchObject({ kind: "started" });
    const stopped = await start({ tripMs: { history: 1_000 }, stopAt: 500 });
    expect(stopped.result).toEqual({ kind: "stopped" });
    expect(stopped.calls).toEqual(["history 0"]);
  });
});

describe("a start that provably did nothing", () => {
  const limited = { kind: "rate-limited" } as const;
  const gone = { kind: "unreachable", permanent: false, message: "connection refused" } as const;

  it("is sent again, later each time, with a fresh baseline", async () => {
    const { result, calls, events } = await start({
      start: [limited, limited, gone, answered("0", "11")],
    });
    expect(result).toMatchObject({ kind: "started", origin: "started" });
    expect(calls).toEqual([
      "history 0",
      "start 0",
      "history 1000",
      "start 1000",
      "history 3000",
      "start 3000",
      "history 7000",
      "start 7000",
    ]);
    expect(events.slice(0, -1)).toEqual([
      { kind: "start-delayed", reason: "429, too many requests", delayMs: 1_000 },
      { kind: "start-delayed", reason: "429, too many requests", delayMs: 2_000 },
      { kind: "start-delayed", reason: "connection refused", delayMs: 4_000 },
    ]);
  });

  it.each([
    [0, 0, 900],
    [0, 0.5, 1_000],
    [7_000, 0, 7_000],
    [7_000, 0.5, 7_350],
    [300, 0, 900],
    [300, 0.5, 1_000],
  ])("waits as asked: %d ms, random %d → %d ms", async (retryAfterMs, random, delayMs) => {
    const asked = retryAfterMs === 0 ? limited : { ...limited, retryAfterMs };
    const { events } = await start({ start: [asked, answered("0", "11")], random: () => random });
    expect(events[0]).toMatchObject({ kind: "start-delayed", delayMs });
  });

  it("waits a minute at most, or a tenth of what it has waited", async () => {
    const attempts = Array.from({ length: 30 }, () => limited);
    const { events } = await start({
      start: [...attempts, answered("0", "11")],
      request: { timeoutMs: 0 },
    });
    const delays = events.flatMap(event =>
      event.kind === "start-delayed" ? [event.delayMs / 1_000] : [],
    );
    expect(delays.slice(0, 9)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    const waited = (count: number) => delays.slice(0, count).reduce((sum, delay) => sum + delay, 0);
    expect(delays[29]).toBeCloseTo(Math.max(60, waited(29) / 10), 3);
    expect(delays[29]).toBeGreaterThan(100);
  });

  it("is given up after the patience when nobody is there", async () => {
    const { result, endedAt } = await start({ start: [gone], request: { patienceMs: 60_000 } });
    expect(result).toEqual({ kind: "refused", failure: gone });
    expect(endedAt).toBe(63_000);
    const impatient = await start({ start: [gone], request: { patienceMs: 0 } });
    expect(impatient.endedAt).toBe(0);
    const exact = await start({ start: [gone], request: { patienceMs: 1_000 } });
    expect(exact.endedAt).toBe(1_000);
  });

  it("is not given up for want of patience when the server answers", async () => {
    const { result } = await start({
      start: [limited, limited, limited, answered("0", "11")],
      request: { patienceMs: 0 },
    });
    expect(result).toMatchObject({ kind: "started" });
  });

  it("is given up at once when the next attempt would come after the deadline", async () => {
    const play = (timeoutMs: number) =>
      start({
        start: [{ ...limited, retryAfterMs: 10_000 }, answered("0", "11")],
        request: { timeoutMs },
        random: () => 0,
      });
    expect((await play(10_000)).result).toEqual({
      kind: "timed-out",
      why: "the server answered 429 and asked to wait until after the timeout",
    });
    expect((await play(10_000)).endedAt).toBe(0);
    expect((await play(10_001)).result).toMatchObject({ kind: "started" });
  });

  it("is given up after the patience only when nobody was there all the time", async () => {
    const { endedAt, result } = await start({
      start: [gone, gone, limited, gone],
      request: { patienceMs: 10_000 },
    });
    expect(result).toMatchObject({ kind: "refused" });
    // Three attempts, at 0, 1 and 3 s, before it counts anew at 7 s.
    expect(endedAt).toBe(31_000);
  });

  it("is given up for the deadline, and says what it waited for", async () => {
    const { result } = await start({ start: [gone], request: { timeoutMs: 5_000 } });
    expect(result).toEqual({
      kind: "timed-out",
      why: "the server could not be reached before the timeout",
    });
  });

  it("is given up when told to stop while it waits, which it told before", async () => {
    const { result, calls, events } = await start({
      start: [{ ...limited, retryAfterMs: 10_000 }],
      stopAt: 5_000,
    });
    expect(result).toEqual({ kind: "stopped" });
    expect(calls).toEqual(["history 0", "start 0"]);
    expect(events).toEqual([
      { kind: "start-delayed", reason: "429, too many requests", delayMs: 10_500 },
    ]);
  });
});

describe("a start in doubt", () => {
  it.each<[string, Failure]>([
    ["a fault", fault("500")],
    ["an empty answer", { kind: "absent", status: 200, message: "500" }],
    ["a stop before the answer", { kind: "stopped", mayHaveArrived: true }],
  ])("after %s: one new run is ours", async (_what, failure) => {
    const { result, events, calls, endedAt } = await start({
      start: [failure],
      history: [known, withNew(), withNew("11")],
      tripMs: { history: 200, start: 100 },
    });
    expect(result).toEqual({
      kind: "started",
      auditId: "11",
      origin: "adopted",
      at: 1_700,
      pastSeconds: [30],
    });
    expect(calls).toEqual(["history 0", "start 200", "history 300", "history 1500"]);
    expect(endedAt).toBe(1_700);
    expect(events[0]?.kind).toBe("in-doubt");
    expect(events[1]).toEqual(result);
    expect(events).toHaveLength(2);
  });

  it("after code 0 without an id", async () => {
    const { result, events } = await start({
      start: [answered("0")],
      history: [known, withNew("11")],
    });
    expect(events[0]).toEqual({
      kind: "in-doubt",
      reason: "the server started the run but did not say its id",
    });
    expect(result).toMatchObject({ auditId: "11", origin: "adopted" });
  });

  it("says why it is", async () => {
    const reason = async (failure: Failure) =>
      (await start({ start: [failure], history: [known, withNew("11")] })).events[0];
    expect(await reason(fault("x answered 500"))).toEqual({
      kind: "in-doubt",
      reason: "x answered 500",
    });
    expect(await reason({ kind: "stopped", mayHaveArrived: true })).toEqual({
      kind: "in-doubt",
      reason: "stopped before the server answered",
    });
  });

  it("looks for 30 s, and then does not know", async () => {
    const { result, calls, endedAt, limits } = await start({
      start: [fault("500")],
      history: [known],
    });
    expect(result).toEqual({
      kind: "start-unknown",
      reason: "500; no new run has appeared in the flow's history",
    });
    const seconds = [0, 1, 2, 4, 7, 12, 17, 22, 27, 30];
    expect(calls.slice(2)).toEqual(seconds.map(second => `history ${second * 1_000}`));
    expect(endedAt).toBe(30_000);
    expect(limits.at(-1)?.timeLimitMs).toBe(5_000);
  });

  it("looks until the deadline at most", async () => {
    const { calls, endedAt } = await start({
      start: [fault("500")],
      history: [known],
      request: { timeoutMs: 2_500 },
    });
    expect(calls.slice(2)).toEqual(["history 0", "history 1000", "history 2000", "history 2500"]);
    expect(endedAt).toBe(2_500);
  });

  it("looks once even when the deadline has passed", async () => {
    const { result, calls } = await start({
      start: [fault("500")],
      history: [known, withNew("11")],
      tripMs: { start: 2_000 },
      request: { timeoutMs: 1_000 },
    });
    expect(calls).toEqual(["history 0", "start 0", "history 2000"]);
    expect(result).toMatchObject({ kind: "started" });
  });

  it("waits as long as the server asks, and looks a last time at the end of the 30 s", async () => {
    const { calls, result } = await start({
      start: [fault("500")],
      history: [
        known,
        { kind: "rate-limited", retryAfterMs: 8_000 },
        { kind: "rate-limited", retryAfterMs: 90_000 },
        { kind: "rate-limited" },
      ],
    });
    expect(calls.slice(2)).toEqual(["history 0", "history 8000", "history 30000"]);
    expect(result).toEqual({
      kind: "start-unknown",
      reason: "500; the flow's history could not be read since",
    });
  });

  it("says that no run appeared when the history was read once", async () => {
    const { result } = await start({ start: [fault("500")], history: [known, withNew(), fault()] });
    expect(result).toMatchObject({ reason: "500; no new run has appeared in the flow's history" });
  });

  it("does not choose among several", async () => {
    const { result, calls } = await start({
      start: [fault("500")],
      history: [known, withNew("12", "11")],
    });
    expect(result).toEqual({
      kind: "start-unknown",
      reason: "500; several new runs have appeared in the history (12, 11)",
    });
    expect(calls).toHaveLength(3);
  });

  it("cannot tell without a baseline", async () => {
    const { result, calls } = await start({ start: [fault("500")], history: [fault("x")] });
    expect(result).toEqual({
      kind: "start-unknown",
      reason: "500; the flow's history could not be read before the start, so nothing can tell",
    });
    expect(calls).toEqual(["history 0", "history 0", "start 0"]);
  });

  it("leaves a run that began long after the answer had failed", async () => {
    const late = historyOf([{ auditId: "11", status: "running", startedAt: WALL + 70_000 }]);
    const { result } = await start({ start: [fault("500")], history: [known, late] });
    expect(result).toMatchObject({ kind: "start-unknown" });
  });

  it("is in doubt when the server names an old run", async () => {
    const { result, events } = await start({
      start: [answered("0", "10")],
      history: [known, withNew("11")],
    });
    expect(result).toMatchObject({ kind: "started", auditId: "11", origin: "adopted" });
    expect(events[0]).toEqual({
      kind: "in-doubt",
      reason: "the server answered the start with run 10, which is an old one",
    });
  });

  it("adopts nothing of a flow that others start all the time", async () => {
    const stream = historyOf(
      Array.from({ length: 20 }, (_, index) => ({
        auditId: String(100 - index),
        status: "success",
        startedAt: WALL - index * 2_000,
      })),
      WALL,
    );
    const { result, calls } = await start({
      start: [fault("500")],
      history: [stream, withNew("11")],
    });
    expect(result).toEqual({
      kind: "start-unknown",
      reason: "500; others seem to start this flow too, so no new run can be told to be ours",
    });
    expect(calls).toHaveLength(2);
  });

  it("adopts nothing after it has waited for another run, since others may have waited too", async () => {
    const { result } = await start({
      request: { ifRunning: "wait" },
      start: [answered("1"), fault("500")],
      history: [active(), known, known, withNew("11")],
    });
    expect(result).toMatchObject({ kind: "start-unknown", reason: /^500; others start this flow/ });
  });

  it("takes one short look when told to stop, so that the run can be stopped", async () => {
    const { result, calls, limits, endedAt } = await start({
      start: [fault("500")],
      history: [known, withNew(), withNew(), withNew("11")],
      stopAt: 1_500,
    });
    expect(calls.slice(2)).toEqual(["history 0", "history 1000", "history 1500"]);
    expect(limits.at(-1)).toEqual({ timeLimitMs: 1_500, signal: undefined });
    expect(endedAt).toBe(1_500);
    expect(result).toMatchObject({ kind: "started", auditId: "11", origin: "adopted" });
  });

  it("takes that look too when the search was cut off, and says when it saw nothing", async () => {
    const cut = await start({
      start: [fault("500")],
      history: [known, withNew("11"), withNew("11")],
      tripMs: { history: 1_000 },
      stopAt: 1_500,
    });
    expect(cut.result).toMatchObject({ kind: "started", auditId: "11" });
    const blind = await start({ start: [fault("500")], history: [known, fault()], stopAt: 1_500 });
    expect(blind.result).toMatchObject({
      reason: "500; the flow's history could not be read since",
    });
    const seen = await start({
      start: [fault("500")],
      history: [known, fault(), fault(), withNew()],
      stopAt: 1_500,
    });
    expect(seen.result).toMatchObject({
      reason: "500; no new run has appeared in the flow's history",
    });
  });

  it("is not looked at again after a stop when it was found already", async () => {
    const { calls, result } = await start({
      start: [{ kind: "stopped", mayHaveArrived: true }],
      history: [known, withNew("11")],
      tripMs: { start: 10 },
      stopAt: 5,
    });
    expect(calls.filter(call => call.startsWith("history"))).toHaveLength(3);
    expect(result).toMatchObject({ kind: "started" });
  });
});

describe("a host that was interrupted", () => {
  const interrupting =
    (name: string) =>
    (host: Host): Host => ({
      ...host,
      once: async (step, work) => {
        if (step !== name) return host.once(step, work);
        await work();
        return { kind: "interrupted" };
      },
    });

  it("while it sent the start, looks for the run", async () => {
    const { result, calls } = await start({
      start: [answered("0", "11")],
      history: [known, withNew("11")],
      host: interrupting("start 1"),
    });
    expect(result).toMatchObject({ kind: "started", auditId: "11", origin: "adopted" });
    expect(calls.filter(call => call.startsWith("start"))).toHaveLength(1);
  });

  it("while it sent the start, says so when no run is found", async () => {
    const { result } = await start({
      start: [fault()],
      history: [known],
      host: interrupting("start 1"),
    });
    expect(result).toMatchObject({
      kind: "start-unknown",
      reason:
        "the host was interrupted while it sent the start; no new run has appeared in the flow's history",
    });
  });

  it("while it adopted the run, has adopted it", async () => {
    const { result } = await start({
      start: [fault()],
      history: [known, withNew("11")],
      host: interrupting("adopt 1"),
      tripMs: { history: 100 },
    });
    expect(result).toEqual({
      kind: "started",
      auditId: "11",
      origin: "adopted",
      at: 100,
      pastSeconds: [30],
    });
  });

  it("while it took its last look, does not know", async () => {
    const { result } = await start({
      start: [fault("500")],
      history: [known, withNew(), withNew("11")],
      stopAt: 500,
      host: interrupting("last look"),
    });
    expect(result).toMatchObject({ kind: "start-unknown" });
  });

  it("while it attached, is busy", async () => {
    const { result } = await start({
      start: [answered("1", "10")],
      history: [active()],
      request: { ifRunning: "attach" },
      host: interrupting("attach 1"),
    });
    expect(result).toEqual({ kind: "busy", otherAuditId: "10" });
  });
});

describe("another run of the flow", () => {
  it.each([
    ["fail", "busy"],
    ["skip", "skipped"],
  ] as const)("with policy %s: %s", async (ifRunning, kind) => {
    const named = await start({ start: [answered("1", "10")], request: { ifRunning } });
    expect(named.result).toEqual({ kind, otherAuditId: "10" });
    expect(named.events).toEqual([{ kind: "busy", policy: ifRunning, otherAuditId: "10" }]);
    expect(named.calls).toEqual(["history 0", "start 0"]);
    const nameless = await start({ start: [answered("1")], request: { ifRunning } });
    expect(nameless.result).toEqual({ kind });
    expect(nameless.events).toEqual([{ kind: "busy", policy: ifRunning }]);
  });

  describe("is attached to", () => {
    const attach = (play: Play) => start({ request: { ifRunning: "attach" }, ...play });

    it("by the id in the answer, as old as the history says", async () => {
      const { result, events, calls } = await attach({
        start: [answered("1", "10")],
        history: [
          historyOf([
            { auditId: "10", status: "running", startedAt: WALL - 60_000 },
            { auditId: "9", status: "running", startedAt: WALL - 90_000 },
            { auditId: "8", status: "success", startedAt: WALL - 900_000, endedAt: WALL - 880_000 },
          ]),
        ],
        tripMs: { history: 100 },
      });
      const begun = {
        kind: "started",
        auditId: "10",
        origin: "attached",
        at: -60_000,
        pastSeconds: [20],
      };
      expect(result).toEqual(begun);
      expect(events).toEqual([{ kind: "busy", policy: "attach", otherAuditId: "10" }, begun]);
      expect(calls).toEqual(["history 0", "start 100", "history 100"]);
    });

    it("by the id in the answer, whichever of several it is", async () => {
      const { result } = await attach({
        start: [answered("1", "9")],
        history: [
          historyOf([
            { auditId: "10", status: "running", startedAt: WALL - 60_000 },
            { auditId: "9", status: "running", startedAt: WALL - 90_000 },
          ]),
        ],
      });
      expect(result).toMatchObject({ auditId: "9", at: -90_000 });
    });

    it("by the server's clock", async () => {
      const ahead = historyOf(
        [{ auditId: "10", status: "running", startedAt: WALL + 3_540_000 }],
        WALL + 3_600_000,
      );
      const { result } = await attach({ start: [answered("1", "10")], history: [ahead] });
      expect(result).toMatchObject({ at: -60_000 });
    });

    it("as from now when the history does not say since when", async () => {
      const young = historyOf([{ auditId: "10", status: "running" }]);
      const future = historyOf([{ auditId: "10", status: "running", startedAt: WALL + 9e6 }]);
      for (const history of [young, future, fault()]) {
        const { result } = await attach({ start: [answered("1", "10")], history: [history] });
        expect(result).toMatchObject({ kind: "started", auditId: "10", at: 0 });
      }
    });

    it("as the only one that is running, when the answer names none or one that nobody knows", async () => {
      for (const answer of [answered("1"), answered("1", "99")]) {
        const { result } = await attach({ start: [answer], history: [active("10")] });
        expect(result).toMatchObject({ kind: "started", auditId: "10" });
      }
    });

    it("by the id in the answer, also when it has just ended", async () => {
      const ended = historyOf([
        { auditId: "11", status: "running" },
        { auditId: "10", status: "success" },
      ]);
      const { result } = await attach({ start: [answered("1", "10")], history: [ended] });
      expect(result).toMatchObject({ kind: "started", auditId: "10" });
    });

    it("not when it has ended meanwhile: then ours is started", async () => {
      const { result, calls } = await attach({
        start: [answered("1"), answered("0", "11")],
        history: [known],
      });
      expect(result).toMatchObject({ kind: "started", auditId: "11", origin: "started" });
      expect(calls.filter(call => call.startsWith("start"))).toHaveLength(2);
    });

    it("not when several are going and none of them is named", async () => {
      const two = historyOf([
        { auditId: "10", status: "running" },
        { auditId: "9", status: "queued" },
      ]);
      for (const answer of [answered("1"), answered("1", "99")]) {
        const { result, calls } = await attach({ start: [answer], history: [two] });
        expect(result).toEqual({ kind: "busy" });
        expect(calls).toEqual(["history 0", "start 0", "history 0"]);
      }
    });

    it("not when it cannot be found in four attempts", async () => {
      const { result, calls } = await attach({ start: [answered("1", "99")], history: [known] });
      expect(result).toEqual({ kind: "busy" });
      expect(calls.filter(call => call.startsWith("start"))).toHaveLength(4);
    });

    it("not when nobody can say which", async () => {
      const { result } = await attach({ start: [answered("1")], history: [fault()] });
      expect(result).toEqual({ kind: "busy" });
    });
  });

  describe("is waited for", () => {
    const wait = (play: Play) => start({ request: { ifRunning: "wait" }, ...play });

    it("and then ours is started, with a fresh baseline", async () => {
      const { result, calls, events } = await wait({
        start: [answered("1", "10"), answered("0", "11")],
        history: [active(), active(), active(), known],
      });
      expect(result).toMatchObject({ kind: "started", auditId: "11", origin: "started" });
      expect(events.map(({ kind }) => kind)).toEqual(["busy", "started"]);
      const kinds = calls.map(call => call.split(" ")[0]).join(" ");
      expect(kinds).toBe("history start history history history history start");
      expect(calls[1]).toBe("start 0");
      expect(Number(calls[2]?.split(" ")[1])).toBeGreaterThanOrEqual(1_000);
    });

    it("until the deadline, with a look of 10 s", async () => {
      const { result, endedAt, limits } = await wait({
        start: [answered("1", "10")],
        history: [active()],
        request: { ifRunning: "wait", timeoutMs: 120_000 },
      });
      expect(result).toEqual({
        kind: "timed-out",
        why: "another run of the flow was going all the time",
      });
      expect(endedAt).toBe(120_000);
      expect(limits[2]?.timeLimitMs).toBe(10_000);
    });

    it("and ours is not started when it ends with the deadline", async () => {
      const { result, calls } = await wait({
        start: [answered("1", "10"), answered("0", "11")],
        history: [active(), at => (at < 120_000 ? active() : known)],
        request: { ifRunning: "wait", timeoutMs: 120_000 },
      });
      expect(result).toEqual({ kind: "timed-out", why: "there was no chance before the timeout" });
      expect(calls.filter(call => call.startsWith("start"))).toHaveLength(1);
    });

    it("and tried anyway after ten minutes, since the run may have died long ago", async () => {
      const { calls, result } = await wait({
        start: [answered("1", "10"), answered("0", "11")],
        history: [active()],
      });
      expect(result).toMatchObject({ kind: "started", auditId: "11" });
      const again = Number(calls.findLast(call => call.startsWith("start"))?.split(" ")[1]);
      expect(again).toBeGreaterThanOrEqual(600_000);
      expect(again).toBeLessThan(600_000 + 120_000);
    });

    it.each<Failure>([
      { kind: "rejected", status: 403, message: "", fromApi: true },
      { kind: "unauthorized", message: "", fromApi: true },
      { kind: "absent", status: 404, message: "" },
    ])("by trying, when the history will never be readable: %j", async failure => {
      const { result, calls } = await wait({
        start: [answered("1", "10"), answered("0", "11")],
        history: [failure],
      });
      expect(result).toMatchObject({ kind: "started", auditId: "11" });
      expect(calls.map(call => call.split(" ")[0])).toEqual([
        "history",
        "start",
        "history",
        "history",
        "start",
      ]);
    });

    it("through faults, which say nothing", async () => {
      const { result, calls } = await wait({
        start: [answered("1", "10"), answered("0", "11")],
        history: [active(), fault(), { kind: "unreachable", permanent: false, message: "" }, known],
      });
      expect(result).toMatchObject({ kind: "started" });
      expect(calls.filter(call => call.startsWith("start"))).toHaveLength(2);
    });

    it("as long as the server asks, also after ten minutes", async () => {
      const { calls } = await wait({
        start: [answered("1", "10"), answered("0", "11")],
        history: [
          active(),
          { kind: "rate-limited", retryAfterMs: 700_000 },
          { kind: "rate-limited", retryAfterMs: 50_000 },
          known,
        ],
      });
      const polls = calls.slice(2).map(call => Number(call.split(" ")[1]));
      const first = polls[0] ?? 0;
      expect(polls[1]).toBe(first + 700_000);
      expect(polls[2]).toBe(first + 750_000);
    });

    it("until told to stop", async () => {
      const { result, endedAt } = await wait({
        start: [answered("1", "10")],
        history: [active()],
        stopAt: 90_000,
      });
      expect(result).toEqual({ kind: "stopped" });
      expect(endedAt).toBe(90_000);
    });

    it("with looks that grow rarer, the more races are lost", async () => {
      const gaps = async (races: number) => {
        const { calls } = await wait({
          start: [...Array.from({ length: races }, () => answered("1", "10")), answered("0", "11")],
          history: [known],
        });
        return calls
          .filter(call => call.startsWith("start"))
          .map(call => Number(call.split(" ")[1]));
      };
      const starts = await gaps(6);
      const waits = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
      expect(waits).toEqual(waits.toSorted((one, other) => one - other));
      expect(waits.at(-1)).toBeGreaterThan((waits[0] ?? 0) * 4);
    });

    it("longer at a time, the longer it has been going", async () => {
      const old = historyOf([{ auditId: "10", status: "running", startedAt: WALL - 36_000_000 }]);
      const young = historyOf([{ auditId: "10", status: "running", startedAt: WALL }]);
      const firstGap = async (history: typeof old) => {
        const { calls } = await wait({
          start: [answered("1", "10"), answered("0", "11")],
          history: [history, history, known],
        });
        return Number(calls[2]?.split(" ")[1]);
      };
      expect(await firstGap(old)).toBeGreaterThan(10 * (await firstGap(young)));
      // By the server's clock, which is ten hours ahead of ours.
      const ahead = historyOf(
        [{ auditId: "10", status: "running", startedAt: WALL }],
        WALL + 36_000_000,
      );
      expect(await firstGap(ahead)).toBeCloseTo(await firstGap(old), -1);
    });
  });
});

describe("a clock", () => {
  const limited = { kind: "rate-limited" } as const;
  const gone = { kind: "unreachable", permanent: false, message: "rejected" } as const;
  const plays: Readonly<Record<string, Play>> = {
    "a start in doubt": { start: [fault("500")], history: [known] },
    "a start in doubt that is found": {
      start: [fault("500")],
      history: [known, withNew(), withNew("11")],
    },
    "nobody there": { start: [limited, gone], request: { patienceMs: 20_000 } },
    "many attempts": {
      start: [...Array.from({ length: 40 }, () => limited), answered("0", "11")],
      request: { timeoutMs: 0 },
    },
    "another run that never ends": {
      start: [answered("1", "10"), answered("0", "11")],
      history: [active()],
      request: { ifRunning: "wait" },
    },
    "another run until the deadline": {
      start: [answered("1", "10")],
      history: [active()],
      request: { ifRunning: "wait", timeoutMs: 300_000 },
    },
  };

  it.each(Object.entries(plays))("may begin anywhere: %s", async (_name, play) => {
    const { calls, endedAt, result } = await start(play);
    const later = await start({ ...play, begin: 1e7 });
    expect({ calls: later.calls, endedAt: later.endedAt, kind: later.result.kind }).toEqual({
      calls,
      endedAt,
      kind: result.kind,
    });
  });
});
