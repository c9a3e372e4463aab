import { describe, expect, it } from "vitest";
import type { Execution } from "../../../../shared/etlworks/replies/execution.ts";
import type { Reply } from "../../../../shared/etlworks/replies/reply.ts";
import { toBaseline } from "../../../../shared/run/start/baseline.ts";
import { attach, tellOwnership } from "../../../../shared/run/start/other-run.ts";
import { fault, historyOf, NOT_FOUND, type Play, stage, status, WALL } from "../stage.ts";

const limited = (retryAfterMs: number) => ({ kind: "rate-limited", retryAfterMs }) as const;
const running = (auditId: string, more: Execution = {}) => status("running", { auditId, ...more });

describe("whose run a code 1 is about", () => {
  /** Code 1 named a run that nobody knew: 99 unless told. Run 10 was listed before. */
  async function tell(
    play: Play & {
      readonly named?: string;
      /** When we sent the start, by the server's clock. */
      readonly sentAt?: number | null;
      /** What the history listed before; null: it could not be read. */
      readonly before?: readonly Execution[] | null;
      readonly deadline?: number;
    },
  ) {
    const { task, time, calls, events, limits } = stage(play);
    const { named = "99", sentAt = WALL, before = [{ auditId: "10", status: "success" }] } = play;
    const busy = { kind: "busy", otherAuditId: named, maybeOurs: true } as const;
    const verdict = await time.until(
      tellOwnership(task, sentAt === null ? busy : { ...busy, sentAt }, {
        baseline:
          before === null ? fault() : { kind: "value", value: toBaseline(task, historyOf(before)) },
        deadline: play.deadline ?? 3_600_000,
        attempt: 1,
      }),
    );
    return { verdict, calls, events, limits, endedAt: Math.round(time.now()) };
  }

  const another = { whose: "anothers", active: false };
  const maybeOurs = { whose: "maybe-ours", active: false };
  const askedAt = (calls: readonly string[], kind: string) =>
    calls.flatMap(call => (call.startsWith(kind) ? [Number(call.split(" ")[1])] : []));
  const of = (calls: readonly string[]) =>
    calls.flatMap(call => (call.startsWith("of ") ? [call.slice(3)] : []));

  describe("without a record of it, while another run is active, is", () => {
    const scheduled = { scheduled: true };

    it.each<[string, Execution, Parameters<typeof tell>[0]]>([
      ["has a smaller id", { auditId: "98", ...scheduled }, {}],
      [
        "was listed before the start",
        { auditId: "98" },
        { named: "50", before: [{ auditId: "98" }] },
      ],
      [
        "has a smaller id, and nothing was known before",
        { auditId: "98", ...scheduled },
        { before: null },
      ],
      ["began before we sent", { auditId: "100", startedAt: WALL - 1, ...scheduled }, {}],
    ])("another's at once when that one %s", async (_what, record, play) => {
      const { verdict, calls, events } = await tell({
        execution: [NOT_FOUND],
        latest: [{ kind: "value", value: { status: "running", ...record } }],
        ...play,
      });
      expect(verdict).toEqual(another);
      expect(calls).toHaveLength(3);
      expect(events.map(({ kind }) => kind)).toEqual(["busy"]);
    });

    it.each<[string, Execution, Parameters<typeof tell>[0]]>([
      ["has no id", {}, {}],
      ["has a larger id and no time", { auditId: "100", ...scheduled }, {}],
      ["began when we sent", { auditId: "100", startedAt: WALL, ...scheduled }, {}],
      ["began after we sent", { auditId: "100", startedAt: WALL + 5_000, ...scheduled }, {}],
      [
        "began nobody knows when by our clock",
        { auditId: "100", startedAt: WALL - 90_000, ...scheduled },
        { sentAt: null },
      ],
      ["may be ours itself", { auditId: "98" }, {}],
      ["is the named one, of which its own record tells", { auditId: "99", startedAt: 5 }, {}],
      ["has ended", { auditId: "98", status: "success", ...scheduled }, {}],
      ["is of another flow", { auditId: "98", flowId: 8 }, {}],
      [
        "may run beside ours, as with a run query",
        { auditId: "98", ...scheduled },
        { request: { runQuery: "a=b" } },
      ],
    ])("perhaps ours when that one %s", async (_what, record, play) => {
      const { verdict, events, endedAt } = await tell({
        execution: [NOT_FOUND],
        latest: [{ kind: "value", value: { status: "running", ...record } }],
        ...play,
      });
      expect(verdict).toEqual(maybeOurs);
      expect(events).toEqual([
        {
          kind: "in-doubt",
          reason: `the server answered that run ${play.named ?? 99} is running, a new run that may be ours`,
          searching: false,
        },
      ]);
      // A record needs some seconds to appear.
      expect(endedAt).toBe(7_000);
    });
  });

  it("is asked with 5 s for each question, but not beyond the deadline", async () => {
    const { limits } = await tell({ execution: [NOT_FOUND], deadline: 6_500 });
    expect(limits.map(({ timeLimitMs }) => timeLimitMs)).toEqual([
      5_000, 5_000, 5_000, 5_000, 3_500, 3_500,
    ]);
  });

  describe("without a record of it in the end", () => {
    const active = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        auditId: String(10 + index),
        status: "running",
      }));
    /** What the four questions about 99 get, and then those about the runs that were there. */
    const afterFour = (...replies: Reply<Execution>[]) => [
      ...Array.from({ length: 4 }, () => NOT_FOUND),
      ...replies,
    ];

    it.each<[string, Reply<Execution>[], object, string[]]>([
      ["the first is active still", [running("10")], another, ["10"]],
      [
        "the third is, and the others are over or unknown",
        [status("success", { auditId: "10" }), NOT_FOUND, running("12")],
        another,
        ["10", "11", "12"],
      ],
      [
        "no answer comes for one, and the next is active",
        [fault(), running("11")],
        another,
        ["10", "11"],
      ],
      ["only a fourth would be", [NOT_FOUND], maybeOurs, ["10", "11", "12"]],
      [
        "the server asks to wait before it tells",
        [NOT_FOUND, limited(9_000), running("12")],
        maybeOurs,
        ["10", "11"],
      ],
    ])("the runs that were active before decide: %s", async (_what, replies, expected, asked) => {
      const { verdict, calls } = await tell({
        before: active(5),
        execution: afterFour(...replies),
      });
      expect(verdict).toEqual(expected);
      expect(of(calls).slice(4)).toEqual(asked);
    });

    it.each<[string, Parameters<typeof tell>[0]]>([
      ["with a run query, since ours may run beside it", { request: { runQuery: "a=b" } }],
      ["when its record could not be read", { execution: [fault()] }],
    ])("a run that was active before says nothing %s", async (_when, play) => {
      const { verdict, calls } = await tell({
        before: active(1),
        execution: afterFour(running("10")),
        ...play,
      });
      expect(verdict).toEqual(maybeOurs);
      expect(of(calls)).toEqual(["99", "99", "99", "99"]);
    });

    it("decides at once where the next question would come after the deadline", async () => {
      const { verdict, endedAt, calls } = await tell({
        before: active(1),
        execution: [NOT_FOUND, running("10")],
        deadline: 500,
      });
      expect(verdict).toEqual(another);
      expect(of(calls)).toEqual(["99", "10"]);
      expect(endedAt).toBe(0);
    });

    it("waits until the deadline at most when the question took long", async () => {
      const { verdict, endedAt } = await tell({
        execution: [NOT_FOUND],
        tripMs: { look: 900 },
        deadline: 1_500,
      });
      expect(verdict).toEqual(maybeOurs);
      expect(endedAt).toBe(1_500);
    });
  });

  describe("after a 429", () => {
    it("is asked again when the server said, and nothing else is asked meanwhile", async () => {
      const { verdict, calls } = await tell({ execution: [limited(10_000), running("99")] });
      expect(verdict).toEqual({ whose: "maybe-ours", active: true });
      expect(calls).toEqual(["of 99", "look 0", "of 99", "look 10000"]);
    });

    it("to the question what is active as well", async () => {
      const { calls } = await tell({
        execution: [NOT_FOUND, running("99")],
        latest: [limited(10_000)],
      });
      expect(calls).toEqual(["of 99", "look 0", "latest 0", "of 99", "look 10000"]);
    });

    it("is asked as soon as usual when the server does not say, or it is none", async () => {
      for (const reply of [
        { kind: "rate-limited" } as const,
        { ...fault(), retryAfterMs: 9_000 },
      ]) {
        const { calls } = await tell({ execution: [reply, running("99")] });
        expect(askedAt(calls, "look")).toEqual([0, 1_000]);
      }
    });

    it("is asked six times, and then perhaps ours, whatever was active before", async () => {
      const { verdict, calls } = await tell({
        before: [{ auditId: "10", status: "running" }],
        execution: [...Array.from({ length: 6 }, () => limited(5_000)), running("10")],
      });
      expect(verdict).toEqual(maybeOurs);
      expect(askedAt(calls, "look")).toEqual([0, 5_000, 10_000, 15_000, 20_000, 25_000]);
    });

    it("to what is active, six times, it is perhaps ours as well", async () => {
      const { verdict, calls } = await tell({
        before: [{ auditId: "10", status: "running" }],
        execution: [...Array.from({ length: 6 }, () => NOT_FOUND), running("10")],
        latest: [limited(5_000)],
      });
      expect(verdict).toEqual(maybeOurs);
      expect(of(calls)).toEqual(["99", "99", "99", "99", "99", "99"]);
    });

    it("is perhaps ours at once when the server asks for more than the time left", async () => {
      const { verdict, endedAt } = await tell({ execution: [limited(60_000)], deadline: 30_000 });
      expect(verdict).toEqual(maybeOurs);
      expect(endedAt).toBe(0);
    });
  });

  it("is perhaps ours when told to stop before that is known", async () => {
    const { verdict, endedAt } = await tell({ execution: [NOT_FOUND], stopAt: 500 });
    expect(verdict).toEqual(maybeOurs);
    expect(endedAt).toBe(500);
    const during = await tell({ execution: [NOT_FOUND], tripMs: { look: 800 }, stopAt: 500 });
    expect(during.verdict).toEqual(maybeOurs);
    expect(during.calls.filter(call => call.startsWith("of"))).toHaveLength(1);
  });
});

describe("attaching", () => {
  async function attached(play: Play, otherAuditId?: string) {
    const { task, time, calls, events } = stage(play);
    const other = otherAuditId === undefined ? {} : { otherAuditId };
    const found = await time.until(
      attach(
        task,
        { kind: "busy", maybeOurs: false, ...other },
        { attempt: 1, deadline: 3_600_000 },
      ),
    );
    return { found, calls, events };
  }
  const run = (auditId: string) => ({ kind: "started", auditId, origin: "attached" });
  const listed = (...auditIds: string[]) =>
    historyOf(auditIds.map(auditId => ({ auditId, status: "running" })));

  it("needs no history where the status of the named run says that it is active", async () => {
    const { found, events } = await attached(
      { history: [fault()], execution: [running("99")] },
      "99",
    );
    expect(found).toEqual({ ...run("99"), at: 0, pastSeconds: [] });
    expect(events).toEqual([found]);
  });

  it.each<[string, Play, string | undefined, object]>([
    [
      "the server asks to wait when it is asked about the named one",
      { execution: [limited(9_000)] },
      "99",
      { kind: "gone", askedMs: 9_000 },
    ],
    [
      "the server asks to wait when it is asked about the latest",
      { latest: [limited(8_000)] },
      undefined,
      { kind: "gone", askedMs: 8_000 },
    ],
    [
      "several are active, and the server asked to wait",
      { history: [listed("12", "11")], execution: [limited(9_000)] },
      "99",
      { kind: "several", askedMs: 0 },
    ],
    [
      "the latest does not say its id",
      { latest: [{ kind: "value", value: { status: "running" } }] },
      undefined,
      { kind: "gone", askedMs: 0 },
    ],
    [
      "the latest is of another flow",
      { latest: [running("98", { flowId: 8 })] },
      undefined,
      { kind: "gone", askedMs: 0 },
    ],
    [
      "the named one and the latest have ended",
      { execution: [status("success")], latest: [status("success")] },
      "99",
      { kind: "gone", askedMs: 0 },
    ],
  ])("finds none when %s", async (_when, play, named, expected) => {
    const { found, events } = await attached(play, named);
    expect(found).toEqual(expected);
    expect(events).toEqual([]);
  });

  it("asks nothing more of a server that has asked to wait", async () => {
    const { calls } = await attached({ execution: [limited(9_000)] }, "99");
    expect(calls).toEqual(["history 0", "of 99", "look 0"]);
  });

  it("takes the only one that is listed, also when the server asks to wait", async () => {
    const { found } = await attached(
      { history: [listed("12")], execution: [limited(9_000)] },
      "99",
    );
    expect(found).toMatchObject(run("12"));
  });

  it.each<[string, Play, string[]]>([
    [
      "the history says that the named one is over",
      { history: [historyOf([{ auditId: "99", status: "success" }])] },
      ["history 0", "latest 0"],
    ],
    [
      "its status says so",
      { execution: [status("success", { auditId: "99" })] },
      ["history 0", "of 99", "look 0", "latest 0"],
    ],
  ])("asks for the latest when %s and none is listed", async (_when, play, asked) => {
    const latest = [running("100", { startedAt: WALL - 30_000 })];
    const { found, calls } = await attached({ ...play, latest }, "99");
    expect(found).toMatchObject({ ...run("100"), at: -30_000 });
    expect(calls).toEqual(asked);
  });
});
