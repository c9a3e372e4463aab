import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StartAnswer } from "../../../../shared/etlworks/replies/etlworks-replies.ts";
import type { Execution } from "../../../../shared/etlworks/replies/execution.ts";
import type { Failure, Reply } from "../../../../shared/etlworks/replies/reply.ts";
import type { Host } from "../../../../shared/run/host.ts";
import { IF_RUNNING } from "../../../../shared/run/if-running.ts";
import { readBaseline } from "../../../../shared/run/start/baseline.ts";
import { type Opening, startRun } from "../../../../shared/run/start/start-run.ts";
import { UserError } from "../../../../shared/user-error.ts";
import { answered, fault, historyOf, NOT_FOUND, type Play, stage, status, WALL } from "../stage.ts";

/** Plays a start after a baseline has been read, and tells what became of it and when. */
async function start(play: Play, opening: Partial<Opening> = {}) {
  const { task, time, calls, events, limits } = stage(play);
  const at = task.host.clock.monotonicMs();
  const deadline = at + (task.request.timeoutMs || Number.MAX_SAFE_INTEGER);
  const result = await time.until(
    (async () => {
      const baseline = opening.baseline ?? (await readBaseline(task, deadline));
      return startRun(task, { at, deadline, baseline, ...opening });
    })(),
  );
  return { result, calls, events, limits, endedAt: Math.round(time.now()), task };
}

/** Code 1, with the server's clock. */
function oneAt(auditId: string): Reply<StartAnswer> {
  return { kind: "value", value: { code: "1", auditId }, serverTime: WALL };
}

/** When the history was read. */
function historyIn(calls: readonly string[]): number[] {
  return calls.flatMap(call => (call.startsWith("history") ? [Number(call.slice(8))] : []));
}

const known = historyOf([
  { auditId: "10", status: "success", startedAt: WALL - 60_000, endedAt: WALL - 30_000 },
]);
const active = (auditId = "10") =>
  historyOf([{ auditId, status: "running", startedAt: WALL - 60_000 }]);
/** Run 99 is asked for four times before others are. */
const NOBODY_KNOWS_99_AND_10_IS_ACTIVE = [
  NOT_FOUND,
  NOT_FOUND,
  NOT_FOUND,
  NOT_FOUND,
  status("running", { auditId: "10" }),
  NOT_FOUND,
];
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
    const begun = {
      kind: "started",
      auditId: "11",
      origin: "started",
      at: 300,
      pastSeconds: [30],
      newestAt: WALL - 30_000,
    };
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

  it.each([
    [200, "no"],
    [
      402,
      "the server answered 402 (payment required: check the licence or the plan of your Etlworks account): no",
    ],
    [409, "the server answered 409 (conflict: somebody may be editing the flow): no"],
    [
      413,
      "the server answered 413 (the request is too large: send fewer or shorter parameters): no",
    ],
    [418, "the server answered 418 (a firewall blocks the request): no"],
  ])("that is a refusal with %d begins none, and says what it means", async (code, message) => {
    const { result, calls } = await start({
      start: [{ kind: "rejected", status: code, message: "no", fromApi: true }],
    });
    expect(result).toEqual({ kind: "not-started", message });
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
  ])("%j is the user's to fix", async failure => {
    const { result, events } = await start({ start: [failure] });
    expect(result).toEqual({ kind: "refused", failure });
    expect(events).toEqual([]);
  });

  it("that was never sent leaves nothing", async () => {
    const { result } = await start({ start: [{ kind: "stopped", mayHaveArrived: false }] });
    expect(result).toEqual({ kind: "stopped" });
  });

  it("that is a web site, twice, is the user's to fix; once, it is in doubt", async () => {
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
    expect(limits[1]).toEqual({
      timeLimitMs: 30_000,
      signal: task.host.abandon,
      unsentSignal: task.host.stop,
    });
  });

  it("not at all after the deadline, or after being told to stop", async () => {
    const late = await start({ tripMs: { history: 1_000 }, request: { timeoutMs: 1_000 } });
    expect(late.result).toEqual({
      kind: "timed-out",
      why: "there was no time left to send the start",
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
    [999, 0.5, 1_000],
    [1_000, 0.5, 1_050],
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
      rateLimited: true,
      why: "Etlworks still answered 429 (too many requests)",
      askedMs: 10_000,
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
    expect(result).toStrictEqual({
      kind: "timed-out",
      why: "connection refused",
    });
  });

  it("says it too when the history took the time of the next attempt", async () => {
    const { result, calls } = await start({
      start: [gone],
      tripMs: { history: 2_000 },
      request: { timeoutMs: 5_000 },
    });
    expect(calls).toEqual(["history 0", "start 2000", "history 3000"]);
    expect(result).toEqual({ kind: "timed-out", why: "connection refused" });
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

  it.each<[string, Failure]>([
    ["asked to wait beyond the deadline", { ...limited, retryAfterMs: 700_000 }],
    ["asked to wait", { ...limited, retryAfterMs: 10_000 }],
    ["not reached", gone],
  ])("ends as stopped when told to stop while it is under way: %s", async (_what, failure) => {
    const { result, events } = await start({
      start: [failure],
      tripMs: { start: 1_000 },
      stopAt: 500,
      request: { timeoutMs: 60_000, patienceMs: 0 },
    });
    expect(result).toEqual({ kind: "stopped" });
    expect(events).toEqual([]);
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
    expect(calls).toEqual(["history 0", "start 200", "history 300", "latest 500", "history 1500"]);
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
      searching: true,
    });
    expect(result).toMatchObject({ auditId: "11", origin: "adopted" });
  });

  it("is not searched for where nothing is known of the time before", async () => {
    const { result, calls, events } = await start({ start: [fault("x")], history: [NOT_FOUND] });
    expect(events).toEqual([{ kind: "in-doubt", reason: "x", searching: false }]);
    expect(calls.slice(1).join()).toMatch(/^start [0-9]+$/);
    expect(result.kind).toBe("start-unknown");
  });

  it("says why it is", async () => {
    const reason = async (failure: Failure) =>
      (await start({ start: [failure], history: [known, withNew("11")] })).events[0];
    expect(await reason(fault("x answered 500"))).toEqual({
      kind: "in-doubt",
      reason: "x answered 500",
      searching: true,
    });
    expect(await reason({ kind: "stopped", mayHaveArrived: true })).toEqual({
      kind: "in-doubt",
      reason: "cancelled before the server answered",
      searching: true,
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
    expect(calls.slice(2)).toEqual(
      seconds.flatMap(second => [`history ${second * 1_000}`, `latest ${second * 1_000}`]),
    );
    expect(endedAt).toBe(30_000);
    expect(limits.at(-1)?.timeLimitMs).toBe(5_000);
  });

  it("looks until the deadline at most", async () => {
    const { calls, endedAt } = await start({
      start: [fault("500")],
      history: [known],
      request: { timeoutMs: 2_500 },
    });
    expect(historyIn(calls.slice(2))).toEqual([0, 1_000, 2_000, 2_500]);
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
      reason: "500; several new runs have appeared (12, 11)",
    });
    expect(calls).toHaveLength(3);
  });

  it("names a few of a great many", async () => {
    const ids = Array.from({ length: 150_000 }, (_, index) => String(index + 11));
    const many = historyOf(ids.map(auditId => ({ auditId, startedAt: WALL })));
    const { result } = await start({ start: [fault()], history: [known, many] });
    expect(result).toEqual({
      kind: "start-unknown",
      reason: "it broke; several new runs have appeared (11, 12, 13, 14, 15 and more)",
    });
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
      searching: true,
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
      history: [stream, withNew("111")],
    });
    expect(result).toEqual({
      kind: "start-unknown",
      reason:
        "500; run 111 has appeared since, but others start this flow often and may have begun it, so it is not followed",
    });
    expect(calls).toEqual(["history 0", "start 0", "history 0"]);
  });

  it("adopts nothing after it has waited for another run, since others may have waited too", async () => {
    const { result } = await start({
      request: { ifRunning: "wait" },
      start: [answered("1"), fault("500")],
      history: [active(), known, known, withNew("11")],
    });
    expect(result).toMatchObject({
      kind: "start-unknown",
      reason:
        "500; run 11 has appeared since, but others wait for this flow too and may have begun it, so it is not followed",
    });
  });

  it("takes one short look when told to stop, so that the run can be stopped", async () => {
    const { result, calls, limits, endedAt } = await start({
      start: [fault("500")],
      history: [known, withNew(), withNew(), withNew("11")],
      stopAt: 1_500,
    });
    expect(historyIn(calls.slice(2))).toEqual([0, 1_000, 1_500]);
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

describe("a start in doubt is not adopted", () => {
  it("where the request does not allow it; one look says what has appeared", async () => {
    const never = {
      ...(await start({
        start: [fault("500")],
        history: [known, withNew("11")],
        request: { adoption: "never" },
      })),
    };
    expect(never.result).toEqual({
      kind: "start-unknown",
      reason:
        "500; run 11 has appeared since, but another start of the flow may have begun it, so it is not followed",
    });
    expect(never.calls).toEqual(["history 0", "start 0", "history 0"]);
    expect(never.endedAt).toBe(0);
    const none = await start({
      start: [fault("500")],
      history: [known],
      request: { adoption: "never" },
    });
    expect(none.result).toMatchObject({
      reason: "500; no new run has appeared in the flow's history",
    });
  });

  it.each([
    ["a schedule started it", { scheduled: true }],
    ["a message to a listener started it", { messageId: "5e7d" }],
    ["it is an automatic retry of another run", { parentAuditId: "9", retries: 1 }],
    ["another user started it", { user: "bob@example.com" }],
    ["it is a run of flow 8", { flowId: 8 }],
    ["it began 5s or more before the start was sent", { startedAt: WALL - 65_000 }],
    ["it began 10s or more after the start had failed", { startedAt: WALL + 73_000 }],
  ] as const)("when its record says that %s", async (why, record) => {
    const run = { auditId: "11", status: "running", startedAt: WALL + 10, ...record };
    const { result } = await start({
      start: [fault("500")],
      history: [known, historyOf([run])],
      user: "olivia@example.com",
    });
    expect(result).toEqual({
      kind: "start-unknown",
      reason: `500; a new run has appeared, but it is not ours: run 11: ${why}`,
    });
  });

  it("when this process knows it as another start's", async () => {
    const { result } = await start({
      start: [fault("500")],
      history: [known, withNew("11")],
      foreignRuns: ["11"],
    });
    expect(result).toEqual({
      kind: "start-unknown",
      reason:
        "500; a new run has appeared, but it is not ours: run 11: another start of this process began it",
    });
  });

  it("but found by its status where the history lists finished runs only", async () => {
    const { result, calls } = await start({
      start: [fault("500")],
      history: [historyOf([{ auditId: "10", status: "success" }], WALL)],
      latest: [NOT_FOUND, status("running", { auditId: "11", startedAt: WALL })],
    });
    expect(result).toMatchObject({ kind: "started", auditId: "11", origin: "adopted" });
    expect(calls).toEqual([
      "history 0",
      "start 0",
      "history 0",
      "latest 0",
      "history 1000",
      "latest 1000",
    ]);
  });

  it("and a secret that cannot be read meanwhile does not make it known", async () => {
    const denied = (): never => {
      throw new UserError("may not read the secret");
    };
    const { result } = await start({ start: [fault("500")], history: [known, denied] });
    expect(result).toEqual({ kind: "start-unknown", reason: "500; may not read the secret" });
  });

  it("and a defect of ours meanwhile is not hidden behind a start that nobody knows of", async () => {
    const broken = (): never => {
      throw new TypeError("ours");
    };
    const inDoubt = start({ start: [fault("500")], history: [known, broken] });
    await expect(inDoubt).rejects.toThrow(new TypeError("ours"));
  });
});

describe("an answer that names a run which cannot be the one begun", () => {
  it("of another flow is in doubt", async () => {
    const { result, events } = await start({
      start: [{ kind: "value", value: { code: "0", auditId: "11", flowId: 8 } }],
      history: [known],
    });
    expect(events[0]).toEqual({
      kind: "in-doubt",
      reason: "the server answered the start with run 11 of flow 8",
      searching: true,
    });
    expect(result).toMatchObject({ kind: "start-unknown" });
  });

  it("that another start of this process began is in doubt", async () => {
    const { result } = await start({
      start: [answered("0", "11")],
      history: [known],
      foreignRuns: ["11"],
    });
    expect(result).toEqual({
      kind: "start-unknown",
      reason:
        "the server answered the start with run 11, which another start of this process began; no new run has appeared in the flow's history",
    });
  });

  it.each(["0", "1", "3", "4"])(
    "that something on the way had kept is in doubt: %s",
    async code => {
      const kept = (ageMs: number): Reply<StartAnswer> => ({
        kind: "value",
        value: { code, auditId: "11" },
        serverTime: WALL,
        ageMs,
      });
      const play = (ageMs: number) =>
        start({ start: [kept(ageMs)], history: [known], tripMs: { start: 4_000 } });
      expect((await play(45_000)).result).toEqual({
        kind: "start-unknown",
        reason:
          "the answer to the start was 45s old: something on the way had kept it; no new run has appeared in the flow's history",
      });
      expect((await play(45_000)).calls.filter(call => call.startsWith("start"))).toHaveLength(1);
      // So long the answer itself may have taken.
      if (code === "0") expect((await play(5_000)).result).toMatchObject({ kind: "started" });
    },
  );

  it("with the date of an older answer is judged by the clock of the history", async () => {
    const replayed: Reply<StartAnswer> = {
      kind: "value",
      value: { code: "0", auditId: "11" },
      serverTime: WALL - 600_000,
    };
    const history = historyOf([{ auditId: "10", status: "success" }], WALL + 7_000);
    const { result } = await start({
      start: [replayed],
      history: [history],
      tripMs: { start: 200, history: 100 },
    });
    // Read at 100 ms; the start was sent at once.
    expect(result).toMatchObject({ kind: "started", auditId: "11", sentAt: WALL + 7_000 });
  });

  it("with an id older than those known is asked about before it is believed", async () => {
    const replayed: Reply<StartAnswer> = {
      kind: "value",
      value: { code: "0", auditId: "5" },
      serverTime: WALL,
    };
    const play = (record: Reply<Execution>) =>
      start({ start: [replayed], history: [known], execution: [record] });
    const old = await play(status("success", { auditId: "5", startedAt: WALL - 86_400_000 }));
    expect(old.result).toMatchObject({ kind: "start-unknown" });
    expect(old.events).toEqual([
      {
        kind: "in-doubt",
        reason:
          "the server answered the start with run 5, but it began 1d 00h before the start was sent",
        searching: true,
      },
    ]);
    const young = await play(status("running", { auditId: "5", startedAt: WALL }));
    expect(young.result).toMatchObject({ kind: "started", auditId: "5", sentAt: WALL });
    expect((await play(NOT_FOUND)).result).toMatchObject({ kind: "started", auditId: "5" });
  });

  it("is asked about where nothing was known and nobody will follow it", async () => {
    const answer: Reply<StartAnswer> = {
      kind: "value",
      value: { code: "0", auditId: "11" },
      serverTime: WALL,
    };
    const play = (wait: boolean) =>
      start({
        start: [answer],
        history: [fault()],
        execution: [status("success", { auditId: "11", startedAt: WALL - 86_400_000 })],
        request: { wait },
      });
    expect((await play(false)).result).toMatchObject({ kind: "start-unknown" });
    const late = await start({
      start: [answer],
      history: [fault()],
      execution: [NOT_FOUND],
      tripMs: { start: 900 },
      request: { wait: false, timeoutMs: 500 },
    });
    expect(late.calls.filter(call => call.startsWith("look"))).toEqual([]);
    const followed = await play(true);
    expect(followed.result).toMatchObject({ kind: "started" });
    expect(followed.calls.filter(call => call.startsWith("look"))).toEqual([]);
  });
});

describe("code 1 with an id that nobody knew", () => {
  const began = (startedAt: number) => status("running", { auditId: "11", startedAt });
  it.each(IF_RUNNING)(
    "of a run that began while we sent is in doubt, never sent again: %s",
    async ifRunning => {
      const { result, calls, events } = await start({
        start: [answered("1", "11")],
        history: [known],
        execution: [began(WALL)],
        request: { ifRunning },
      });
      expect(calls.filter(call => call.startsWith("start"))).toHaveLength(1);
      expect(result.kind).toBe(ifRunning === "attach" ? "started" : "start-unknown");
      // Nothing is searched for: the run is known, and whose it is cannot be told.
      const doubt = { kind: "in-doubt", searching: false };
      expect(events).toMatchObject([ifRunning === "attach" ? { kind: "started" } : doubt]);
    },
  );

  it("that ends while we would attach to it is not started again", async () => {
    const { result, calls } = await start({
      start: [answered("1", "11")],
      history: [known],
      execution: [began(WALL), status("success", { auditId: "11", startedAt: WALL })],
      request: { ifRunning: "attach" },
    });
    expect(calls.filter(call => call.startsWith("start"))).toHaveLength(1);
    expect(result.kind).toBe("start-unknown");
  });

  it("is never adopted: it can be another's, and then surely is", async () => {
    const { result, calls } = await start({
      start: [answered("1", "11")],
      history: [known, withNew("11")],
      execution: [began(WALL)],
      request: { ifRunning: "wait" },
    });
    expect(result).toEqual({
      kind: "start-unknown",
      reason:
        "the server answered that run 11 is running, a new run that may be ours or somebody else's; it is not followed, and no other run is started",
    });
    expect(calls).toEqual(["history 0", "start 0", "of 11", "look 0"]);
  });

  it.each(IF_RUNNING)(
    "of our own run that has ended already is not started again: %s",
    async ifRunning => {
      const { calls, result } = await start({
        start: [answered("1", "11")],
        history: [known],
        execution: [status("success", { auditId: "11", startedAt: WALL })],
        request: { ifRunning, adoption: "never" },
      });
      expect(calls.filter(call => call.startsWith("start"))).toHaveLength(1);
      expect(result).toMatchObject({ kind: "start-unknown" });
    },
  );

  it.each([
    ["began before we sent", began(WALL - 65_000)],
    ["began before another had ended that was known by then", began(WALL - 40_001)],
    ["a schedule started", status("running", { auditId: "11", startedAt: WALL, scheduled: true })],
  ])("of a run that %s is another's", async (_what, record) => {
    const { result, events } = await start({
      start: [oneAt("11")],
      history: [known],
      execution: [record],
      request: { ifRunning: "fail" },
    });
    expect(result).toEqual({ kind: "busy", otherAuditId: "11" });
    expect(events).toEqual([{ kind: "busy", policy: "fail", otherAuditId: "11" }]);
  });

  it.each([
    ["whose clock is behind that of the headers", began(WALL - 35_000)],
    ["whose clock is ahead", began(WALL + 3_600_000)],
    [
      "that writes local times without a zone",
      status("running", { auditId: "11", startedAt: WALL - 18_000_000, localTimes: true }),
    ],
  ])("may be ours on a server %s, and is never sent again", async (_what, record) => {
    const { result, calls } = await start({
      start: [oneAt("11")],
      history: [known],
      execution: [record],
      request: { ifRunning: "wait" },
    });
    expect(result).toMatchObject({ kind: "start-unknown" });
    expect(calls.filter(call => call.startsWith("start"))).toHaveLength(1);
  });

  it("is sent once, whatever the server's clocks, lists and records, when it means our run", async () => {
    const world = fc.record({
      ifRunning: fc.constantFrom(...IF_RUNNING),
      skewMs: fc.integer({ min: -55_000, max: 3_600_000 }),
      date: fc.boolean(),
      history: fc.constantFrom("finished", "nothing", "unreadable"),
      lists: fc.boolean(),
      times: fc.constantFrom("yes", "local", "no"),
      missing: fc.nat(6),
      ended: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(world, async ({ skewMs, ifRunning, ...about }) => {
        const clock = WALL + skewMs;
        const local = about.times === "local" ? ({ localTimes: true } as const) : {};
        const begun = about.times === "no" ? {} : { startedAt: clock, ...local };
        const ours = { auditId: "11", status: about.ended ? "success" : "running", ...begun };
        const old = { auditId: "10", status: "success", startedAt: clock - 60_000, ...local };
        const before = about.history === "nothing" ? [] : [{ ...old, endedAt: clock - 30_000 }];
        const pages = [before, about.lists ? [ours, ...before] : before].map(page =>
          about.history === "unreadable" ? fault() : historyOf(page, about.date ? WALL : undefined),
        );
        const answer: Reply<StartAnswer> = {
          kind: "value",
          value: { code: "1", auditId: "11" },
          ...(about.date ? { serverTime: WALL } : {}),
        };
        const record: Reply<Execution> = { kind: "value", value: ours };
        const { calls, result } = await start({
          start: [answer],
          history: pages,
          execution: [...Array.from({ length: about.missing }, () => NOT_FOUND), record],
          latest: [record],
          request: { ifRunning, timeoutMs: 3_600_000 },
        });
        expect(calls.filter(call => call.startsWith("start"))).toHaveLength(1);
        const attached = ifRunning === "attach" && result.kind === "started";
        expect(attached || result.kind === "start-unknown").toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("without a record is another's when a run that was there before is active still", async () => {
    const before = await start({
      start: [oneAt("99")],
      history: [active("10")],
      execution: NOBODY_KNOWS_99_AND_10_IS_ACTIVE,
    });
    expect(before.result).toEqual({ kind: "busy", otherAuditId: "99" });
    // What was active before may have ended when ours began.
    const ended = await start({
      start: [oneAt("99")],
      history: [active("10")],
      execution: [NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND, status("success", { auditId: "10" })],
    });
    expect(ended.result).toMatchObject({ kind: "start-unknown" });
    const now = await start({
      start: [oneAt("99")],
      history: [known],
      execution: [NOT_FOUND],
      latest: [status("running", { auditId: "98", startedAt: WALL - 90_000 })],
    });
    expect(now.result).toEqual({ kind: "busy", otherAuditId: "99" });
    expect(now.endedAt).toBe(0);
  });

  it("without a record and with nothing else active may be ours", async () => {
    const { result, endedAt } = await start({
      start: [answered("1", "99")],
      history: [known],
      execution: [NOT_FOUND],
      request: { ifRunning: "wait", adoption: "never" },
    });
    expect(result).toMatchObject({ kind: "start-unknown" });
    expect(endedAt).toBe(7_000);
  });
});

describe("a start near the deadline", () => {
  it("is cut short, but for a second", async () => {
    const limit = async (timeoutMs: number) =>
      (await start({ start: [answered("0", "11")], request: { timeoutMs } })).limits[1]
        ?.timeLimitMs;
    expect(await limit(60_000)).toBe(30_000);
    expect(await limit(20_000)).toBe(20_000);
    expect(await limit(300)).toBe(1_000);
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
        "the process ended while it sent the start; no new run has appeared in the flow's history",
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

  it("while it attached, follows all the same: that changes nothing", async () => {
    const { result } = await start({
      start: [answered("1", "10")],
      history: [active()],
      request: { ifRunning: "attach" },
      host: interrupting("attach 1"),
    });
    expect(result).toEqual({
      kind: "started",
      auditId: "10",
      origin: "attached",
      at: 0,
      pastSeconds: [],
    });
  });
});

describe("another run of the flow", () => {
  it.each([
    ["fail", "busy"],
    ["skip", "skipped"],
  ] as const)("with policy %s: %s", async (ifRunning, kind) => {
    const named = await start({
      start: [answered("1", "10")],
      history: [active()],
      request: { ifRunning },
    });
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
      for (const history of [young, future]) {
        const { result } = await attach({ start: [answered("1", "10")], history: [history] });
        expect(result).toMatchObject({ kind: "started", auditId: "10", at: 0 });
      }
    });

    it("as the only one that is running, when the answer names none or one that nobody knows", async () => {
      for (const answer of [answered("1"), answered("1", "99")]) {
        const { result } = await attach({
          start: [answer],
          history: [active("10")],
          execution: NOBODY_KNOWS_99_AND_10_IS_ACTIVE,
        });
        expect(result).toMatchObject({ kind: "started", auditId: "10" });
      }
    });

    it("not by the id in the answer when that one has ended, but as the only one that is active", async () => {
      const ended = historyOf([
        { auditId: "11", status: "running" },
        { auditId: "10", status: "success" },
      ]);
      const { result } = await attach({ start: [answered("1", "10")], history: [ended] });
      expect(result).toMatchObject({ kind: "started", auditId: "11" });
    });

    it("by its status, when the history lists finished runs only", async () => {
      const { result } = await attach({
        start: [answered("1", "99")],
        history: [known],
        execution: [status("running", { auditId: "99", startedAt: WALL - 90_000 })],
      });
      expect(result).toMatchObject({ kind: "started", auditId: "99", at: -90_000 });
    });

    it("by the latest status, when the answer names none and the history lists finished runs only", async () => {
      const { result } = await attach({
        start: [answered("1")],
        history: [known],
        latest: [status("queued", { auditId: "98" })],
      });
      expect(result).toMatchObject({ kind: "started", auditId: "98", origin: "attached" });
    });

    it("also when it began while we sent the start, whoever began it", async () => {
      const { result, events } = await attach({
        start: [answered("1", "11")],
        history: [known, withNew("11")],
        execution: [status("running", { auditId: "11", startedAt: WALL })],
      });
      expect(result).toMatchObject({ kind: "started", auditId: "11", origin: "attached" });
      expect(events.map(({ kind }) => kind)).toEqual(["started"]);
    });

    it("not when it has ended meanwhile: then ours is started", async () => {
      const { result, calls } = await attach({
        start: [answered("1"), answered("0", "11")],
        history: [known],
      });
      expect(result).toMatchObject({ kind: "started", auditId: "11", origin: "started" });
      expect(calls.filter(call => call.startsWith("start"))).toHaveLength(2);
    });

    it("not when several are active and none of them is named", async () => {
      const two = historyOf([
        { auditId: "10", status: "running" },
        { auditId: "9", status: "queued" },
      ]);
      for (const answer of [answered("1"), answered("1", "99")]) {
        const { result, calls } = await attach({
          start: [answer],
          history: [two],
          execution: NOBODY_KNOWS_99_AND_10_IS_ACTIVE,
        });
        expect(result).toMatchObject({ kind: "busy" });
        expect(calls.filter(call => call.startsWith("start"))).toHaveLength(1);
      }
    });

    it("not when it cannot be found in four attempts", async () => {
      const { result, calls } = await attach({ start: [answered("1", "10")], history: [known] });
      expect(result).toEqual({ kind: "busy", otherAuditId: "10", active: "none" });
      expect(calls.filter(call => call.startsWith("start"))).toHaveLength(4);
    });

    it("not when nobody can say which", async () => {
      const { result } = await attach({ start: [answered("1")], history: [fault()] });
      expect(result).toEqual({ kind: "busy", active: "none" });
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
        why: "another run was still running",
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
      expect(result).toEqual({
        kind: "timed-out",
        why: "there was no time left to send the start",
      });
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
        start: [answered("1"), answered("0", "11")],
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

    it("by its status, where the history lists finished runs only", async () => {
      const { result, calls } = await wait({
        start: [oneAt("99"), answered("0", "100")],
        history: [known],
        execution: [
          at =>
            status(at < 60_000 ? "running" : "success", {
              auditId: "99",
              startedAt: WALL - 90_000,
            }),
        ],
      });
      expect(result).toMatchObject({ kind: "started", auditId: "100", origin: "started" });
      const starts = calls.filter(call => call.startsWith("start"));
      expect(starts).toHaveLength(2);
      expect(Number(starts[1]?.slice(6))).toBeGreaterThanOrEqual(60_000);
    });

    it("by the latest status, where the answer names none either", async () => {
      const { calls } = await wait({
        start: [answered("1"), answered("0", "100")],
        history: [known],
        latest: [at => status(at < 60_000 ? "running" : "success", { auditId: "99" })],
      });
      const starts = calls.filter(call => call.startsWith("start"));
      expect(starts).toHaveLength(2);
      expect(Number(starts[1]?.slice(6))).toBeGreaterThanOrEqual(60_000);
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

    it("longer at a time, the longer it has been running", async () => {
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
