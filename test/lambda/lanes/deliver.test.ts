import { describe, expect, test } from "vitest";
import type { BatchRule, Decision } from "../../../lambda/decision.ts";
import { deliver } from "../../../lambda/lanes/deliver.ts";
import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";
import type { LaneSleep } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import { LedgerFault } from "../../../lambda/lanes/ledger/ledger-fault.ts";
import { wakeLane } from "../../../lambda/lanes/wake-lane.ts";
import { decisionOf, ruleOf } from "./decisions.ts";
import { LANE, NOW, type PreparedOptions, prepareLane } from "./prepared-lane.ts";

const event = (identity: string, changes: Partial<Decision> = {}) =>
  decisionOf({ identity, lane: LANE, ...changes });

const batched = (identity: string, rule: Partial<BatchRule>) =>
  event(identity, { batch: { ...ruleOf(rule), by: "" } });

const delivered = { kind: "delivered" };
const failed = (message: string) => ({ kind: "failed", message });
const fails = () => Promise.reject(new LedgerFault("throttled", "too much"));

async function deliverTo(options: PreparedOptions, ...decisions: readonly Decision[]) {
  const lane = await prepareLane(options);
  return { ...lane, results: await deliver(decisions, lane.dependencies) };
}

describe("a delivery", () => {
  test("takes numbers, writes entries and wakes each lane once, in the order of its events", async () => {
    const { results, calls, woken, lane } = await deliverTo(
      {},
      event("a"),
      event("b", { lane: "other" }),
      event("c"),
    );
    expect(results).toStrictEqual([delivered, delivered, delivered]);
    expect(woken).toStrictEqual([
      [LANE, 1],
      ["other", 1],
    ]);
    expect(calls.filter(([name]) => name === "takeNumbers")).toStrictEqual([
      ["takeNumbers", LANE, 2, NOW],
      ["takeNumbers", "other", 1, NOW],
    ]);
    expect([...lane.tickets.keys()]).toEqual(["1.1", "2.1"]);
  });

  test.each(["takeNumbers", "readHead"] as const)(
    "promises nothing when %s fails",
    async operation => {
      const answers: Partial<Ledger> = { [operation]: fails };
      const lane = await prepareLane();
      const ledger = { ...lane.ledger, ...answers };
      const dependencies = { ...lane.dependencies, ledger };
      const results = await deliver([event("a"), event("b")], dependencies);
      expect(results).toStrictEqual([failed("too much"), failed("too much")]);
      expect(lane.woken).toStrictEqual([]);
      expect(lane.entries.size).toBe(0);
    },
  );

  test("promises nothing for what was not written", async () => {
    const { results, woken } = await deliverTo(
      {
        answers: {
          putEntry: ({ decision }) =>
            decision.identity === "a" ? fails() : Promise.resolve({ kind: "written" }),
        },
      },
      event("a"),
      event("b"),
    );
    expect(results).toStrictEqual([failed("too much"), delivered]);
    expect(woken).toStrictEqual([[LANE, 1]]);
  });

  test("of nothing is nothing", async () => {
    const { results, calls } = await deliverTo({});
    expect(results).toStrictEqual([]);
    expect(calls).toStrictEqual([]);
  });

  test("wakes nobody when nothing was written", async () => {
    const { results, woken } = await deliverTo({ answers: { putEntry: fails } }, event("a"));
    expect(results).toStrictEqual([failed("too much")]);
    expect(woken).toStrictEqual([]);
  });

  test("promises nothing when the lane cannot be woken", async () => {
    const wake = () => Promise.reject(new Error("no right"));
    const { results } = await deliverTo({ given: { wake } }, event("a"), event("b"));
    expect(results).toStrictEqual([failed("no right"), failed("no right")]);
  });

  test("knows its own entry when the answer to its write was lost", async () => {
    let asked = 0;
    const lane = await prepareLane({
      answers: {
        async putEntry(entry) {
          const put = await lane.ledger.putEntry(entry);
          asked += 1;
          if (asked === 1) throw new LedgerFault("unanswered", "no answer");
          return put;
        },
      },
    });
    expect(await deliver([event("a")], lane.dependencies)).toStrictEqual([delivered]);
    expect(lane.woken).toStrictEqual([[LANE, 1]]);
  });
});

describe("a copy of an event", () => {
  test.each([
    ["its place in the lane", LANE, 5],
    ["its lane", "old", 1],
  ])("is another one's by %s, whose lane is woken once", async (_what, waitsIn, seq) => {
    const lane = await prepareLane();
    for (const identity of ["a", "b"]) {
      await lane.ledger.putEntry({ seq, at: 1, decision: event(identity, { lane: waitsIn }) });
    }
    await lane.ledger.raise(waitsIn, 1);
    const results = await deliver([event("a"), event("b")], lane.dependencies);
    const copy = { kind: "duplicate", state: "waiting" };
    expect(results).toStrictEqual([copy, copy]);
    expect(lane.woken).toStrictEqual([[waitsIn, 2]]);
  });

  test.each([
    ["its outcome", { outcome: "error" }, "error"],
    ["that it has none", {}, ""],
  ])("that was told tells %s, and wakes nobody", async (_what, told, outcome) => {
    const lane = await prepareLane();
    await lane.put(1);
    const entry = lane.entries.get("i1");
    if (entry === undefined) throw new Error("There is no entry.");
    lane.entries.set("i1", { ...entry, state: "told", ...told });
    const results = await deliver([event("i1")], lane.dependencies);
    expect(results).toStrictEqual([{ kind: "duplicate", state: "told", outcome }]);
    expect(lane.woken).toStrictEqual([]);
  });
});

describe("a lane that sleeps", () => {
  const hour = { quietMs: 3_600_000, longestMs: 7_200_000, most: 100 };
  const later = NOW + 600_000;

  /** Whether it is succeeded by what comes, of which the first has number 1. */
  async function succeeds(sleep: LaneSleep, ...decisions: readonly Decision[]) {
    const lane = await prepareLane();
    lane.lane.head = { ...lane.lane.head, sleep };
    await deliver(decisions, lane.dependencies);
    expect(lane.woken.at(-1)).toStrictEqual([LANE, lane.lane.head.gen]);
    return lane.lane.head.gen === 2;
  }

  test.each<[string, LaneSleep, readonly Decision[], boolean]>([
    ["nothing that matters", { until: later, seen: 0 }, [batched("a", hour)], false],
    ["what is ripe at once", { until: later, seen: 9 }, [batched("a", hour), event("b")], true],
    [
      "what is ripe a moment after it looks by itself",
      { until: NOW + 4_000, seen: 9 },
      [event("a")],
      false,
    ],
    ["what is ripe a moment before", { until: NOW + 4_001, seen: 9 }, [event("a")], true],
    [
      "one less than fills a group that waits",
      { until: later, seen: 0, full: 3 },
      [batched("a", hour), batched("b", hour)],
      false,
    ],
    [
      "what fills a group that waits",
      { until: later, seen: 0, full: 2 },
      [batched("a", hour), batched("b", hour)],
      true,
    ],
    [
      "what fills the smaller of two new groups",
      { until: later, seen: 0 },
      [batched("a", { ...hour, most: 2 }), batched("b", hour)],
      true,
    ],
  ])("hears of %s", async (_what, sleep, decisions, expected) => {
    expect(await succeeds(sleep, ...decisions)).toBe(expected);
  });
});

describe("a wake-up", () => {
  const news = { ripeAt: () => NOW, last: 1, most: 1 };

  test("is one when the generation is the one that was known", async () => {
    const lane = await prepareLane();
    expect(await wakeLane(LANE, news, lane.dependencies, 1)).toBe("flow-1");
    expect(await wakeLane(LANE, news, lane.dependencies)).toBe("flow-1");
    expect(lane.woken).toStrictEqual([
      [LANE, 1],
      [LANE, 1],
    ]);
  });

  test("is one more when the generation moved on, whatever became of the first", async () => {
    const wake = async (name: string, gen: number) => {
      if (gen === 1) throw new Error("no right");
      return `${name}-${gen}`;
    };
    const lane = await prepareLane({ given: { wake } });
    const early = wakeLane(LANE, news, lane.dependencies, 1);
    await expect(early).rejects.toThrow(new Error("no right"));
    await lane.ledger.raise(LANE, 1);
    expect(await wakeLane(LANE, news, lane.dependencies, 1)).toBe("flow-2");
  });
});
