import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Execution } from "../../../../shared/etlworks/replies/execution.ts";
import type { Failure, Reply } from "../../../../shared/etlworks/replies/reply.ts";
import { followRun } from "../../../../shared/run/follow/follow-run.ts";
import { nextGapSeconds } from "../../../../shared/run/schedule.ts";
import { UserError } from "../../../../shared/user-error.ts";
import { fault, type Play, stage, status, tellingChecks } from "../stage.ts";

/** Follows run 11, begun at 0, to its end, and tells when it looked. */
async function follow(
  play: Play & {
    readonly startedAt?: number;
    readonly past?: readonly number[];
    readonly deadline?: number;
    readonly sentAt?: number;
  },
) {
  const { task, time, calls, events, limits } = stage(play);
  const start = {
    kind: "started",
    auditId: "11",
    origin: "started",
    at: play.startedAt ?? 0,
    pastSeconds: play.past ?? [],
    ...(play.sentAt === undefined ? {} : { sentAt: play.sentAt }),
  } as const;
  const deadline = play.deadline ?? Number.MAX_SAFE_INTEGER;
  const followed = await time.until(followRun(task, start, deadline));
  const polledAt = calls
    .filter(call => call.startsWith("look"))
    .map(call => Number(call.slice("look ".length)));
  return { followed, polledAt, events, limits, calls, task, endedAt: Math.round(time.now()) };
}

const running = status("running");
const success = status("success");
const every = (pollIntervalMs: number) => ({ request: { pollIntervalMs } });

describe("the end", () => {
  it.each(["success", "warning", "error", "canceled"] as const)(
    "is %s when the server says so",
    async word => {
      const { followed, events, calls } = await follow({
        execution: [status("queued"), running, running, status(word, { message: "m" })],
        tripMs: { look: 100 },
        ...every(5_000),
      });
      expect(followed).toEqual({
        end: { kind: "ended", status: word },
        execution: { auditId: "11", status: word, message: "m" },
        elapsedMs: 20_400,
        counts: { polls: 4, faults: 0, rateLimits: 0 },
      });
      expect(events).toEqual([
        { kind: "status", auditId: "11", status: "queued", known: true, elapsedMs: 5_100 },
        { kind: "status", auditId: "11", status: "running", known: true, elapsedMs: 10_200 },
        { kind: "status", auditId: "11", status: word, known: true, elapsedMs: 20_400 },
      ]);
      expect(calls[0]).toBe("of 11");
    },
  );

  it("is not an unknown word, which is told once", async () => {
    const { followed, events } = await follow({
      execution: [
        status("suspended"),
        status("suspended"),
        { kind: "value", value: { auditId: "11" } },
        success,
      ],
      ...every(1_000),
    });
    expect(followed.end).toEqual({ kind: "ended", status: "success" });
    expect(events).toEqual([
      { kind: "status", auditId: "11", status: "suspended", known: false, elapsedMs: 1_000 },
      { kind: "status", auditId: "11", status: "", known: false, elapsedMs: 3_000 },
      { kind: "status", auditId: "11", status: "success", known: true, elapsedMs: 4_000 },
    ]);
  });

  const refusals: Failure[] = [
    { kind: "unauthorized", message: "no", fromApi: true },
    { kind: "rejected", status: 400, message: "no", fromApi: true },
    { kind: "rejected", status: 403, message: "no", fromApi: true },
  ];

  it.each(refusals)(
    "is a refusal in the server's own words only when it goes on for a minute: %j",
    async failure => {
      const { followed, polledAt } = await follow({
        execution: [running, failure],
        ...every(1_000),
      });
      expect(followed).toMatchObject({
        end: { kind: "refused", failure },
        execution: { status: "running" },
      });
      expect(polledAt.at(-1)).toBe(62_000);
      const passed = await follow({
        execution: [running, ...Array.from({ length: 6 }, () => failure), success],
        ...every(1_000),
      });
      expect(passed.followed).toMatchObject({
        end: { kind: "ended", status: "success" },
        counts: { polls: 8, faults: 6 },
      });
    },
  );

  it.each(refusals)(
    "is a refusal at once of a run that was there before, when nothing was accepted yet: %j",
    async failure => {
      const { task, time } = stage({ execution: [failure] });
      const start = {
        kind: "started",
        auditId: "11",
        origin: "attached",
        at: 0,
        pastSeconds: [],
      } as const;
      const followed = await time.until(followRun(task, start, 1e9, { atOnce: true }));
      expect(followed).toMatchObject({ end: { kind: "refused", failure }, counts: { polls: 1 } });
      expect(time.now()).toBe(0);
    },
  );

  it.each(refusals)("is never a refusal in a gateway's words: %j", async failure => {
    const gateway = { ...failure, fromApi: false };
    const { followed } = await follow({
      execution: [...Array.from({ length: 20 }, () => gateway), success],
    });
    expect(followed.end).toEqual({ kind: "ended", status: "success" });
    expect(followed.counts.faults).toBe(20);
  });

  it("is not a secret that cannot be read for a while; at the deadline it is", async () => {
    const denied = (): never => {
      throw new UserError("may not read the secret");
    };
    const passed = await follow({ execution: [running, denied, denied, success], ...every(1_000) });
    expect(passed.followed.end).toEqual({ kind: "ended", status: "success" });
    const { followed, endedAt } = await follow({ execution: [running, denied], deadline: 900_000 });
    expect(followed.end).toEqual({ kind: "denied", message: "may not read the secret" });
    expect(endedAt).toBe(900_000);
    const endless = await follow({ execution: [denied] });
    expect(endless.followed.end).toEqual({ kind: "denied", message: "may not read the secret" });
    expect(endless.endedAt).toBeLessThan(90_000_000);
  });

  it("is not the end of a run that began long before the start was sent", async () => {
    const old = status("success", { startedAt: 1_000_000 });
    const { followed, events } = await follow({ execution: [old], sentAt: 1_070_000 });
    expect(followed.end).toEqual({
      kind: "not-ours",
      why: "the server answered the start with run 11, but it began 1m 10s before the start was sent",
    });
    expect(events.map(({ kind }) => kind)).toEqual(["not-ours"]);
    expect((await follow({ execution: [old], sentAt: 1_050_000 })).followed.end.kind).toBe("ended");
    const others = status("success", { flowId: 8 });
    expect((await follow({ execution: [others] })).followed.end.kind).toBe("not-ours");
  });
});

describe("a start's answer that names an older run", () => {
  it("is found out by what the history had shown before, also seconds later", async () => {
    const { task, time } = stage({ execution: [status("success", { startedAt: 1_000_000 })] });
    const follows = async (newestAt: number) => {
      const run = { kind: "started", auditId: "11", origin: "started", at: 0 } as const;
      const start = { ...run, pastSeconds: [], sentAt: 1_025_000, newestAt };
      return (await time.until(followRun(task, start, 1e9))).end;
    };
    expect(await follows(1_020_000)).toEqual({
      kind: "not-ours",
      why: "the server answered the start with run 11, but it began 20s before the last entry in the history that was read first",
    });
    expect((await follows(1_010_000)).kind).toBe("ended");
  });
});

describe("a run that was taken for ours", () => {
  const adopted = async (...execution: Reply<Execution>[]) => {
    const { task, time, events } = stage({ execution, user: "olivia" });
    const run = {
      kind: "started",
      auditId: "11",
      origin: "adopted",
      at: 0,
      pastSeconds: [],
    } as const;
    const { end } = await time.until(followRun(task, run, 1e9));
    return { end, doubts: events.filter(({ kind }) => kind === "not-ours").length };
  };

  it.each<[string, Execution]>([
    ["a message to a listener started it", { messageId: "5e-7" }],
    ["it is an automatic retry of another run", { parentAuditId: "9" }],
    ["a schedule started it", { scheduled: true }],
    ["another user started it", { user: "bob" }],
    ["it is a run of flow 8", { flowId: 8 }],
  ])("is not, as soon as its record says that %s, also at its end", async (why, more) => {
    const not = {
      end: {
        kind: "not-ours",
        why: `run 11 was taken for the one that the start began, but ${why}`,
      },
      doubts: 1,
    };
    expect(await adopted(status("running", more))).toEqual(not);
    expect(await adopted(running, status("success", more))).toEqual(not);
  });

  it("may be retried later, but not before it is seen first", async () => {
    const ended = { kind: "ended", status: "success" };
    const retried = status("success", { retries: 1 });
    expect((await adopted(status("running", { retries: 0 }), retried)).end).toEqual(ended);
    expect((await adopted(retried)).end.kind).toBe("not-ours");
  });
});

describe("a record of another flow", () => {
  const others = status("success", { flowId: 8 });

  it("never ends a run, and is a fault like any answer about another run", async () => {
    const { followed } = await follow({ execution: [running, others, others, success] });
    expect(followed).toMatchObject({
      end: { kind: "ended", status: "success" },
      counts: { polls: 4, faults: 2 },
    });
    expect(followed.execution?.flowId).toBeUndefined();
  });

  it("says that a run which we were told to follow is not of this flow", async () => {
    const { task, time } = stage({ execution: [others] });
    const run = {
      kind: "started",
      auditId: "11",
      origin: "attached",
      at: 0,
      pastSeconds: [],
    } as const;
    const followed = await time.until(followRun(task, run, 1e9, { atOnce: true }));
    expect(followed.end).toEqual({ kind: "other-flow", flowId: 8 });
  });
});

const FAILING = {
  fault: "it broke",
  absent: "404: gone",
  "rate-limited": "429, too many requests",
};

describe("a deadline", () => {
  it("ends it, with a last look right at it", async () => {
    const { followed, polledAt, limits } = await follow({
      execution: [running],
      deadline: 12_000,
      ...every(5_000),
    });
    expect(followed).toMatchObject({
      end: { kind: "timed-out" },
      execution: { status: "running" },
    });
    expect(polledAt).toEqual([5_000, 10_000, 12_000]);
    expect(limits.map(({ timeLimitMs }) => timeLimitMs)).toEqual([7_000, 5_000, 5_000]);
  });

  it("is met by a run that ended in time", async () => {
    const { followed } = await follow({
      execution: [running, running, success],
      deadline: 12_000,
      ...every(5_000),
    });
    expect(followed.end).toEqual({ kind: "ended", status: "success" });
  });

  it("cuts a look that hangs over it, but leaves it 5 s", async () => {
    const { limits } = await follow({ execution: [running], deadline: 47_000, ...every(10_000) });
    expect(limits.map(({ timeLimitMs }) => timeLimitMs)).toEqual([
      30_000, 27_000, 17_000, 7_000, 5_000,
    ]);
  });

  it("counts from when the look came back", async () => {
    const { followed, polledAt } = await follow({
      execution: [running],
      deadline: 10_000,
      tripMs: { look: 4_000 },
      ...every(7_000),
    });
    expect(polledAt).toEqual([7_000]);
    expect(followed).toMatchObject({ end: { kind: "timed-out" }, elapsedMs: 11_000 });
  });

  it("is not passed by a wait that begins late, since telling took its time", async () => {
    const { task, time, calls } = stage({ execution: [running], ...every(4_000) });
    const slow = { ...task, report: () => time.sleep(3_000, new AbortController().signal) };
    const start = {
      kind: "started",
      auditId: "11",
      origin: "started",
      at: 0,
      pastSeconds: [],
    } as const;
    await time.until(followRun(slow, start, 10_000));
    expect(calls).toEqual(["of 11", "look 4000", "of 11", "look 10000"]);
  });

  it("that has passed leaves one look", async () => {
    const { followed, polledAt } = await follow({
      execution: [running],
      deadline: -5,
      ...every(7_000),
    });
    expect(polledAt).toEqual([0]);
    expect(followed.end).toEqual({ kind: "timed-out" });
  });

  it.each([
    ["a fault", fault()],
    ["a 404", { kind: "absent", status: 404, message: "gone" }],
    ["a 429", { kind: "rate-limited", auditId: "11", retryAfterMs: 90_000 }],
  ] as const)("is not passed by the wait after %s", async (_what, reply) => {
    const { followed, endedAt } = await follow({ execution: [reply], deadline: 20_000 });
    expect(followed.end).toMatchObject({ kind: "timed-out", failing: FAILING[reply.kind] });
    expect(endedAt).toBe(20_000);
  });
});

describe("a run without a record", () => {
  const replies: Reply<never>[] = [
    { kind: "absent", status: 404, message: "not found" },
    { kind: "absent", status: 200, message: "the answer is null" },
    { kind: "absent", status: 200, message: "the answer is {}" },
    { kind: "absent", status: 200, message: "the answer is empty" },
  ];

  it.each(replies)("is lost after two minutes: %j", async reply => {
    const { followed, polledAt, events } = await follow({ execution: [reply] });
    expect(followed.end).toEqual({ kind: "lost" });
    expect(followed.execution).toBeUndefined();
    expect(events.map(({ kind }) => kind)).toEqual(["polls-failing"]);
    const [first = 0] = polledAt;
    const last = polledAt.at(-1) ?? 0;
    expect(last - first).toBeGreaterThanOrEqual(120_000);
    expect(last - first).toBeLessThan(131_000);
  });

  it("is lost to what answers in Etlworks' place, which is said", async () => {
    const page = { kind: "absent", status: 404, message: "an HTML page", fromApi: false } as const;
    const { followed, events } = await follow({ execution: [page] });
    expect(followed.end).toEqual({ kind: "lost", why: "404: an HTML page" });
    expect(events).toMatchObject([{ kind: "polls-failing", reason: "404: an HTML page" }]);
  });

  it("is lost, and not only late, when the deadline comes after two minutes exactly", async () => {
    const at = async (deadline: number) =>
      (await follow({ execution: replies, deadline, ...every(1_000) })).followed.end;
    expect(await at(121_000)).toEqual({ kind: "lost" });
    expect(await at(120_999)).toMatchObject({ kind: "timed-out" });
  });

  it("is looked for soon at first, and every 10 s at last", async () => {
    const { polledAt } = await follow({ execution: replies });
    const gaps = polledAt.slice(1).map((at, index) => at - (polledAt[index] ?? 0));
    expect(gaps.slice(0, 4)).toEqual([1_000, 1_000, 1_000, 1_000]);
    expect(gaps.at(-1)).toBe(10_000);
    expect(gaps).toEqual(gaps.toSorted((one, other) => one - other));
  });

  it("is found in the end", async () => {
    const missing = (at: number): Reply<never> | typeof running =>
      at < 100_000 ? (replies[0] ?? fault()) : running;
    const { followed, events } = await follow({
      execution: [missing, ...Array.from({ length: 60 }, () => missing), success],
    });
    expect(followed.end).toEqual({ kind: "ended", status: "success" });
    expect(events.flatMap(event => (event.kind === "status" ? [event.status] : []))).toEqual([
      "running",
      "success",
    ]);
  });

  it("is lost also when it was seen before", async () => {
    const { followed } = await follow({ execution: [running, replies[0] ?? running] });
    expect(followed).toMatchObject({ end: { kind: "lost" }, execution: { status: "running" } });
  });

  it("is not lost as long as a usable answer about it comes between", async () => {
    const script = Array.from({ length: 100 }, (_, index) =>
      index % 5 === 4 ? running : (replies[0] ?? fault()),
    );
    const { followed } = await follow({ execution: [...script, success] });
    expect(followed.end).toEqual({ kind: "ended", status: "success" });
  });

  it.each<[string, Reply<Execution>]>([
    ["429", { kind: "rate-limited" }],
    ["429 and to wait", { kind: "rate-limited", retryAfterMs: 20_000 }],
    ["500", fault("500")],
    ["with a web page", { kind: "fault", message: "HTML", website: true }],
    ["with a reset", { kind: "unreachable", permanent: false, message: "reset" }],
    ["with a firewall's 403", { kind: "rejected", status: 403, message: "no", fromApi: false }],
    ["409", { kind: "rejected", status: 409, message: "conflict", fromApi: true }],
    ["with its own 401", { kind: "unauthorized", message: "no", fromApi: true }],
  ])("is lost although the server answers %s each other time", async (_what, other) => {
    const absent = replies[0] ?? fault();
    const script = Array.from({ length: 400 }, (_, index) => (index % 2 === 0 ? absent : other));
    for (const seen of [[], [running]]) {
      const { followed, polledAt } = await follow({ execution: [...seen, ...script] });
      expect(followed.end).toEqual({ kind: "lost" });
      const lastedMs = (polledAt.at(-1) ?? 0) - (polledAt[seen.length] ?? 0);
      expect(lastedMs).toBeGreaterThanOrEqual(120_000);
      expect(lastedMs).toBeLessThan(600_000);
    }
  });

  it("ends, in whatever mix with other answers, unless one of them is a usable answer", async () => {
    const absent = replies[0] ?? fault();
    const other = fc.constantFrom<Reply<Execution>>(
      absent,
      fault("500"),
      { ...fault("503"), retryAfterMs: 30_000 },
      { kind: "rate-limited" },
      { kind: "rate-limited", retryAfterMs: 5_000 },
      { kind: "unreachable", permanent: false, message: "reset" },
      { kind: "rejected", status: 403, message: "no", fromApi: false },
      { kind: "rejected", status: 403, message: "no", fromApi: true },
      { kind: "unauthorized", message: "no", fromApi: true },
    );
    const mix = fc.array(other, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(mix, fc.nat(3), async (others, at) => {
        const round = [...others.slice(0, at), absent, ...others.slice(at)];
        const script = Array.from({ length: 400 }, () => round).flat();
        const { followed } = await follow({ execution: [running, ...script] });
        expect(["lost", "refused"]).toContain(followed.end.kind);
        expect(followed.elapsedMs).toBeLessThan(3 * 3_600_000);
        // Twice in each minute at least.
        const alive = script.flatMap((reply, index) =>
          index % 3 === 0 ? [running, reply] : [reply],
        );
        const lives = await follow({
          execution: [...alive.slice(0, 200), success],
          ...every(1_000),
        });
        expect(lives.followed.end).toEqual({ kind: "ended", status: "success" });
      }),
      { numRuns: 100 },
    );
  });

  it("is lost although the server answers with another flow's run each other time", async () => {
    const other = status("running", { flowId: 8 });
    const script = Array.from({ length: 400 }, (_, index) =>
      index % 2 === 0 ? (replies[0] ?? fault()) : other,
    );
    const { followed } = await follow({ execution: [running, ...script] });
    expect(followed).toMatchObject({ end: { kind: "lost" }, execution: { status: "running" } });
  });

  it("is not lost because an outage lies between two answers without it", async () => {
    const absent = replies[0] ?? fault();
    const outage = Array.from({ length: 20 }, () => fault("502"));
    const flapping = [...outage, absent, ...outage, absent, ...outage, absent, absent];
    const { followed, polledAt } = await follow({ execution: [absent, ...flapping, success] });
    expect(polledAt.at(-1)).toBeGreaterThan(1_800_000);
    expect(followed.end).toEqual({ kind: "ended", status: "success" });
  });
});

describe("a refusal in the server's own words", () => {
  const refusal: Failure = { kind: "unauthorized", message: "no", fromApi: true };

  it("is one that goes on, whatever else is answered between but a usable answer", async () => {
    const script = Array.from({ length: 400 }, (_, index) => (index % 2 === 0 ? refusal : fault()));
    const { followed, endedAt } = await follow({ execution: [running, ...script] });
    expect(followed.end).toEqual({ kind: "refused", failure: refusal });
    expect(endedAt).toBeLessThan(300_000);
  });

  // Gaps of 31 s and five answers: the minute is over 250 ms, or 2 s, after the sixth refusal.
  it.each([
    [5_750, 1_000],
    [5_400, 2_000],
  ])(
    "is asked for a last time when the minute is over, and no sooner than a second: %d",
    async (tripMs, lastGapMs) => {
      const { followed, polledAt } = await follow({
        execution: [running, refusal],
        tripMs: { look: tripMs },
      });
      expect(followed).toMatchObject({ end: { kind: "refused" }, counts: { polls: 8 } });
      const [before = 0, last = 0] = polledAt.slice(-2);
      expect(last - before - tripMs).toBe(lastGapMs);
    },
  );

  it("is not one because an outage lies between two of them", async () => {
    const outage = Array.from({ length: 20 }, () => fault("502"));
    const { followed } = await follow({
      execution: [running, refusal, ...outage, refusal, ...outage, refusal, success],
    });
    expect(followed.end).toEqual({ kind: "ended", status: "success" });
  });
});

describe("a fault", () => {
  const faults: Failure[] = [
    fault("500"),
    { kind: "fault", message: "HTML", website: true },
    { kind: "unreachable", permanent: false, message: "rejected" },
    { kind: "unreachable", permanent: true, message: "certificate" },
    { kind: "rejected", status: 409, message: "conflict", fromApi: true },
    { kind: "rejected", status: 200, message: "success is false", fromApi: true },
    { kind: "rejected", status: 302, message: "moved", fromApi: true },
  ];

  it.each(faults)("never ends it: %j", async failure => {
    const { followed, events } = await follow({ execution: [failure, success], ...every(5_000) });
    expect(followed).toMatchObject({
      end: { kind: "ended", status: "success" },
      counts: { polls: 2, faults: 1, rateLimits: 0 },
    });
    expect(events[0]).toEqual({
      kind: "poll-failed",
      auditId: "11",
      reason:
        failure.kind === "rejected"
          ? `${failure.status}: ${failure.message}`
          : "message" in failure
            ? failure.message
            : "",
      delayMs: 1_000,
    });
  });

  it("makes the gaps longer, up to a minute, until an answer comes", async () => {
    const many = Array.from({ length: 9 }, () => fault());
    const { events, followed, polledAt } = await follow({
      execution: [
        ...many,
        running,
        fault(),
        fault(),
        { kind: "absent", status: 404, message: "" },
        fault(),
        success,
      ],
      ...every(5_000),
    });
    const delays = events.flatMap(event =>
      event.kind === "poll-failed" ? [event.delayMs / 1_000] : [],
    );
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 1, 2, 1]);
    expect(followed.counts).toEqual({ polls: 15, faults: 12, rateLimits: 0 });
    expect(polledAt[10]).toBe((polledAt[9] ?? 0) + 5_000);
  });

  it.each([
    [20_000, 21_000],
    [86_400_000, 315_000],
    [500, 1_000],
    [0, 1_000],
  ])("of a service that is back in %d ms is not asked about for %d ms", async (asked, delayMs) => {
    const { events, polledAt } = await follow({
      execution: [{ ...fault("503"), retryAfterMs: asked }, success],
      ...every(5_000),
    });
    expect(events[0]).toMatchObject({ kind: "poll-failed", delayMs });
    expect(polledAt).toEqual([5_000, 5_000 + delayMs]);
  });

  it("that goes on for a minute is told once, and once more the next time", async () => {
    const many = (count: number) => Array.from({ length: count }, () => fault("502"));
    const { events } = await follow({
      execution: [running, ...many(20), running, ...many(3), running, ...many(20), success],
      ...every(5_000),
    });
    const told = events.filter(({ kind }) => kind === "polls-failing");
    expect(told).toEqual([
      { kind: "polls-failing", auditId: "11", reason: "502", failingMs: 63_000 },
      { kind: "polls-failing", auditId: "11", reason: "502", failingMs: 63_000 },
    ]);
  });

  it("keeps its gap a little random", async () => {
    const at = async (random: number) =>
      (await follow({ execution: [fault(), success], ...every(5_000), random: () => random }))
        .polledAt[1];
    expect(await at(0)).toBe(5_900);
    expect(await at(0.75)).toBe(6_050);
  });

  it("is forgotten by a 429 no more than by itself", async () => {
    const { events } = await follow({
      execution: [fault(), { kind: "rate-limited", retryAfterMs: 1_000 }, fault(), success],
      ...every(1_000),
    });
    const delays = events.flatMap(event => (event.kind === "poll-failed" ? [event.delayMs] : []));
    expect(delays).toEqual([1_000, 2_000]);
  });
});

describe("a 429", () => {
  it("makes it wait as long as asked, and a little more", async () => {
    const { polledAt, events, followed } = await follow({
      execution: [{ kind: "rate-limited", retryAfterMs: 40_000 }, success],
      ...every(5_000),
    });
    expect(polledAt).toEqual([5_000, 47_000]);
    expect(events[0]).toEqual({ kind: "rate-limited", auditId: "11", delayMs: 42_000 });
    expect(followed.counts).toEqual({ polls: 2, faults: 0, rateLimits: 1 });
  });

  it("without a time makes it wait as usual", async () => {
    const { polledAt } = await follow({
      execution: [{ kind: "rate-limited" }, success],
      ...every(5_000),
    });
    expect(polledAt).toEqual([5_000, 10_000]);
  });

  it("makes looks dearer for the rest of the run", async () => {
    const gapAfter = async (count: number) => {
      const limited = Array.from({ length: count }, (): Reply<never> => ({ kind: "rate-limited" }));
      const script = [...limited, ...Array.from({ length: 4 }, () => running), success];
      const { polledAt } = await follow({ execution: script, startedAt: -600_000 });
      const last = polledAt.at(-1) ?? 0;
      return last - (polledAt.at(-2) ?? 0);
    };
    expect(await gapAfter(2)).toBeGreaterThan(1.5 * (await gapAfter(0)));
  });
});

describe("the gaps", () => {
  it("are those of the schedule, the first one 30 s at most", async () => {
    const past = [300, 310, 290, 305];
    const { polledAt } = await follow({ execution: [running, running, success], past });
    const gap = (ageMs: number) =>
      nextGapSeconds({ ageSeconds: ageMs / 1_000, pastSeconds: past, pollCostSeconds: 0.5 }) *
      1_000;
    expect(gap(0)).toBeGreaterThan(30_000);
    expect(polledAt[0]).toBe(30_000);
    expect((polledAt[1] ?? 0) - 30_000).toBeCloseTo(gap(30_000), -1);
  });

  it.each([
    [100_000, 30_000],
    [60_000, 30_000],
    [36_000, 18_000],
    [1_500, 1_000],
    [500, 500],
  ])("begin after half of the time when only %d ms are left", async (deadline, first) => {
    const past = [300, 310, 290, 305];
    const { polledAt } = await follow({ execution: [success], past, deadline });
    expect(polledAt[0]).toBe(first);
  });

  it("are jittered by a tenth, but not those that the user fixed", async () => {
    const first = async (random: number, play: Play) =>
      (await follow({ execution: [success], random: () => random, ...play })).polledAt[0];
    const usual = nextGapSeconds({ ageSeconds: 0, pastSeconds: [], pollCostSeconds: 0.5 }) * 1_000;
    expect(await first(0, {})).toBe(Math.round(usual * 0.9));
    expect(await first(0.999_999, {})).toBe(Math.round(usual * 1.1));
    expect(await first(0, every(45_000))).toBe(45_000);
    expect(await first(0.9, every(45_000))).toBe(45_000);
  });

  it("count the age of a run that was there before us", async () => {
    const first = async (startedAt: number) =>
      (await follow({ execution: [success], startedAt })).polledAt[0] ?? 0;
    expect(await first(-40_000)).toBeGreaterThan(2 * (await first(0)));
    const { events } = await follow({ execution: [success], startedAt: -40_000, ...every(5_000) });
    expect(events).toEqual([
      { kind: "status", auditId: "11", status: "success", known: true, elapsedMs: 45_000 },
    ]);
    expect(
      (await follow({ execution: [success], startedAt: -40_000, ...every(5_000) })).followed
        .elapsedMs,
    ).toBe(45_000);
  });

  it("never look at an age below nothing", async () => {
    const { followed } = await follow({ execution: [success], startedAt: 9_000, ...every(5_000) });
    expect(followed.elapsedMs).toBe(0);
  });
});

describe("being told to stop", () => {
  it("ends a wait at once", async () => {
    const { followed, endedAt, polledAt } = await follow({
      execution: [running],
      stopAt: 7_500,
      ...every(5_000),
    });
    expect(followed).toMatchObject({ end: { kind: "stopped" }, execution: { status: "running" } });
    expect(endedAt).toBe(7_500);
    expect(polledAt).toEqual([5_000]);
  });

  it("ends a look at once", async () => {
    const { followed, endedAt, limits, task } = await follow({
      execution: [running],
      tripMs: { look: 20_000 },
      stopAt: 7_500,
      ...every(5_000),
    });
    expect(followed).toEqual({
      end: { kind: "stopped" },
      elapsedMs: 7_500,
      counts: { polls: 1, faults: 0, rateLimits: 0 },
    });
    expect(endedAt).toBe(7_500);
    expect(limits[0]?.signal).toBe(task.host.stop);
  });

  it("before the first look leaves none", async () => {
    const { followed, polledAt } = await follow({
      execution: [running],
      stopAt: 1_000,
      ...every(5_000),
    });
    expect(followed).toEqual({
      end: { kind: "stopped" },
      elapsedMs: 0,
      counts: { polls: 0, faults: 0, rateLimits: 0 },
    });
    expect(polledAt).toEqual([]);
  });
});

describe("a clock that goes back", () => {
  it("neither makes a run younger nor a wait longer than the deadline allows", async () => {
    let jumped = 0;
    const { followed, polledAt, events } = await follow({
      execution: [running, running, success],
      deadline: 3_600_000,
      host: host => ({
        ...tellingChecks(host, () => {
          jumped += 600_000;
        }),
        // As in a durable execution, where both clocks are the wall's.
        clock: { ...host.clock, monotonicMs: () => host.clock.monotonicMs() - jumped },
      }),
      ...every(5_000),
    });
    expect(followed.end).toEqual({ kind: "ended", status: "success" });
    expect(polledAt).toEqual([5_000, 10_000, 15_000]);
    expect(followed.elapsedMs).toBe(0);
    expect(events.every(event => event.kind !== "status" || event.elapsedMs >= 0)).toBe(true);
  });

  it("that began anywhere gives the same looks", async () => {
    const play = {
      execution: [running, fault(), { kind: "absent", status: 404, message: "" }, running, success],
    } as const;
    const usual = await follow(play);
    const { task, time, calls } = stage({ ...play, begin: 1e7 });
    const start = {
      kind: "started",
      auditId: "11",
      origin: "started",
      at: 1e7,
      pastSeconds: [],
    } as const;
    const followed = await time.until(followRun(task, start, Number.MAX_SAFE_INTEGER));
    expect(calls).toEqual(usual.calls);
    expect(followed.elapsedMs).toBeCloseTo(usual.followed.elapsedMs, 3);
  });
});
