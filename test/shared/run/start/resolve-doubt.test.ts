import { describe, expect, it } from "vitest";
import type { Execution } from "../../../../shared/etlworks/replies/execution.ts";
import type { InDoubt } from "../../../../shared/run/start/attempt.ts";
import { toBaseline } from "../../../../shared/run/start/baseline.ts";
import { resolveDoubt } from "../../../../shared/run/start/resolve-doubt.ts";
import {
  fault,
  forgetting,
  historyOf,
  NOT_FOUND,
  type Play,
  stage,
  status,
  tellingChecks,
  WALL,
} from "../stage.ts";

/** Clears up a start whose answer was lost at once, when run 10 was known. */
async function resolve(
  play: Play & {
    readonly doubt?: InDoubt;
    readonly deadline?: number;
    readonly contended?: boolean;
    /** Whether the history came with the server's clock. Default true. */
    readonly dated?: boolean;
    /** What the history listed as active before the start. */
    readonly active?: readonly Execution[];
  },
) {
  const { task, time, calls, events, limits } = stage(play);
  const { contended = false, active = [], dated = true, deadline = 3_600_000 } = play;
  const doubt = play.doubt ?? {
    kind: "in-doubt",
    reason: "500",
    sending: { sentAt: WALL, failedAt: WALL },
  };
  const baseline = toBaseline(
    task,
    historyOf([...active, { auditId: "10", status: "success" }], dated ? WALL : undefined),
  );
  const resolution = await time.until(
    resolveDoubt(task, doubt, {
      baseline: { kind: "value", value: baseline },
      deadline,
      attempt: 1,
      contended,
    }),
  );
  return { resolution, calls, events, limits, endedAt: Math.round(time.now()) };
}

const unknown = (why: string) => ({ kind: "start-unknown", reason: `500; ${why}` });
const begun = (auditId: string, more: Execution = {}): Execution => ({
  auditId,
  status: "running",
  startedAt: WALL,
  ...more,
});
const nothing = historyOf([]);
const adopted = { kind: "started", auditId: "11", origin: "adopted" };

describe("the one new run, where the answer said no but named some", () => {
  const sending = { sentAt: WALL, failedAt: WALL };
  const resolvedWith = (named: readonly string[]) =>
    resolve({
      history: [historyOf([begun("11")])],
      doubt: { kind: "in-doubt", reason: "500", sending, named },
    });

  it.each([[["11"]], [["12", "11"]]])("is ours when it is one of them: %j", async named => {
    expect((await resolvedWith(named)).resolution).toMatchObject(adopted);
  });

  it("is not ours when the answer names another", async () => {
    expect((await resolvedWith(["12"])).resolution).toEqual(
      unknown("run 11 has appeared since, but it is not the one that the answer names"),
    );
  });
});

describe("a run that may be ours but is not followed", () => {
  const never: Play = { request: { adoption: "never" } };

  it.each([
    [["11"], "run 11 has appeared since"],
    [["12", "11"], "runs 12, 11 have appeared since"],
    [["15", "14", "13", "12", "11"], "runs 15, 14, 13, 12, 11 have appeared since"],
    [["16", "15", "14", "13", "12", "11"], "runs 16, 15, 14, 13, 12 and more have appeared since"],
  ])("is named with all that have appeared: %j", async (ids, appeared) => {
    const { resolution, calls } = await resolve({
      history: [historyOf(ids.map(id => begun(id)))],
      ...never,
    });
    expect(resolution).toEqual(
      unknown(
        `${appeared}, but another start of the flow may have begun it, so it is not followed`,
      ),
    );
    expect(calls).toEqual(["history 0"]);
  });

  it.each<[string, Parameters<typeof resolve>[0]]>([
    ["where the request does not allow it", never],
    ["where others wait for the flow too", { contended: true }],
  ])("is looked for once %s: it would not be followed later either", async (_where, play) => {
    const { resolution, calls, endedAt } = await resolve({ history: [nothing], ...play });
    expect(resolution).toEqual(unknown("no new run has appeared in the flow's history"));
    expect(calls).toEqual(["history 0", "latest 0"]);
    expect(endedAt).toBe(0);
  });

  it("is named when another run was in its way", async () => {
    const play = { history: [historyOf([begun("11")])], active: [begun("9")] };
    expect((await resolve(play)).resolution).toEqual(
      unknown(
        "run 11 has appeared since, but another run was active when the start was sent, so it is not followed",
      ),
    );
    const parallel = await resolve({ ...play, request: { runQuery: "parallel=true" } });
    expect(parallel.resolution).toMatchObject(adopted);
  });

  it("is looked for until the history can be read once", async () => {
    const { resolution, calls } = await resolve({
      history: [fault(), fault(), historyOf([begun("11")])],
      ...never,
    });
    expect(resolution.kind).toBe("start-unknown");
    expect(calls).toEqual(["history 0", "history 1000", "history 2000"]);
  });
});

describe("a new run that cannot be ours", () => {
  const by = (auditId: string) => begun(auditId, { scheduled: true });

  it.each([
    [[by("11")], "run 11: a schedule started it"],
    [[by("12"), by("11")], "run 12: a schedule started it; run 11: a schedule started it"],
    [
      [by("14"), by("13"), by("12"), by("11")],
      "run 14: a schedule started it; run 13: a schedule started it; run 12: a schedule started it",
    ],
  ])("is named with the reason, three at most", async (runs, named) => {
    const { resolution } = await resolve({ history: [historyOf(runs)] });
    expect(resolution).toEqual(unknown(`a new run has appeared, but it is not ours: ${named}`));
  });

  it.each([
    ["was there before", { auditId: "10", status: "success" }],
    ["has no id", { status: "running", startedAt: WALL }],
  ])("is not worth a word when it %s", async (_what, record) => {
    const { resolution } = await resolve({ history: [historyOf([record])] });
    expect(resolution).toEqual(unknown("no new run has appeared in the flow's history"));
  });

  it("is told from ours when it is the latest, also beside what the history lists", async () => {
    const { resolution } = await resolve({
      history: [historyOf([by("11")])],
      latest: [{ kind: "value", value: begun("12", { user: "bob" }) }],
      user: "olivia",
    });
    expect(resolution).toEqual(
      unknown(
        "a new run has appeared, but it is not ours: run 11: a schedule started it; run 12: another user started it",
      ),
    );
  });
});

/** A history that lists finished runs only tells nothing of one that was active before the start. */
describe("a run that may have been there before, though the history did not list it", () => {
  const unproven = unknown(
    "run 11 has appeared since, but nothing shows that it began after the start was sent, so it is not followed",
  );
  const timeless: Execution = { auditId: "11", status: "running" };
  const latest = (record: Execution): NonNullable<Play["latest"]> => [
    { kind: "value", value: record },
  ];

  it.each<[string, Parameters<typeof resolve>[0]]>([
    ["its status shows, without a time", { latest: latest(timeless) }],
    [
      "its status shows, with the time of a zone that nobody names",
      { latest: latest(begun("11", { localTimes: true })) },
    ],
    ["its status shows, with the clocks unknown", { latest: latest(begun("11")), dated: false }],
    ["ended meanwhile, without a time", { history: [historyOf([ended("11", {})])] }],
    [
      "ended meanwhile, with the clocks unknown",
      { history: [historyOf([ended("11")])], dated: false },
    ],
  ])("is not followed when %s", async (_how, play) => {
    const { resolution } = await resolve({ history: [nothing], ...play });
    expect(resolution).toEqual(unproven);
  });

  it.each<[string, Parameters<typeof resolve>[0]]>([
    ["its status shows, with its time", { latest: latest(begun("11")) }],
    ["ended meanwhile, with its time", { history: [historyOf([ended("11")])] }],
    ["is listed as active", { history: [historyOf([timeless])], dated: false }],
    [
      "is listed as active after its status was shown",
      { history: [nothing, historyOf([timeless])], latest: latest(timeless), dated: false },
    ],
  ])("is ours when it %s", async (_how, play) => {
    const { resolution } = await resolve({ history: [nothing], ...play });
    expect(resolution).toMatchObject(adopted);
  });

  it("is looked for no longer than it could be ours", async () => {
    const timed = await resolve({ history: [nothing], latest: latest(begun("11")), dated: false });
    expect(timed.endedAt).toBe(30_000);
    const untimed = await resolve({ history: [nothing], latest: latest(timeless) });
    expect(untimed.endedAt).toBe(30_000);
    expect(untimed.resolution).toEqual(unproven);
    const faulty = await resolve({
      history: [nothing, fault(), fault(), fault(), historyOf([timeless])],
      latest: latest(timeless),
      dated: false,
    });
    expect(faulty.resolution).toMatchObject(adopted);
  });

  it("makes it two when another run comes into sight later", async () => {
    const { resolution } = await resolve({
      history: [nothing, nothing, historyOf([begun("12")])],
      latest: [status("running", timeless), NOT_FOUND],
    });
    expect(resolution).toEqual(unknown("several new runs have appeared (11, 12)"));
  });

  it("counts no more when its record says that it is another's", async () => {
    const { resolution } = await resolve({
      history: [nothing, historyOf([begun("11", { scheduled: true }), begun("12")])],
      latest: latest(timeless),
    });
    expect(resolution).toMatchObject({ ...adopted, auditId: "12" });
  });

  it("makes it two when another one ended meanwhile", async () => {
    const { resolution, calls } = await resolve({
      history: [historyOf([ended("11", {})])],
      latest: latest(begun("12")),
    });
    expect(resolution).toEqual(unknown("several new runs have appeared (11, 12)"));
    expect(calls).toEqual(["history 0", "latest 0"]);
  });

  it("says nothing of a search that a release before this one began", async () => {
    const { resolution } = await resolve({
      history: [historyOf([begun("11")])],
      host: host => forgetting(host, "unproven", "firstSeen", "nearby"),
    });
    expect(resolution).toMatchObject(adopted);
  });
});

function ended(auditId: string, times: Execution = { startedAt: WALL, endedAt: WALL }): Execution {
  return { auditId, status: "success", ...times };
}

describe("a new run that began just before the start, by its time", () => {
  const beside = (record: Execution) =>
    resolve({ history: [historyOf([begun("12", { startedAt: WALL + 500 }), record])] });

  it.each([3_000, 30_000, 60_000])("may be ours by %d ms: the clocks may be apart", async byMs => {
    const { resolution } = await beside(begun("11", { startedAt: WALL - byMs }));
    expect(resolution).toEqual(unknown("several new runs have appeared (12, 11)"));
  });

  it.each<[string, Execution]>([
    ["was there before", begun("10", { startedAt: WALL - 3_000 })],
    ["began long before", begun("11", { startedAt: WALL - 61_000 })],
    ["began after the start had failed", begun("11", { startedAt: WALL + 9_000 })],
    ["is a schedule's", begun("11", { startedAt: WALL - 3_000, scheduled: true })],
  ])("is not ours in any case when it %s", async (_what, record) => {
    expect((await beside(record)).resolution).toMatchObject({ ...adopted, auditId: "12" });
  });
});

describe("a start that the process did not survive", () => {
  const lost = { kind: "in-doubt", reason: "500" } as const;

  it.each([
    ["before the history was read", WALL - 2_001, false],
    ["when the history was read", WALL, true],
    ["40 s later", WALL + 40_000, true],
    ["later than that", WALL + 40_001, false],
  ])("may have begun a run that began %s", async (_when, startedAt, ours) => {
    const { resolution } = await resolve({
      doubt: lost,
      history: [historyOf([begun("11", { startedAt })])],
    });
    expect(resolution).toMatchObject(ours ? adopted : { kind: "start-unknown" });
  });
});

describe("a look", () => {
  it("shares its 5 s between the history and the latest run", async () => {
    const { limits } = await resolve({ tripMs: { history: 1_200 }, deadline: 0 });
    expect(limits.map(({ timeLimitMs }) => timeLimitMs)).toEqual([5_000, 3_800]);
  });

  it.each([
    [4_999, 1],
    [5_000, 0],
    [6_000, 0],
  ])("after %d ms for the history has time for %d more questions", async (tripMs, questions) => {
    const { calls } = await resolve({ tripMs: { history: tripMs }, deadline: 0 });
    expect(calls.filter(call => call.startsWith("latest"))).toHaveLength(questions);
  });

  it.each<[string, Play]>([
    ["history", { history: [{ kind: "rate-limited", retryAfterMs: 8_000 }, nothing] }],
    ["latest run", { latest: [{ kind: "rate-limited", retryAfterMs: 8_000 }, NOT_FOUND] }],
  ])("waits as long as the server asks when it is asked about the %s", async (_what, play) => {
    const { calls } = await resolve(play);
    const looks = calls.flatMap(call =>
      call.startsWith("history") ? [Number(call.slice("history ".length))] : [],
    );
    expect(looks.slice(0, 3)).toEqual([0, 8_000, 9_000]);
  });
});

describe("what is carried from look to look", () => {
  it("stays small, whatever the server lists", async () => {
    const states: string[] = [];
    const many = Array.from({ length: 20_000 }, (_, index) => begun(String(index + 11)));
    await resolve({
      history: [historyOf(many)],
      host: host => tellingChecks(host, state => states.push(JSON.stringify(state))),
    });
    expect(states).toHaveLength(1);
    expect(states[0]?.length).toBeLessThan(1_000);
  });
});

describe("being told to stop", () => {
  /** A host that is told to stop at the moment at which the history is answered. */
  function stopping(
    answer: ReturnType<typeof historyOf>,
    ...later: ReturnType<typeof historyOf>[]
  ) {
    const stop = new AbortController();
    const told = () => {
      stop.abort();
      return answer;
    };
    return resolve({
      history: [told, ...later],
      host: host => ({ ...host, stop: stop.signal }),
      deadline: 0,
    });
  }

  it("asks nothing more when the run was found by then", async () => {
    const { resolution, calls } = await stopping(historyOf([begun("11")]));
    expect(resolution).toMatchObject(adopted);
    expect(calls).toEqual(["history 0"]);
  });

  it("asks nothing more in that look, and takes the last one", async () => {
    const { resolution, calls } = await stopping(nothing, historyOf([begun("11")]));
    expect(resolution).toMatchObject(adopted);
    expect(calls).toEqual(["history 0", "history 0"]);
  });

  it.each([
    [10_000, 1_500],
    [2_000, 1_500],
    [100, 1_500],
  ])(
    "with %d ms left until the deadline, gives the last search %d ms",
    async (deadline, limitMs) => {
      const { limits } = await resolve({ deadline, stopAt: 50 });
      expect(limits.at(-2)?.timeLimitMs).toBe(limitMs);
    },
  );

  it("names what the last search has shown of others' runs", async () => {
    const { resolution } = await resolve({
      history: [nothing, historyOf([begun("11", { scheduled: true })])],
      stopAt: 50,
    });
    expect(resolution).toEqual(
      unknown("a new run has appeared, but it is not ours: run 11: a schedule started it"),
    );
  });

  it("says what was known when the last search has no answer", async () => {
    const { resolution } = await resolve({ history: [nothing, fault()], stopAt: 50 });
    expect(resolution).toEqual(unknown("no new run has appeared in the flow's history"));
  });
});

describe("ours", () => {
  it("is followed as from when it is found, with what is known of past runs", async () => {
    const { resolution, events } = await resolve({
      history: [nothing, nothing, historyOf([begun("11")])],
    });
    expect(resolution).toEqual({ ...adopted, at: 2_000, pastSeconds: [] });
    expect(events).toEqual([resolution]);
  });

  it("is found by its status where the history lists it nowhere", async () => {
    const { resolution } = await resolve({
      history: [nothing],
      latest: [status("running", { startedAt: WALL })],
    });
    expect(resolution).toMatchObject({ ...adopted, at: 0 });
  });
});
