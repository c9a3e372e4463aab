import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Execution } from "../../../shared/etlworks/replies/execution.ts";
import type { Baseline } from "../../../shared/run/start/baseline.ts";
import {
  expectedForeignStarts,
  mayBeBegunBy,
  type Sending,
  whyNotBegun,
  whyNotOurs,
} from "../../../shared/run/whose-run.ts";
import { stage, WALL } from "./stage.ts";

describe("whyNotOurs", () => {
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
  const { task } = stage({ foreignRuns: ["77"], user: "olivia@example.com" });
  const why = (
    execution: Execution,
    known: Baseline | undefined = baseline,
    when: Sending = sending,
    seenAt = 101_000,
  ) =>
    whyNotOurs(execution, {
      task,
      baseline: known,
      sending: when,
      clockOffsetMs: known?.clockOffsetMs,
      seenAt,
    });
  const since = (execution: Execution, known = baseline, when: Sending = sending) =>
    why(execution, known, when) === undefined;

  it.each<[string, Execution, boolean]>([
    ["began when we sent", run({}), true],
    ["began 2 s before", run({ startedAt: 98_000 }), true],
    ["began more than 2 s before", run({ startedAt: 97_999 }), false],
    ["began 5 s after the answer failed", run({ startedAt: 106_000 }), true],
    ["began more than 5 s after the answer failed", run({ startedAt: 106_001 }), false],
    ["was known before", run({ auditId: "11" }), false],
    ["was begun by a schedule", run({ scheduled: true }), false],
    ["was begun by a message to a listener", run({ messageId: "5e-7" }), false],
    ["is a retry", run({ parentAuditId: "9" }), false],
    ["was retried", run({ retries: 2 }), false],
    ["was not retried", run({ retries: 0 }), true],
    ["is of our flow", run({ flowId: 7 }), true],
    ["is of another flow", run({ flowId: 8 }), false],
    ["is of our user", run({ user: " Olivia@example.com" }), true],
    ["is of another user", run({ user: "bob@example.com" }), false],
    ["this process knows as another's", run({ auditId: "77" }), false],
    ["has no id", { startedAt: 100_000 }, false],
    ["has a smaller id than others, but began now", run({ auditId: "9" }), true],
    ["has no time and a larger id", { auditId: "12" }, true],
    ["has a time without a zone and a larger id", run({ startedAt: 5, localTimes: true }), true],
    ["has a time without a zone and a smaller id", run({ auditId: "9", localTimes: true }), false],
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

  it("allows for a run without a start time only as long as it cannot have begun too late", () => {
    expect(why({ auditId: "12" }, baseline, sending, 106_000)).toBeUndefined();
    expect(why({ auditId: "12" }, baseline, sending, 106_001)).toContain("too late");
    const ahead = { ...baseline, clockOffsetMs: 3_600_000 };
    expect(why({ auditId: "12" }, ahead, sending, 106_000)).toBeUndefined();
    expect(why({ auditId: "12" }, ahead, sending, 106_001)).toContain("too late");
  });

  it.each<[string, Execution]>([
    ["it has no audit id", { startedAt: 100_000 }],
    ["it was there before the start", run({ auditId: "11" })],
    ["another start of this process began it", run({ auditId: "77" })],
    ["a schedule started it", run({ scheduled: true })],
    ["a message to a listener started it", run({ messageId: "5e-7" })],
    ["it is an automatic retry of another run", run({ retries: 1 })],
    ["it is a run of flow 8", run({ flowId: 8 })],
    ["another user started it", run({ user: "bob@example.com" })],
    ["its id is no newer than those known before", { auditId: "9" }],
  ])("says why: %s", (reason, execution) => {
    expect(why(execution)).toBe(reason);
  });

  it("says that a run without a time was seen too late", () => {
    expect(why({ auditId: "12" }, baseline, sending, 106_001)).toBe(
      "it does not say when it began, and was first seen too late",
    );
  });

  it("takes a user's name as people write it, on either side", () => {
    const by = (ours: string, theirs: string) =>
      whyNotOurs(run({ user: theirs }), {
        task: { ...task, user: ours },
        baseline,
        sending,
        clockOffsetMs: 0,
        seenAt: 101_000,
      });
    expect(by(" OLIVIA@example.com ", "olivia@Example.com")).toBeUndefined();
    expect(by("olivia", "olivia@example.com")).toBe("another user started it");
  });

  it("takes any run for new when nothing was known before", () => {
    const blind = { task, baseline: undefined, sending, clockOffsetMs: 0, seenAt: 101_000 };
    expect(whyNotOurs(run({ auditId: "1" }), blind)).toBeUndefined();
    expect(whyNotOurs(run({ startedAt: 97_999 }), blind)).toMatch(/before the start was sent/);
  });

  it("says how far off a time is", () => {
    expect(why(run({ startedAt: 68_000 }))).toBe("it began 30s or more before the start was sent");
    expect(why(run({ startedAt: 166_000 }))).toBe(
      "it began 1m 00s or more after the start had failed",
    );
    // Not "0s": who reads that takes it for none.
    expect(why(run({ startedAt: 97_900 }))).toBe("it began 1s or more before the start was sent");
  });

  it("never names a run that was known", () => {
    const anyRun = fc.record({
      auditId: fc.integer({ min: 1, max: 40 }).map(String),
      startedAt: fc.integer({ min: 0, max: 200_000 }),
    });
    fc.assert(
      fc.property(fc.array(anyRun), fc.array(anyRun), (before, after) => {
        const auditIds = before.map(({ auditId }) => auditId);
        const ours = [...before, ...after].filter(one => since(one, { ...baseline, auditIds }));
        expect(ours.filter(({ auditId }) => auditIds.includes(auditId))).toEqual([]);
      }),
    );
  });
});

describe("expectedForeignStarts", () => {
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

  it("does not count what began ten minutes before it or earlier", () => {
    const tenMinutesBefore = WALL - 2_000 - 600_000;
    const starts = (at: number) => expectedForeignStarts(baseline(at, at, at), sending);
    expect(starts(tenMinutesBefore)).toBe(0);
    expect(starts(tenMinutesBefore + 1)).toBeGreaterThan(0);
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

describe("whyNotBegun", () => {
  const { task } = stage();

  const sent = { sentAt: WALL };
  const shown = { sentAt: WALL, newestAt: WALL - 5_000 };

  it.each<[string, Execution, Parameters<typeof whyNotBegun>[2], boolean]>([
    ["began when we sent", { startedAt: WALL }, sent, true],
    ["began a minute before", { startedAt: WALL - 60_000 }, sent, true],
    ["began longer before", { startedAt: WALL - 60_001 }, sent, false],
    ["does not say when it began", {}, sent, true],
    ["began long before, but nobody knows the server's clock", { startedAt: 5 }, {}, true],
    ["is of our flow", { flowId: 7 }, {}, true],
    ["is of another flow", { flowId: 8 }, {}, false],
    ["began a little before the newest entry", { startedAt: WALL - 15_000 }, shown, true],
    ["began before the newest entry", { startedAt: WALL - 15_001 }, shown, false],
    [
      "began at a local time of nobody knows where",
      { startedAt: WALL - 18_000_000, localTimes: true },
      shown,
      true,
    ],
  ])("a run that %s", (_what, execution, evidence, begun) => {
    expect(whyNotBegun(execution, task.request.flowId, evidence) === undefined).toBe(begun);
  });

  it.each<[string, Execution]>([
    ["it is a run of flow 8", { flowId: 8 }],
    ["it began 2m 00s before the start was sent", { startedAt: WALL - 120_000 }],
    [
      "it began 25s before the last entry in the history that was read first",
      { startedAt: WALL - 30_000 },
    ],
  ])("says why: %s", (reason, execution) => {
    expect(whyNotBegun(execution, task.request.flowId, shown)).toBe(reason);
  });
});

describe("mayBeBegunBy", () => {
  const known: Baseline = {
    at: 0,
    epochMs: WALL,
    auditIds: ["20", "10"],
    pastSeconds: [],
    active: [],
    unscheduledStarts: [],
    newestAt: WALL - 5_000,
  };
  const { newestAt: _, ...untimed } = known;
  const { task } = stage({ foreignRuns: ["77"], user: "olivia" });

  it.each<[string, Execution, number | undefined, Baseline | undefined, boolean]>([
    ["began when we sent", { auditId: "21", startedAt: WALL }, WALL, known, true],
    ["began then, with an id between", { auditId: "15", startedAt: WALL }, WALL, known, true],
    ["began long before", { auditId: "21", startedAt: WALL - 60_001 }, WALL, untimed, false],
    [
      "began before the newest entry",
      { auditId: "21", startedAt: WALL - 15_001 },
      WALL,
      known,
      false,
    ],
    ["was listed before", { auditId: "20", startedAt: WALL }, WALL, known, false],
    ["has no id", { startedAt: WALL }, WALL, known, false],
    ["has no id, where nothing was known", { startedAt: WALL }, WALL, undefined, false],
    ["a schedule began", { auditId: "21", startedAt: WALL, scheduled: true }, WALL, known, false],
    ["another start began", { auditId: "77", startedAt: WALL }, WALL, known, false],
    ["has no time and a newer id", { auditId: "21" }, WALL, known, true],
    ["has no time and an older id", { auditId: "15" }, WALL, known, false],
    ["has no time, where nothing was known", { auditId: "1" }, WALL, undefined, true],
    [
      "has a local time and an older id",
      { auditId: "15", startedAt: WALL, localTimes: true },
      WALL,
      known,
      false,
    ],
    [
      "began long before, by a clock that nobody knows, with a newer id",
      { auditId: "21", startedAt: 5 },
      undefined,
      known,
      true,
    ],
    [
      "began now, by a clock that nobody knows, with an older id",
      { auditId: "15", startedAt: WALL },
      undefined,
      known,
      false,
    ],
  ])("a run that %s", (_what, execution, sentAt, baseline, expected) => {
    expect(mayBeBegunBy(execution, sentAt, baseline, task)).toBe(expected);
  });
});
