import { describe, expect, test } from "vitest";
import { NEW_HEAD } from "../../../../lambda/lanes/ledger/ledger-contents.ts";
import { LedgerFault } from "../../../../lambda/lanes/ledger/ledger-fault.ts";
import { createBatchGate } from "../../../../lambda/lanes/ledger-batch-gate.ts";
import { findRipe } from "../../../../lambda/lanes/loop/find-ripe.ts";
import type { LaneOperations } from "../../../../lambda/lanes/loop/lane-dependencies.ts";
import { runLane } from "../../../../lambda/lanes/loop/lane-loop.ts";
import type { RunnerOrder } from "../../../../lambda/order.ts";
import { ruleOf } from "../decisions.ts";
import {
  batchOf,
  LANE,
  NOW,
  type PreparedLane,
  type PreparedOptions,
  prepareLane,
} from "../prepared-lane.ts";

type Runner = (order: RunnerOrder, lane: PreparedLane) => Promise<unknown>;

const PASS = { kind: "success", verdict: "pass", message: "It ended well." } as const;

/** The gate of a runner. */
function gateOf(lane: PreparedLane, order: RunnerOrder, runner: string) {
  return createBatchGate(order, { ...lane.dependencies, ledger: lane.ledger, runner });
}

const runsWell: Runner = async (order, lane) => {
  const gate = gateOf(lane, order, "arn:runner/1");
  await gate.begin();
  await gate.noteOut(PASS);
};

/** Generation 1 of a lane, by the names of its operations; a wait takes the time that it asks for. */
async function play(
  runner: Runner,
  prepare: (lane: PreparedLane) => unknown,
  { answers = {}, given = {} }: PreparedOptions = {},
) {
  const operations: string[] = [];
  const invoked: unknown[] = [];
  const tools: LaneOperations = {
    async step(name, work) {
      operations.push(name);
      return work();
    },
    async waitForCondition(name, check, config) {
      let state = config.initialState;
      for (let attempt = 1; ; attempt += 1) {
        operations.push(name);
        state = await check(state);
        const decision = config.waitStrategy(state, attempt);
        if (!decision.shouldContinue) return state;
        lane.clock.now += "seconds" in decision.delay ? (decision.delay.seconds ?? 0) * 1_000 : 0;
      }
    },
    async invoke(name, arn, order) {
      operations.push(name);
      invoked.push([arn, order]);
      return runner(order, lane);
    },
  };
  const lane = await prepareLane({ answers, given: { operations: tools, ...given } });
  await prepare(lane);
  const end = await runLane({ lane: LANE, gen: 1 }, lane.dependencies).catch(
    (error: unknown) => error,
  );
  return { ...lane, operations, invoked, end };
}

const ORDER = { lane: LANE, gen: 1, batch: 1 };
const ended = (batches: number) => ({ lane: LANE, gen: 1, batches });

describe("an execution of a lane", () => {
  test("looks, arms, runs, waits and finishes, once for each batch", async () => {
    const { operations, invoked, end, lines, calls, woken } = await play(runsWell, async lane => {
      await lane.put(1);
      await lane.put(2);
    });
    expect(end).toStrictEqual(ended(2));
    expect(operations).toEqual([
      ...[1, 2].flatMap(turn =>
        ["look", "arm", "run", "outcome", "finish"].map(name => `${name} ${turn}`),
      ),
      "look 3",
      "last look",
    ]);
    expect(invoked).toStrictEqual([
      ["arn:runner:live", ORDER],
      ["arn:runner:live", { ...ORDER, batch: 2 }],
    ]);
    expect(lines[0]).toEqual({
      level: "INFO",
      message: "batch claimed",
      lane: LANE,
      gen: 1,
      batch: 1,
      events: 1,
    });
    expect(calls.slice(-2)).toStrictEqual([
      ["readHead", LANE],
      ["queryTickets", LANE, { limit: 1 }],
    ]);
    expect(woken).toStrictEqual([]);
  });

  test("follows what a runner left behind, under names of their own", async () => {
    const runner: Runner = async (order, lane) => {
      const gate = gateOf(lane, order, `arn:runner/${order.follow ?? "first"}`);
      await gate.begin();
      if (order.follow === undefined) await gate.noteAuditId("8");
      else await gate.noteOut(PASS);
    };
    const prepare = async (lane: PreparedLane) => {
      await lane.put(1);
      await lane.put(2);
    };
    // With the second look it has done as many operations as it may.
    const { operations, invoked, end, woken } = await play(runner, prepare, {
      given: { askExecution: async () => ({ kind: "ended", at: 0 }), manyOperations: 7 },
    });
    expect(end).toStrictEqual(ended(1));
    expect(woken).toStrictEqual([[LANE, 2]]);
    expect(operations.slice(2)).toEqual([
      "run 1",
      "outcome 1",
      "follow 1",
      "outcome 1.1",
      "finish 1.1",
      "look 2",
      "last look",
    ]);
    expect(invoked[1]).toStrictEqual(["arn:runner:live", { ...ORDER, follow: "8" }]);
  });

  /** Begins the run and is gone; whoever follows it ends before it has taken over. */
  const failsToFollow =
    (failure: Error | undefined): Runner =>
    async (order, lane) => {
      if (order.follow !== undefined) {
        if (failure !== undefined) throw failure;
        return;
      }
      const gate = gateOf(lane, order, "arn:runner/first");
      await gate.begin();
      await gate.noteAuditId("8");
    };

  test.each([
    {
      failure: Object.assign(new Error("No such secret."), { name: "InvokeError" }),
      why: " (No such secret)",
    },
    { failure: undefined, why: "" },
  ])("tries ever more rarely to follow a run, and then fails$why", async ({ failure, why }) => {
    const { operations, invoked, end, clock, woken } = await play(
      failsToFollow(failure),
      async lane => lane.put(1),
      { given: { askExecution: async () => ({ kind: "ended", at: 0 }) } },
    );
    expect(operations.filter(name => name.startsWith("follow"))).toEqual([
      "follow 1",
      ...[1, 2, 3, 4, 5].map(attempt => `follow 1.${attempt}`),
    ]);
    expect(invoked).toHaveLength(7);
    expect(operations.length).toBeLessThan(25);
    expect((clock.now - NOW) / 1_000).toBe(10 + 20 + 40 + 80 + 160 + 320);
    expect(woken).toEqual([]);
    expect(end).toStrictEqual(
      new Error(
        `The run 8 of batch 1 could not be followed: the runner ended 6 times${why}. The run may still be running: look in Etlworks. The log of the runner may say more. Fix the cause; the lane tries again by itself.`,
      ),
    );
  });

  test("only waits for a batch that another execution's runner began", async () => {
    const { operations, invoked, end } = await play(runsWell, lane => {
      const batch = batchOf({ st: "begun", runner: "arn:runner/0", out: { ...PASS, at: 1 } });
      lane.lay(batch);
      lane.lane.head = { ...lane.lane.head, nb: 2, open: { id: 1, members: batch.members } };
    });
    expect(end).toStrictEqual(ended(1));
    expect(operations).toEqual(["look 1", "arm 1", "outcome 1", "finish 1", "look 2", "last look"]);
    expect(invoked).toEqual([]);
  });

  test.each<[string, number | undefined, readonly string[]]>([
    ["goes on", undefined, ["look 2", "arm 2", "run 2", "outcome 2", "finish 2", "look 3"]],
    ["counts its operations", 2, ["look 2"]],
  ])("%s when the batch is gone before it is armed", async (_what, manyOperations, after) => {
    let heads = 0;
    const { operations, end } = await play(
      runsWell,
      async lane => {
        const { head } = lane.lane;
        await lane.put(1);
        lane.lane.head = { ...head, open: { id: 7, members: [{ seq: 9, round: 1 }] } };
        lane.dependencies.ledger.readHead = async name => {
          heads += 1;
          if (heads === 2) lane.lane.head = head;
          return lane.ledger.readHead(name);
        };
      },
      { given: { ...(manyOperations !== undefined && { manyOperations }) } },
    );
    expect(operations).toEqual(["look 1", "arm 1", ...after, "last look"]);
    expect(end).toStrictEqual(ended(manyOperations === undefined ? 2 : 1));
  });

  test.each<[string, number | undefined, readonly string[]]>([
    ["goes on", undefined, ["look 2", "arm 2", "run 2", "outcome 2", "finish 2", "look 3"]],
    ["counts its operations", 4, ["look 2"]],
  ])("%s when the batch is lost", async (_what, manyOperations, after) => {
    const runner: Runner = async (order, lane) => {
      if (order.batch === 2) {
        await runsWell(order, lane);
      } else {
        const { open: _, ...free } = lane.lane.head;
        lane.lane.batches.clear();
        lane.lane.head = free;
      }
    };
    const { operations, end } = await play(runner, async lane => lane.put(1), {
      given: { ...(manyOperations !== undefined && { manyOperations }) },
    });
    expect(operations).toEqual(["look 1", "arm 1", "run 1", "outcome 1", ...after, "last look"]);
    expect(end).toStrictEqual(ended(manyOperations === undefined ? 2 : 1));
  });

  test("waits again when there is no outcome to tell", async () => {
    let reads = 0;
    const lane: { ledger?: PreparedLane["ledger"] } = {};
    const { operations, end } = await play(
      runsWell,
      async prepared => {
        lane.ledger = prepared.ledger;
        await prepared.put(1);
      },
      {
        answers: {
          async readBatch(name, id) {
            const batch = await lane.ledger?.readBatch(name, id);
            if (batch?.out === undefined) return batch;
            reads += 1;
            return reads === 2 ? undefined : batch;
          },
        },
      },
    );
    expect(operations.slice(3)).toEqual([
      "outcome 1",
      "finish 1",
      "outcome 1.1",
      "finish 1.1",
      "look 2",
      "last look",
    ]);
    expect(end).toStrictEqual(ended(1));
  });

  test("leaves a batch that takes too many operations to a successor", async () => {
    const { operations, end, woken, lane } = await play(
      runsWell,
      prepared => {
        const batch = batchOf({ st: "begun", runner: "arn:runner/0" });
        prepared.lay(batch);
        prepared.lane.head = { ...prepared.lane.head, open: { id: 1, members: batch.members } };
      },
      { given: { manyOperations: 3 } },
    );
    expect(operations).toEqual([
      "look 1",
      "arm 1",
      ...Array.from({ length: 5 }, () => "outcome 1"),
      "last look",
    ]);
    expect(end).toStrictEqual(ended(0));
    expect(lane.head.gen).toBe(2);
    expect(woken).toStrictEqual([[LANE, 2]]);
  });

  test("leaves the lane to a successor after so many looks", async () => {
    let faults = 0;
    const lane: { ledger?: PreparedLane["ledger"] } = {};
    const { operations, end, woken } = await play(
      runsWell,
      async prepared => {
        lane.ledger = prepared.ledger;
        await prepared.put(1);
      },
      {
        given: { manyOperations: 3, attempts: 1 },
        answers: {
          async readHead(name) {
            faults += 1;
            if (faults <= 3) throw new LedgerFault("throttled", "too much");
            return (await lane.ledger?.readHead(name)) ?? NEW_HEAD;
          },
        },
      },
    );
    expect(operations).toEqual([...Array.from({ length: 4 }, () => "look 1"), "last look"]);
    expect(end).toStrictEqual(ended(0));
    expect(woken).toStrictEqual([[LANE, 2]]);
  });

  test.each<[string, unknown, boolean]>([
    ["a child's", Object.assign(new Error("it failed"), { name: "InvokeError" }), true],
    ["another", new Error("no right"), false],
    ["what is no error", { name: "InvokeError" }, false],
  ])("goes on after %s error of an invocation: %#", async (_whose, error, goesOn) => {
    const runner: Runner = async (order, lane) => {
      await runsWell(order, lane);
      throw error;
    };
    const { end } = await play(runner, async lane => lane.put(1));
    expect(end).toStrictEqual(goesOn ? ended(1) : error);
  });
});

describe("what is ripe", () => {
  test.each([
    [100, [{ limit: 20 }, { after: { seq: 20, round: 1 } }]],
    [20, [{ limit: 20 }, { after: { seq: 20, round: 1 } }, { after: { seq: 40, round: 1 } }]],
  ])("is found with a short page, then whole pages of %i", async (pageSize, pages) => {
    const lane = await prepareLane({ pageSize });
    const batch = { ...ruleOf({ quietMs: 60_000, most: 50 }), by: "" };
    for (let seq = 1; seq <= 45; seq += 1) await lane.put(seq, { batch });
    expect(await findRipe(LANE, NEW_HEAD, lane.dependencies, 0)).toMatchObject({ kind: "later" });
    expect(lane.calls).toStrictEqual(pages.map(page => ["queryTickets", LANE, page]));
  });

  test("is found on the first page where it is there", async () => {
    const lane = await prepareLane();
    for (let seq = 1; seq <= 45; seq += 1) await lane.put(seq);
    expect(await findRipe(LANE, NEW_HEAD, lane.dependencies, 0)).toMatchObject({ kind: "ripe" });
    expect(lane.calls).toHaveLength(1);
  });
});
