import { describe, expect, it } from "vitest";
import type { Execution } from "../../../../shared/etlworks/replies/execution.ts";
import type { Failure, Reply } from "../../../../shared/etlworks/replies/reply.ts";
import { toBaseline } from "../../../../shared/run/start/baseline.ts";
import { waitForTurn } from "../../../../shared/run/start/wait-for-turn.ts";
import {
  fault,
  forgetting,
  historyOf,
  NOT_FOUND,
  type Play,
  stage,
  status,
  WALL,
} from "../stage.ts";

/** Waits after a code 1, and tells how the wait ended, when, and what was asked. */
async function wait(
  play: Play & {
    /** What the history listed before the start; null: it could not be read. */
    readonly before?: readonly Execution[] | null;
    readonly named?: string;
    readonly deadline?: number;
    readonly lostRaces?: number;
    readonly askedMs?: number;
  },
) {
  const { task, time, calls, events, limits } = stage({
    ...play,
    request: { ifRunning: "wait", ...play.request },
  });
  const { before = [], deadline = 3_600_000, lostRaces = 1, askedMs = 0 } = play;
  const baseline =
    before === null
      ? fault()
      : { kind: "value" as const, value: toBaseline(task, historyOf(before)) };
  const about = { baseline, otherAuditId: play.named, deadline, attempt: 1, lostRaces, askedMs };
  const turn = await time.until(waitForTurn(task, about));
  const askedAt = (kind: string) =>
    calls.flatMap(call => (call.startsWith(kind) ? [Number(call.split(" ")[1])] : []));
  const failure = turn.kind === "late" ? turn.failure : undefined;
  return {
    end: turn.kind,
    failure,
    calls,
    events,
    limits,
    askedAt,
    endedAt: Math.round(time.now()),
  };
}

const active = (auditId = "10", more: Execution = {}): Execution => ({
  auditId,
  status: "running",
  ...more,
});
const idle = historyOf([{ auditId: "10", status: "success" }]);

describe("a flow is free", () => {
  it("when the run that was active is listed no more, without another question", async () => {
    const { end, calls } = await wait({ before: [active()], history: [idle] });
    expect(end).toBe("free");
    expect(calls).toEqual(["history 1000"]);
  });

  it.each([
    ["one that the history has shown since", [historyOf([active("11")]), idle]],
    [
      "one that it has shown before it could not be read for a while",
      [historyOf([active("11")]), fault(), fault(), idle],
    ],
  ])("when no run is active any more, such as %s", async (_which, history) => {
    const { end, askedAt } = await wait({ history });
    expect(end).toBe("free");
    expect(askedAt("history")).toHaveLength(history.length);
    expect(askedAt("latest")).toEqual([]);
  });

  it("when the history lists the named run, and not as active", async () => {
    const { end, calls } = await wait({ history: [idle], named: "10" });
    expect(end).toBe("free");
    expect(calls).toEqual(["history 1000"]);
  });

  it.each<[string, Play & { named?: string; before?: null }, string[]]>([
    ["the latest run", {}, ["history 1000", "latest 1000"]],
    [
      "the latest run, where nothing was known before",
      { before: null },
      ["history 1000", "latest 1000"],
    ],
    ["the named run", { named: "99" }, ["history 1000", "of 99", "look 1000"]],
    [
      "the named run, where nothing was known before",
      { named: "99", before: null },
      ["history 1000", "of 99", "look 1000"],
    ],
  ])(
    "when %s says so, since a history may list finished runs only",
    async (_which, play, asked) => {
      const ended = [status("success")];
      const { end, calls, limits } = await wait({
        history: [idle],
        execution: ended,
        latest: ended,
        ...play,
      });
      expect(end).toBe("free");
      expect(calls).toEqual(asked);
      expect(limits.map(({ timeLimitMs }) => timeLimitMs)).toEqual([10_000, 10_000]);
    },
  );

  const gateway = { kind: "unauthorized", message: "no", fromApi: false } as const;

  it.each<[string, boolean, Reply<Execution>]>([
    ["running", false, status("running")],
    ["queued", false, status("queued")],
    ["over", true, status("success")],
    ["at a word that nobody knows", true, status("suspended")],
    ["another flow's", true, status("running", { flowId: 8 })],
    ["not there", true, NOT_FOUND],
    ["refused", true, { kind: "rejected", status: 403, message: "no", fromApi: true }],
    ["refused for want of a login", true, gateway],
    ["at an error", false, fault()],
    ["out of reach", false, { kind: "unreachable", permanent: false, message: "reset" }],
    ["one too many", false, { kind: "rate-limited" }],
    ["cut off", false, { kind: "stopped", mayHaveArrived: true }],
  ])("or not, by the status where no history shows it: %s → %s", async (_what, free, reply) => {
    const { askedAt, end } = await wait({
      history: [idle],
      latest: [reply, status("success")],
    });
    expect(end).toBe("free");
    expect(askedAt("latest")).toHaveLength(free ? 1 : 2);
  });

  it.each<Failure>([
    { kind: "rejected", status: 403, message: "no", fromApi: true },
    { kind: "unauthorized", message: "no", fromApi: true },
    NOT_FOUND,
  ])("for all that can be known when the history will never be readable: %j", async failure => {
    const { end, calls } = await wait({ before: [active()], history: [failure] });
    expect(end).toBe("free");
    expect(calls).toEqual(["history 1000"]);
  });

  it("for trying after ten minutes, since what is listed may have died long ago", async () => {
    const waited = (askedMs: number) =>
      wait({ before: [active()], history: [historyOf([active()])], askedMs });
    const tried = await waited(600_000);
    expect(tried).toMatchObject({ end: "free", endedAt: 600_000 });
    expect((await waited(599_999)).askedAt("history").length).toBeGreaterThan(1);
  });

  it("for trying after ten minutes, but not while the server asks to wait", async () => {
    const { endedAt, end } = await wait({
      before: [active()],
      history: [{ kind: "rate-limited", retryAfterMs: 50_000 }, idle],
      askedMs: 600_000,
    });
    expect({ end, endedAt }).toEqual({ end: "free", endedAt: 650_000 });
  });

  it("for trying after ten minutes, but not while the status call is told to wait", async () => {
    const { endedAt, end } = await wait({
      history: [idle],
      latest: [{ kind: "rate-limited", retryAfterMs: 50_000 }, status("running")],
      askedMs: 600_000,
    });
    expect({ end, endedAt }).toEqual({ end: "free", endedAt: 650_000 });
  });
});

describe("a wait for another run", () => {
  const listed = historyOf([active()]);

  it("ends late where a release before this one began to wait", async () => {
    const { end, failure } = await wait({
      history: [historyOf([active()])],
      deadline: 5_000,
      host: host => forgetting(host, "answered", "failing"),
    });
    expect({ end, failure }).toEqual({ end: "late", failure: undefined });
  });

  it("ends late at the deadline, when the run is active still", async () => {
    const late = await wait({ before: [active()], history: [listed], deadline: 60_000 });
    expect(late).toMatchObject({ end: "late", endedAt: 60_000 });
    const free = await wait({
      before: [active()],
      history: [at => (at < 60_000 ? listed : idle)],
      deadline: 60_000,
    });
    expect(free).toMatchObject({ end: "free", endedAt: 60_000 });
  });

  it("lasts as long as the server asks, whatever it was asked about", async () => {
    const limited = { kind: "rate-limited", retryAfterMs: 50_000 } as const;
    const before = await wait({ before: [active()], history: [idle], askedMs: 50_000 });
    expect(before.askedAt("history")).toEqual([50_000]);
    const about = await wait({ before: [active()], history: [limited, idle] });
    expect(about.askedAt("history")).toEqual([1_000, 51_000]);
    const latest = await wait({ history: [idle], latest: [limited, status("success")] });
    expect(latest.askedAt("latest")).toEqual([1_000, 51_000]);
  });

  it.each([
    ["says that the run is old", active("10", { startedAt: WALL - 36_000_000 }), 60_000],
    ["says that it is young", active("10", { startedAt: WALL }), 1_000],
    ["does not say since when", active(), 1_000],
  ])("asks rarely from the beginning only where the history %s", async (_what, run, leastMs) => {
    const { askedAt } = await wait({ before: [run], history: [historyOf([run]), idle] });
    const [first = 0] = askedAt("history");
    expect(first).toBeGreaterThanOrEqual(leastMs);
    expect(first).toBeLessThan(leastMs * 6);
  });

  it("asks more rarely the longer it lasts, also where nobody says since when the run is active", async () => {
    const { askedAt } = await wait({ before: [active()], history: [listed], deadline: 300_000 });
    const at = askedAt("history");
    const gaps = at.slice(1, -1).map((moment, index) => moment - (at[index] ?? 0));
    expect(gaps).toEqual(gaps.toSorted((one, other) => one - other));
    expect(gaps.at(-1)).toBeGreaterThan(5 * (gaps[0] ?? 0));
  });

  it("asks more rarely after each race that was lost", async () => {
    const first = async (lostRaces: number) =>
      (await wait({ before: [active()], history: [idle], lostRaces })).askedAt("history")[0] ?? 0;
    expect(await first(1)).toBe(1_000);
    expect(await first(4)).toBe(4_000);
    expect(await first(7)).toBe(32_000);
  });

  const NO_ANSWER = "502: a page";
  const broken: Reply<never> = { kind: "fault", message: NO_ANSWER, website: false };
  const failing = { kind: "polls-failing", reason: NO_ANSWER };

  it.each<[string, Play]>([
    ["the history", { history: [broken] }],
    ["the latest run", { history: [historyOf([])], latest: [broken] }],
    ["both in turn", { history: [broken, historyOf([])], latest: [broken] }],
  ])(
    "says once that nothing tells whether it has ended, at the deadline too: %s",
    async (_, play) => {
      const late = await wait({ deadline: 300_000, ...play });
      expect(late).toMatchObject({ end: "late", failure: NO_ANSWER, endedAt: 300_000 });
      const told = late.events.filter(({ kind }) => kind === "polls-failing");
      expect(told).toMatchObject([failing]);
    },
  );

  it("says so for a short one when no check had an answer, and of no single fault", async () => {
    const short = await wait({ before: [active()], history: [broken], deadline: 20_000 });
    expect(short).toMatchObject({ end: "late", failure: NO_ANSWER });
    expect(short.events).toEqual([]);
    const once = await wait({
      before: [active()],
      history: [at => (at < 19_000 ? listed : broken)],
      deadline: 20_000,
    });
    expect(once).toMatchObject({ end: "late", failure: undefined });
  });

  it("says so again after an answer in between", async () => {
    const { events, end, failure } = await wait({
      before: [active()],
      history: [at => (at > 200_000 && at < 300_000 ? listed : broken)],
      deadline: 590_000,
    });
    expect({ end, failure }).toEqual({ end: "late", failure: NO_ANSWER });
    expect(events).toMatchObject([failing, failing]);
  });

  it("is told of where the policy is another one: nothing was found to attach to", async () => {
    const attach = { ifRunning: "attach" } as const;
    const told = await wait({ named: "10", history: [idle], request: attach });
    expect(told.events).toEqual([{ kind: "busy", policy: "wait", otherAuditId: "10" }]);
    expect((await wait({ history: [idle], request: attach })).events).toEqual([
      { kind: "busy", policy: "wait" },
    ]);
    expect((await wait({ history: [idle] })).events).toEqual([]);
  });

  it("ends when told to stop", async () => {
    const { endedAt } = await wait({ before: [active()], history: [listed], stopAt: 42_000 });
    expect(endedAt).toBe(42_000);
  });
});
