import { describe, expect, it } from "vitest";
import type { StartAnswer } from "../../../../shared/etlworks/replies/etlworks-replies.ts";
import type { Execution } from "../../../../shared/etlworks/replies/execution.ts";
import type { Reply } from "../../../../shared/etlworks/replies/reply.ts";
import { type Baseline, toBaseline } from "../../../../shared/run/start/baseline.ts";
import { attemptStart } from "../../../../shared/run/start/start-attempt.ts";
import { answered, fault, historyOf, type Play, stage, status, WALL } from "../stage.ts";

/** Sends one start, `afterMs` after the history was read. */
async function attempt(
  play: Play & {
    /** What the history listed before; null: it could not be read. */
    readonly before?: readonly Execution[] | null;
    /** The server's clock in the history, minus ours. */
    readonly aheadMs?: number;
    readonly afterMs?: number;
  },
) {
  const { task, time, calls, events } = stage(play);
  const { before = [], aheadMs } = play;
  const at = aheadMs === undefined ? undefined : WALL + aheadMs;
  const baseline: Reply<Baseline> =
    before === null ? fault() : { kind: "value", value: toBaseline(task, historyOf(before, at)) };
  await time.until(time.sleep(play.afterMs ?? 0));
  const result = await time.until(attemptStart(task, 1, baseline, Number.MAX_SAFE_INTEGER));
  return { result, calls, events };
}

const answer = (
  value: StartAnswer,
  more: { readonly serverTime?: number; readonly ageMs?: number } = {},
): Reply<StartAnswer> => ({ kind: "value", value, ...more });
const code = (word: string, more: Partial<StartAnswer> = {}): StartAnswer => ({
  code: word,
  auditId: "11",
  ...more,
});

describe("when we sent a start, by the server's clock", () => {
  const sentAt = async (play: Parameters<typeof attempt>[0], serverTime?: number) => {
    const { result } = await attempt({
      start: [answer(code("0"), serverTime === undefined ? {} : { serverTime })],
      ...play,
    });
    return result.kind === "started" ? result.sentAt : "not started";
  };

  it("is not known where its answer has no date", async () => {
    expect(await sentAt({ aheadMs: 7_000 })).toBeUndefined();
  });

  it("is the date of its answer without the time that the answer took", async () => {
    const start = 4_000;
    expect(await sentAt({ tripMs: { start } }, WALL + 9_000)).toBe(WALL + 5_000);
    expect(await sentAt({ before: null, tripMs: { start } }, WALL + 9_000)).toBe(WALL + 5_000);
  });

  it.each([
    ["of that moment", 4_000, WALL + 24_000, WALL + 20_000],
    ["of an older answer", 4_000, WALL - 600_000, WALL + 17_000],
    ["of an answer that took part of a millisecond", 0.5, WALL + 20_001, WALL + 20_000],
  ])(
    "is that of the history, 10 s later, where it is later than the date %s",
    async (_what, tripMs, serverTime, expected) => {
      const play = { aheadMs: 7_000, afterMs: 10_000, tripMs: { start: tripMs } };
      expect(await sentAt(play, serverTime)).toBe(expected);
    },
  );
});

describe("an answer with an age", () => {
  it.each([
    [5_000, "started"],
    [5_001, "in-doubt"],
  ])("of %d ms after 4 s is to a start that is %s", async (ageMs, kind) => {
    const start = [answer(code("0"), { serverTime: WALL, ageMs })];
    for (const begin of [0, 1e7]) {
      const { result } = await attempt({ start, tripMs: { start: 4_000 }, begin });
      expect(result.kind).toBe(kind);
    }
  });
});

describe("an answer that names no more than it must", () => {
  it("leaves nothing that is not known in what is remembered and told", async () => {
    const begun = await attempt({ start: [answered("0", "11")] });
    const started = { kind: "started", auditId: "11", origin: "started", at: 0, pastSeconds: [] };
    expect(begun.result).toStrictEqual(started);
    expect(begun.events).toStrictEqual([started]);
    const busy = await attempt({ start: [answered("1")] });
    expect(busy.result).toStrictEqual({ kind: "busy", maybeOurs: false });
    expect(busy.events).toStrictEqual([{ kind: "busy", policy: "fail" }]);
  });
});

describe("an answer that was lost", () => {
  it.each<[string, readonly Execution[] | null, boolean]>([
    ["is searched for where the history was read before", [], true],
    ["cannot be searched for where it was not", null, false],
  ])("%s", async (_what, before, searching) => {
    const { result, events } = await attempt({ start: [fault("500")], before });
    expect(result).toMatchObject({ kind: "in-doubt", reason: "500" });
    expect(events).toEqual([{ kind: "in-doubt", reason: "500", searching }]);
  });
});

describe("code 1", () => {
  it.each<[string, boolean, StartAnswer, Parameters<typeof attempt>[0]]>([
    ["that nobody knew", true, code("1"), {}],
    ["that nobody knew, where the history could not be read", true, code("1"), { before: null }],
    ["of our flow that nobody knew", true, code("1", { flowId: 7 }), {}],
    ["of another flow", false, code("1", { flowId: 8 }), {}],
    ["that another start of this process began", false, code("1"), { foreignRuns: ["11"] }],
    ["that was listed before", false, code("1"), { before: [{ auditId: "11" }] }],
    ["without an id", false, { code: "1" }, {}],
  ])("about a run %s may be about ours: %s", async (_what, maybeOurs, value, play) => {
    const { result, events } = await attempt({ start: [answer(value)], ...play });
    const named = value.auditId === undefined ? {} : { otherAuditId: "11" };
    expect(result).toStrictEqual({ kind: "busy", ...named, maybeOurs });
    // Whose it is must be found out first.
    expect(events).toStrictEqual(maybeOurs ? [] : [{ kind: "busy", policy: "fail", ...named }]);
  });
});

describe("a refusal that is no setting's fault", () => {
  it.each([
    [200, "no"],
    [299, "no"],
    [
      422,
      "the server answered 422 (the server understood the request and does not accept its values: check the parameters): no",
    ],
    [499, "the server answered 499: no"],
  ])("with %d says what is known of that code", async (httpStatus, message) => {
    const { result } = await attempt({
      start: [{ kind: "rejected", status: httpStatus, message: "no", fromApi: true }],
    });
    expect(result).toEqual({ kind: "not-started", message });
  });
});

describe("a no that names a run", () => {
  const no = { kind: "rejected", status: 409, message: "no", fromApi: true } as const;
  const naming = (...auditIds: readonly string[]): Reply<StartAnswer> => ({
    ...fault("no, but 11"),
    naming: { auditIds, no },
  });
  const old = status("running", { auditId: "11", startedAt: WALL - 600_000 });

  it.each<[string, readonly string[], string, Parameters<typeof attempt>[0]]>([
    ["that was listed before", ["11"], "not-started", { before: [{ auditId: "11" }] }],
    ["that another start of this process began", ["11"], "not-started", { foreignRuns: ["11"] }],
    ["twice", ["11", "11"], "not-started", { before: [{ auditId: "11" }] }],
    ["that nobody knew", ["11"], "in-doubt", { execution: [old] }],
    ["that nobody knew", ["11"], "in-doubt", { before: null }],
    [
      "that nobody knew beside an old one",
      ["10", "11"],
      "in-doubt",
      { before: [{ auditId: "10" }] },
    ],
    ["and another that nobody knew", ["11", "12"], "in-doubt", { execution: [old], aheadMs: 0 }],
    ["whose record is older", ["11"], "not-started", { execution: [old], aheadMs: 0 }],
    [
      "whose record is new",
      ["11"],
      "in-doubt",
      { execution: [status("running", { auditId: "11", startedAt: WALL })], aheadMs: 0 },
    ],
    ["whose record cannot be read", ["11"], "in-doubt", { execution: [fault()], aheadMs: 0 }],
  ])("%s: %j is %s", async (_what, auditIds, kind, play) => {
    const { result } = await attempt({ start: [naming(...auditIds)], ...play });
    expect(result.kind).toBe(kind);
  });

  it("hands on which runs it names where one of them may be ours", async () => {
    const { result } = await attempt({ start: [naming("11", "12")] });
    expect(result).toMatchObject({ kind: "in-doubt", named: ["11", "12"] });
  });

  it("is that no where all that it names is another's", async () => {
    const { result, events } = await attempt({
      start: [naming("11")],
      before: [{ auditId: "11" }],
    });
    expect(result).toEqual({
      kind: "not-started",
      message: "the server answered 409 (conflict: somebody may be editing the flow): no",
    });
    expect(events).toEqual([]);
  });
});

describe("the record of a run with an old id", () => {
  it.each([
    ["began long before", status("running", { auditId: "5", startedAt: 5 }), "in-doubt"],
    ["is of another flow", status("running", { auditId: "5", flowId: 8 }), "in-doubt"],
    ["began just now", status("running", { auditId: "5", startedAt: WALL }), "started"],
    ["cannot be read", fault(), "started"],
  ] as const)("decides when it %s", async (_what, record, kind) => {
    const { result, calls } = await attempt({
      start: [answer(code("0", { auditId: "5" }), { serverTime: WALL })],
      before: [{ auditId: "10" }],
      execution: [record],
    });
    expect(result.kind).toBe(kind);
    expect(calls).toEqual(["start 0", "of 5", "look 0"]);
  });
});

describe("a run that is not waited for, where the history could not be read", () => {
  const blind = { before: null, request: { wait: false } } as const;
  const start = [answer(code("0"), { serverTime: WALL })];

  it("is told of once, and its record is read", async () => {
    const { events, calls } = await attempt({
      ...blind,
      start,
      execution: [status("running", { auditId: "11", startedAt: WALL })],
    });
    expect(events.map(({ kind }) => kind)).toEqual(["started"]);
    expect(calls).toEqual(["start 0", "of 11", "look 0"]);
  });

  it("is told of before that, for this process may die, and taken back when its record is that of an older run", async () => {
    const { events, result } = await attempt({
      ...blind,
      start,
      execution: [status("running", { auditId: "11", startedAt: 5 })],
    });
    expect(result.kind).toBe("in-doubt");
    expect(events.map(({ kind }) => kind)).toEqual(["started", "not-ours", "in-doubt"]);
  });
});
