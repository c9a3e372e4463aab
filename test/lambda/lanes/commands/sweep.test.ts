import { describe, expect, test } from "vitest";
import { type Swept, sweep, sweepAfter } from "../../../../lambda/lanes/commands/sweep.ts";
import type { Head } from "../../../../lambda/lanes/ledger/ledger-contents.ts";
import type { ExecutionState } from "../../../../lambda/lanes/wake.ts";
import { decisionOf } from "../decisions.ts";
import { batchOf, LANE, NOW, type PreparedOptions, prepareLane } from "../prepared-lane.ts";

const DAY = 24 * 3_600_000;
const NOTHING: Swept = {
  lanes: 0,
  atWork: 0,
  succeeded: 0,
  forgotten: 0,
  held: 0,
  waiting: 0,
  oldestWaitingSeconds: 0,
  failures: [],
};
const HOLD = { by: "ann", why: "a test", at: 1 };

interface SweepOptions extends PreparedOptions {
  readonly head?: Partial<Head>;
  readonly state?: ExecutionState;
  /** The executions that fare so; others are at work. */
  readonly used?: readonly string[];
  readonly listed?: boolean;
  readonly counterAt?: number;
}

/** A lane in the list, with its head as it is said. Of its executions the first fares as `state` says. */
async function listedLane(options: SweepOptions = {}) {
  const { head = {}, state = { kind: "running" }, given = {}, counterAt = NOW } = options;
  const { used = ["flow-1", "flow-7", "arn:x"] } = options;
  const asked: string[] = [];
  const askExecution = async (arn: string) => {
    asked.push(arn);
    return used.includes(arn) ? state : ({ kind: "running" } as const);
  };
  const prepared = await prepareLane({ ...options, given: { askExecution, ...given } });
  prepared.lane.head = { ...prepared.lane.head, ...head };
  prepared.lane.listed = options.listed ?? true;
  prepared.lane.counter = { next: 9, at: counterAt };
  return { ...prepared, asked };
}

const names = (calls: readonly (readonly unknown[])[]) => calls.map(([name]) => name);

describe("a sweep of one lane", () => {
  test("finds no lane", async () => {
    const lane = await listedLane({ listed: false });
    expect(await sweep(lane.dependencies)).toStrictEqual(NOTHING);
  });

  test("wakes an execution that is at work, and says how long events have waited", async () => {
    const lane = await listedLane();
    await lane.put(1);
    await lane.put(2);
    lane.clock.now = NOW + 6_999 + 1;
    expect(await sweep(lane.dependencies)).toStrictEqual({
      ...NOTHING,
      lanes: 1,
      atWork: 1,
      waiting: 2,
      oldestWaitingSeconds: 8,
    });
    expect(lane.woken).toStrictEqual([[LANE, 1]]);
    expect(lane.asked).toStrictEqual(["flow-1"]);
    expect(lane.lines).toStrictEqual([]);
  });

  test("does not count the members of the open batch, nor a wait before now", async () => {
    const open = { id: 1, members: [{ seq: 1, round: 1 }] };
    const lane = await listedLane({ head: { open } });
    await lane.put(1);
    await lane.put(2);
    lane.clock.now = NOW - 60_000;
    expect(await sweep(lane.dependencies)).toStrictEqual({
      ...NOTHING,
      lanes: 1,
      atWork: 1,
      waiting: 1,
    });
  });

  test("asks nothing where AWS gives no ARN", async () => {
    const lane = await listedLane({ given: { wake: async () => undefined } });
    await lane.put(1);
    expect(await sweep(lane.dependencies)).toMatchObject({ atWork: 1, succeeded: 0 });
    expect(lane.asked).toStrictEqual([]);
  });

  test("does not succeed an execution that AWS does not know", async () => {
    const lane = await listedLane({ state: { kind: "unknown" } });
    await lane.put(1);
    expect(await sweep(lane.dependencies)).toMatchObject({ atWork: 1 });
    expect(lane.lane.head.gen).toBe(1);
  });

  test("succeeds an execution that has ended with work left", async () => {
    const lane = await listedLane({ state: { kind: "ended", at: 5 } });
    await lane.put(1);
    expect(await sweep(lane.dependencies)).toStrictEqual({
      ...NOTHING,
      lanes: 1,
      succeeded: 1,
      waiting: 1,
      oldestWaitingSeconds: 1,
    });
    expect(lane.woken).toStrictEqual([
      [LANE, 1],
      [LANE, 2],
    ]);
    expect(lane.lines).toStrictEqual([
      {
        level: "WARN",
        message: "a lane's execution ended with work left; another one goes on",
        lane: LANE,
        gen: 2,
        executionArn: "flow-1",
      },
    ]);
  });

  test("passes over generations whose executions ended long ago, as those of another table", async () => {
    const used = Array.from({ length: 9 }, (_, index) => `flow-${index + 1}`);
    const lane = await listedLane({ state: { kind: "ended", at: 5 }, used });
    await lane.put(1);
    expect(await sweep(lane.dependencies)).toMatchObject({ succeeded: 1, failures: [] });
    expect(lane.lane.head.gen).toBe(10);
    expect(lane.woken.at(-1)).toStrictEqual([LANE, 10]);
    expect(lane.lines).toMatchObject([{ gen: 10, executionArn: "flow-1" }]);
  });

  test("passes over fifty of them at a time, and leaves the rest to the next sweep", async () => {
    const used = Array.from({ length: 80 }, (_, index) => `flow-${index + 1}`);
    const lane = await listedLane({ state: { kind: "ended", at: 5 }, used });
    await lane.put(1);
    await sweep(lane.dependencies);
    expect(lane.woken.at(-1)).toStrictEqual([LANE, 52]);
    await sweep(lane.dependencies);
    expect(lane.woken.at(-1)).toStrictEqual([LANE, 81]);
  });

  test("stops there where somebody else raised the generation meanwhile", async () => {
    const lane = await listedLane({
      state: { kind: "ended", at: 5 },
      used: ["flow-1", "flow-2"],
      answers: {
        async raise(_lane, gen) {
          lane.lane.head = { ...lane.lane.head, gen: 2 };
          return { kind: gen === 1 ? "done" : "refused", head: lane.lane.head };
        },
      },
    });
    await lane.put(1);
    expect(await sweep(lane.dependencies)).toMatchObject({ succeeded: 1 });
    expect(lane.woken).toStrictEqual([
      [LANE, 1],
      [LANE, 2],
    ]);
  });

  test("looks again when somebody else raised the generation, three times", async () => {
    const refused = async () => ({ kind: "refused", head: { ...lane.lane.head, gen: 7 } }) as const;
    const lane = await listedLane({
      state: { kind: "ended", at: 5 },
      answers: { raise: () => refused() },
    });
    await lane.put(1);
    expect(await sweep(lane.dependencies)).toMatchObject({ succeeded: 1 });
    expect(lane.woken).toStrictEqual([
      [LANE, 1],
      [LANE, 7],
      [LANE, 7],
      [LANE, 7],
    ]);
    expect(lane.calls.slice(3)).toStrictEqual([
      ["raise", LANE, 1],
      ["queryTickets", LANE, { limit: 1 }],
      ["raise", LANE, 7],
      ["queryTickets", LANE, { limit: 1 }],
      ["raise", LANE, 7],
    ]);
  });

  test("finds after a lost race that nothing is left to do", async () => {
    const lane = await listedLane({
      state: { kind: "ended", at: 5 },
      answers: {
        async raise() {
          lane.lane.tickets.clear();
          return { kind: "refused", head: lane.lane.head };
        },
      },
    });
    await lane.put(1);
    expect(await sweep(lane.dependencies)).toMatchObject({ atWork: 0, succeeded: 0, waiting: 1 });
    expect(names(lane.calls).slice(-2)).toStrictEqual(["queryTickets", "readCounter"]);
    expect(lane.woken).toHaveLength(1);
  });

  test.each<[string, SweepOptions, boolean]>([
    ["for a day", { counterAt: NOW - DAY }, true],
    ["for less than a day", { counterAt: NOW - DAY + 1 }, false],
    ["for a day, and held", { counterAt: NOW - DAY, head: { hold: HOLD } }, false],
    [
      "for a day, until another event came",
      { counterAt: NOW - DAY, answers: { forgetLane: async () => ({ kind: "refused" }) } },
      false,
    ],
    ["by a counter that is gone", { answers: { readCounter: async () => undefined } }, false],
  ])("forgets a lane that was idle %s: %#", async (_how, options, forgets) => {
    const lane = await listedLane(options);
    const held = options.head?.hold === undefined ? 0 : 1;
    const forgotten = forgets ? 1 : 0;
    expect(await sweep(lane.dependencies)).toStrictEqual({ ...NOTHING, lanes: 1, forgotten, held });
    expect(lane.lane.listed).toBe(!forgets);
    expect(lane.woken).toStrictEqual([]);
  });

  test("has a lane that sleeps look at once where a drop was cut off", async () => {
    const sleep = { until: NOW + DAY, seen: 1 };
    const lane = await listedLane({ head: { sleep, drop: { id: "d", upto: 9 } } });
    await lane.put(1);
    expect(await sweep(lane.dependencies)).toMatchObject({ atWork: 1, succeeded: 0 });
    expect(lane.lane.head.gen).toBe(2);
    expect(lane.woken).toStrictEqual([[LANE, 2]]);
  });

  test.each([
    { ended: NOW - DAY, forgets: true },
    { ended: NOW - DAY + 1, forgets: false },
  ])(
    "keeps a lane listed for a day after its last batch ended, whenever its events came: %j",
    async ({ ended, forgets }) => {
      const lane = await listedLane({ head: { nb: 3 }, counterAt: NOW - 2 * DAY });
      const out = { kind: "error", verdict: "fail", message: "It failed.", at: ended } as const;
      lane.lay(batchOf({ id: 2, out }));
      expect(await sweep(lane.dependencies)).toMatchObject({ forgotten: forgets ? 1 : 0 });
      expect(lane.lane.listed).toBe(!forgets);
    },
  );

  test("leaves a lane alone that is held, also after days", async () => {
    const lane = await listedLane({ head: { hold: HOLD }, counterAt: NOW - 2 * DAY });
    await lane.put(1);
    expect(await sweep(lane.dependencies)).toStrictEqual({
      ...NOTHING,
      lanes: 1,
      held: 1,
      waiting: 1,
      oldestWaitingSeconds: 1,
    });
    expect(names(lane.calls)).toStrictEqual(["listLanes", "readHead", "queryTickets"]);
    expect(lane.woken).toStrictEqual([]);
  });
});

test("a lane that cannot be swept stops no other one, and is told", async () => {
  const lane = await listedLane({
    given: {
      async wake(name) {
        if (name === LANE) throw new Error("no right");
        return undefined;
      },
    },
  });
  await lane.put(1);
  for (const [index, name] of ["later", "last"].entries()) {
    const at = NOW - 3_000 - index * 2_000;
    await lane.ledger.takeNumbers(name, 1, at);
    const decision = decisionOf({ identity: name, lane: name });
    await lane.ledger.putEntry({ seq: 1, at, decision });
  }
  await lane.ledger.takeNumbers("idle", 1, NOW);
  const message = "lane flow: no right";
  expect(await sweep(lane.dependencies)).toStrictEqual({
    ...NOTHING,
    lanes: 4,
    atWork: 2,
    waiting: 2,
    oldestWaitingSeconds: 5,
    failures: [message],
  });
  expect(lane.lines).toStrictEqual([{ level: "ERROR", message }]);
});

describe("after AWS's word that an execution ended badly", () => {
  const sweptAfter = async (state: ExecutionState) => {
    const lane = await listedLane({ state });
    await lane.put(1);
    return { ...lane, swept: await sweepAfter("arn:x", lane.dependencies) };
  };

  test.each([
    { lane: LANE, gen: 1 },
    { lane: LANE, gen: 1, batch: 3 },
  ])("its lane is looked after: %j", async order => {
    const input = JSON.stringify(order);
    const { swept, asked, woken } = await sweptAfter({ kind: "ended", at: 5, input });
    expect(swept).toMatchObject({ lanes: 1, succeeded: 1 });
    expect(asked).toStrictEqual(["arn:x", "flow-1", "flow-2"]);
    expect(woken).toStrictEqual([
      [LANE, 1],
      [LANE, 2],
    ]);
  });

  test.each<ExecutionState>([
    { kind: "unknown" },
    { kind: "running" },
    { kind: "ended", at: 5 },
    { kind: "ended", at: 5, input: "no JSON" },
    { kind: "ended", at: 5, input: '{"flow":7}' },
  ])("nothing is looked after when it was no lane's: %j", async state => {
    const { swept, calls } = await sweptAfter(state);
    expect(swept).toStrictEqual(NOTHING);
    expect(calls).toStrictEqual([]);
  });
});
