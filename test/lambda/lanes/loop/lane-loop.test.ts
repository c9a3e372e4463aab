import { describe, expect, test } from "vitest";
import type { BatchRule, Decision } from "../../../../lambda/decision.ts";
import { controlLane } from "../../../../lambda/lanes/commands/control-lane.ts";
import { describeLanes } from "../../../../lambda/lanes/commands/describe-lanes.ts";
import { runAgain, SAFE_OUTCOMES } from "../../../../lambda/lanes/commands/run-again.ts";
import { sweep } from "../../../../lambda/lanes/commands/sweep.ts";
import { decisionOf, ruleOf } from "../decisions.ts";
import { createLaneWorld, type LaneWorld } from "../lane-world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function event(identity: string, changes: Partial<Decision> = {}): Decision {
  const file = { bucket: "landing", key: `in/${identity}.csv`, size: 1 };
  return decisionOf({ identity, lane: "flow", file, ...changes });
}

function batched(
  identity: string,
  rule: Partial<BatchRule> = {},
  changes: Partial<Decision> & { by?: string } = {},
) {
  const { by = "", ...rest } = changes;
  return event(identity, { batch: { ...ruleOf(rule), by }, ...rest });
}

function outcomes(world: LaneWorld) {
  return Object.fromEntries(
    [...world.table.entries.values()].map(({ identity, state, outcome }) => [
      identity,
      outcome ?? state,
    ]),
  );
}

function identities(world: LaneWorld) {
  return world.runs.map(run => run.identities);
}

const command = { by: "ann", why: "a test", dryRun: false };
const control = (world: LaneWorld) => ({ ...world.dependencies, commandId: `c${world.now()}` });

describe("a lane", () => {
  test("runs one event, tells it, and ends", async () => {
    const world = createLaneWorld();
    expect(await world.deliver(event("a"))).toEqual([{ kind: "delivered" }]);
    await world.pass(2 * MINUTE);
    expect(outcomes(world)).toEqual({ a: "success" });
    const lane = world.table.lanes.get("flow");
    expect(lane?.head).toMatchObject({ gen: 2, nb: 2 });
    expect(lane?.head.open).toBeUndefined();
    expect(lane?.tickets.size).toBe(0);
    expect(world.executions.get("flow-1")?.state.kind).toBe("ended");
    expect(world.executions.has("flow-2")).toBe(false);
  });

  test("runs events one after the other, in order of arrival", async () => {
    const world = createLaneWorld();
    await world.deliver(...["1", "2", "3"].map(name => event(name)));
    await world.deliver(event("4"), event("5"));
    await world.pass(10 * MINUTE);
    expect(identities(world)).toEqual([["1"], ["2"], ["3"], ["4"], ["5"]]);
    for (const [index, run] of world.runs.entries()) {
      expect(run.at).toBeGreaterThanOrEqual(world.runs[index - 1]?.endedAt ?? 0);
    }
    // Two looks for the last one: the claim and the end.
    expect(world.executions.get("flow-1")?.operations).toBe(5 * 5 + 2);
  });

  test("delivers ten events with three round trips and one wake-up", async () => {
    const world = createLaneWorld();
    const before = world.now();
    const events = Array.from({ length: 10 }, (_, index) => event(String(index)));
    await world.deliver(...events);
    expect(world.now() - before).toBe(15);
  });

  test("takes all that comes until it is quiet", async () => {
    const world = createLaneWorld();
    const rule = { quietMs: 30_000 };
    for (const name of ["a", "b", "c"]) {
      await world.deliver(batched(name, rule));
      await world.pass(20_000);
    }
    await world.pass(3 * MINUTE);
    expect(identities(world)).toEqual([["a", "b", "c"]]);
    const [run] = world.runs;
    expect(run?.at).toBeGreaterThanOrEqual(40_000 + 30_000);
    expect(run?.at).toBeLessThan(40_000 + 30_000 + 5_000);
  });

  test("looks no more often than it may under a stream, and runs after the longest wait", async () => {
    const world = createLaneWorld();
    const rule = { quietMs: 30_000, longestMs: 5 * MINUTE };
    for (let index = 0; index < 100; index += 1) {
      await world.deliver(batched(String(index), rule));
      await world.pass(3_000);
    }
    await world.pass(4_000);
    const [run] = world.runs;
    expect(run?.at).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(run?.at).toBeLessThan(5 * MINUTE + 5_000);
    const looks = [...world.executions].reduce(
      (sum, [name, { operations }]) => sum + (name.startsWith("flow") ? operations : 0),
      0,
    );
    expect(looks).toBeLessThanOrEqual((2 * 5 * MINUTE) / 30_000 + 2 + 6);
  });

  test("runs as many as fill a batch, at once", async () => {
    const world = createLaneWorld();
    const rule = { quietMs: 10 * MINUTE, most: 3 };
    for (const name of ["a", "b", "c", "d"]) {
      await world.deliver(batched(name, rule));
      await world.pass(1_000);
    }
    await world.pass(20 * MINUTE);
    expect(identities(world)).toEqual([["a", "b", "c"], ["d"]]);
    expect(world.runs[0]?.at).toBeLessThan(3_000 + 5_000);
  });

  test("runs what is ripe at once although it waits for something else", async () => {
    const world = createLaneWorld({ runMs: 1_000 });
    await world.deliver(batched("slow", { quietMs: 10 * MINUTE }));
    await world.pass(30_000);
    await world.deliver(event("fast", { route: "other" }));
    await world.pass(5_000);
    expect(identities(world)).toEqual([["fast"]]);
    await world.pass(15 * MINUTE);
    expect(identities(world)).toEqual([["fast"], ["slow"]]);
    expect(world.runs[1]?.at).toBeLessThan(10 * MINUTE + 5_000);
  });

  test("runs what fills a batch at once although it waits for something else", async () => {
    const world = createLaneWorld({ runMs: 1_000 });
    await world.deliver(batched("slow", { quietMs: 10 * MINUTE }));
    const rule = { quietMs: 20 * MINUTE, most: 3 };
    for (const name of ["a", "b", "c"]) {
      await world.pass(10_000);
      await world.deliver(batched(name, rule, { route: "other" }));
    }
    await world.pass(5_000);
    expect(identities(world)).toEqual([["a", "b", "c"]]);
  });

  test("keeps apart what has another by, the oldest first", async () => {
    const world = createLaneWorld();
    const rule = { quietMs: 5_000 };
    const day = (name: string, by: string) => batched(name, rule, { by });
    await world.deliver(day("a1", "a"), day("b1", "b"), day("a2", "a"), day("b2", "b"));
    await world.pass(5 * MINUTE);
    expect(identities(world)).toEqual([
      ["a1", "a2"],
      ["b1", "b2"],
    ]);
  });

  test("runs the newest alone where only the last is kept", async () => {
    const world = createLaneWorld();
    const rule = { quietMs: 5_000, keep: "last" as const };
    for (const name of ["a", "b", "c"]) {
      await world.deliver(batched(name, rule, { parameters: { file: name } }));
    }
    await world.pass(5 * MINUTE);
    expect(world.runs.map(({ parameters }) => parameters)).toEqual([{ file: "c" }]);
    expect(outcomes(world)).toEqual({ a: "superseded", b: "superseded", c: "success" });
  });

  test("runs a set as soon as it is complete", async () => {
    const world = createLaneWorld();
    const rule = { all: ["a.csv", "b-*.csv"], quietMs: 10 * MINUTE };
    await world.deliver(batched("a", rule));
    await world.pass(4 * MINUTE);
    expect(world.runs).toHaveLength(0);
    await world.deliver(batched("b-2026", rule));
    await world.pass(5_000);
    expect(identities(world)).toEqual([["a", "b-2026"]]);
  });

  test("starts nothing for a set that stays incomplete, and says what is missing", async () => {
    const world = createLaneWorld();
    await world.deliver(batched("a", { all: ["a.csv", "b.csv"] }));
    await world.pass(15 * MINUTE + 5_000);
    expect(world.runs).toHaveLength(0);
    expect(outcomes(world)).toEqual({ a: "incomplete" });
    const batch = world.table.lanes.get("flow")?.batches.get(1);
    expect(batch?.out?.message).toContain("b.csv");
    expect(world.table.lanes.get("flow")?.tickets.size).toBe(0);
  });

  test("runs a set that was full of copies once its route has a larger 'most', as its sentence says", async () => {
    const world = createLaneWorld();
    const all = ["a.csv", "b.csv"];
    const copy = { file: { bucket: "landing", key: "in/a.csv" } };
    await world.deliver(batched("a", { all, most: 2 }), batched("a2", { all, most: 2 }, copy));
    await world.pass(5_000);
    expect(outcomes(world)).toEqual({ a: "incomplete", a2: "incomplete" });
    const batch = world.table.lanes.get("flow")?.batches.get(1);
    expect(batch?.out?.message).toContain("Set batch.most of the route to more");
    await world.deliver(batched("b", { all, most: 10 }));
    await untilDone(
      world,
      runAgain({ outcomes: SAFE_OUTCOMES, dryRun: false }, world.dependencies),
    );
    await world.pass(5_000);
    expect(identities(world)).toEqual([["a", "a2", "b"]]);
  });

  test("begins the runs of a route at least so far apart as it says", async () => {
    const world = createLaneWorld();
    const rule = { everyMs: 15 * MINUTE };
    for (let index = 0; index < 40; index += 1) {
      await world.deliver(batched(String(index), rule));
      await world.pass(MINUTE);
    }
    await world.pass(HOUR);
    const begins = world.runs.map(({ at }) => Math.floor(at / MINUTE));
    expect(begins).toEqual([0, 15, 30, 45]);
    expect(world.runs.flatMap(run => run.identities)).toHaveLength(40);
  });

  test("waits no longer for a route than it says when the clock that noted its last run was ahead", async () => {
    const world = createLaneWorld();
    const rule = { everyMs: 15 * MINUTE };
    await world.deliver(batched("a", rule));
    await world.pass(5 * MINUTE);
    const lane = world.table.lanes.get("flow");
    if (lane === undefined) throw new Error("There is no lane.");
    const dayAhead = (lane.head.begins["orders"] ?? 0) + 24 * HOUR;
    lane.head = { ...lane.head, begins: { orders: dayAhead } };
    await world.deliver(batched("b", rule));
    await world.pass(14 * MINUTE);
    await world.deliver(batched("c", rule));
    expect(world.runs).toHaveLength(1);
    await world.pass(MINUTE + 10_000);
    expect(identities(world)).toEqual([["a"], ["b", "c"]]);
  });

  test("fills the places of a batch, and writes its files down once", async () => {
    const world = createLaneWorld();
    const parameters = {
      count: [{ batch: "count" }, " files"],
      keys: [{ batch: "keys" }],
      list: [{ batch: "manifest" }],
    };
    await world.deliver(
      batched("a", { quietMs: 1_000 }, { parameters }),
      batched('b "x", y', { quietMs: 1_000 }, { parameters }),
    );
    await world.pass(2 * MINUTE);
    const [name = "", csv] = [...world.manifests][0] ?? [];
    expect(world.runs[0]?.parameters).toEqual({
      count: "2 files",
      keys: 'in/a.csv\nin/b "x", y.csv',
      list: `s3://lists/${name}`,
    });
    expect(csv).toBe(
      [
        "bucket,key,version_id,size,etag,event_time\r\n",
        "landing,in/a.csv,,1,,2026-11-26T21:00:00.000Z\r\n",
        'landing,"in/b ""x"", y.csv",,1,,2026-11-26T21:00:00.000Z\r\n',
      ].join(""),
    );
  });

  test("fails with a sentence when the keys are too long, and names the list", async () => {
    const world = createLaneWorld();
    const parameters = { keys: [{ batch: "keys" }] };
    const long = "k".repeat(1_000);
    const events = Array.from({ length: 9 }, (_, index) =>
      batched(`${long}${index}`, { quietMs: 1_000 }, { parameters }),
    );
    await world.deliver(...events);
    await world.pass(5 * MINUTE);
    expect(world.runs).toHaveLength(0);
    const out = world.table.lanes.get("flow")?.batches.get(1)?.out;
    expect(out?.kind).toBe("refused");
    expect(out?.message).toContain("s3://lists/flow/0000000001-");
  });
});

describe("a lane that is held", () => {
  test("starts nothing after a failure until it is resumed", async () => {
    const world = createLaneWorld({ outcome: run => (run.batch === 1 ? "error" : "success") });
    const hold = { afterFailure: "hold" as const };
    await world.deliver(event("a", hold), event("b", hold));
    await world.pass(10 * MINUTE);
    expect(outcomes(world)).toEqual({ a: "error", b: "waiting" });
    const resumed = await untilDone(
      world,
      controlLane({ ...command, lane: "flow", do: "resume" }, control(world)),
    );
    expect(resumed).toMatchObject({ held: false, running: null });
    await world.pass(2 * MINUTE);
    expect(outcomes(world)).toEqual({ a: "error", b: "success" });
  });

  test.each([
    { held: false, runs: false },
    { held: true, runs: false },
    { held: false, runs: true },
    { held: true, runs: true },
  ])("finishes a drop that was cut off, at the next sweep or after the run: %j", async how => {
    const world = createLaneWorld({ runMs: how.runs ? 8 * MINUTE : 0 });
    await world.deliver(event("a"));
    await world.pass(MINUTE);
    const rule = { quietMs: HOUR, longestMs: HOUR };
    await world.deliver(batched("b", rule), batched("c", rule));
    // A lane that sleeps does not look again for an hour.
    await world.pass(MINUTE);
    const { ledger } = world.dependencies;
    if (how.held) {
      await untilDone(world, ledger.hold("flow", { by: "ann", why: "a test", at: 0 }));
    }
    await untilDone(world, ledger.requestDrop("flow", { id: "cut off", upto: 3 }));
    await untilDone(world, sweep(world.dependencies));
    await world.pass(how.runs ? 10 * MINUTE : MINUTE);
    expect(outcomes(world)).toEqual({ a: "success", b: "dropped", c: "dropped" });
    expect(world.table.lanes.get("flow")?.head.drop).toBeUndefined();
  });

  test("drops what waits, and nothing that runs or comes later", async () => {
    const world = createLaneWorld();
    await world.deliver(event("a"), event("b"), event("c"));
    await world.pass(10_000);
    const drop = { ...command, lane: "flow", do: "drop" as const };
    const dry = await untilDone(world, controlLane({ ...drop, dryRun: true }, control(world)));
    expect(dry).toMatchObject({ dryRun: true, dropped: 2, waiting: 0, running: 1 });
    const done = await untilDone(world, controlLane(drop, control(world)));
    expect(done).toMatchObject({ dropped: 2, waiting: 0, running: 1 });
    await world.deliver(event("d"));
    await world.pass(5 * MINUTE);
    expect(outcomes(world)).toEqual({ a: "success", b: "dropped", c: "dropped", d: "success" });
  });

  test("says how many events wait, also while a batch that has ended gives its tickets back", async () => {
    const world = createLaneWorld();
    await world.deliver(event("a"), event("b"), event("c"));
    await world.pass(10_000);
    const lane = world.table.lanes.get("flow");
    expect(lane?.head.open?.members).toEqual([{ seq: 1, round: 1 }]);
    lane?.tickets.delete("1.1");
    const hold = { ...command, lane: "flow", do: "hold" as const, dryRun: true };
    const held = await untilDone(world, controlLane(hold, control(world)));
    expect(held).toMatchObject({ waiting: 2, running: 1 });
    const drop = await untilDone(world, controlLane({ ...hold, do: "drop" }, control(world)));
    expect(drop).toMatchObject({ waiting: 0, dropped: 2 });
  });

  test("runs again what failed, in the old order, and not what may still be running", async () => {
    let failing = true;
    const world = createLaneWorld({
      outcome: run => (!failing ? "success" : run.batch === 2 ? "timed-out" : "error"),
    });
    await world.deliver(event("a"), event("b"), event("c"));
    await world.pass(5 * MINUTE);
    failing = false;
    const again = { outcomes: SAFE_OUTCOMES, dryRun: true };
    const dry = await untilDone(world, runAgain(again, world.dependencies));
    expect(dry).toMatchObject({ dryRun: true, again: 2, lanes: { flow: 2 } });
    expect(dry).toMatchObject({ outcomes: { error: 2 }, complete: true });
    expect(world.runs).toHaveLength(3);
    await untilDone(world, runAgain({ ...again, dryRun: false }, world.dependencies));
    await world.pass(5 * MINUTE);
    expect(outcomes(world)).toEqual({ a: "success", b: "timed-out", c: "success" });
    expect(identities(world).slice(3)).toEqual([["a"], ["c"]]);
  });

  test("is listed when somebody commands it, also after days without an event", async () => {
    let failing = true;
    const world = createLaneWorld({ outcome: () => (failing ? "error" : "success") });
    await world.deliver(event("a"));
    await world.pass(50 * HOUR);
    expect(await untilDone(world, sweep(world.dependencies))).toMatchObject({ forgotten: 1 });
    expect(await untilDone(world, describeLanes(world.dependencies))).toEqual({ lanes: [] });
    failing = false;
    await untilDone(world, controlLane({ ...command, lane: "flow", do: "hold" }, control(world)));
    const again = { outcomes: SAFE_OUTCOMES, dryRun: false };
    await untilDone(world, runAgain(again, world.dependencies));
    expect(await untilDone(world, describeLanes(world.dependencies))).toMatchObject({
      lanes: [{ lane: "flow", state: "held", waiting: 1 }],
    });
    expect(await untilDone(world, sweep(world.dependencies))).toMatchObject({ held: 1 });

    await untilDone(world, controlLane({ ...command, lane: "flow", do: "resume" }, control(world)));
    await world.pass(50 * HOUR);
    await untilDone(world, sweep(world.dependencies));
    failing = true;
    await untilDone(world, runAgain({ outcomes: ["success"], dryRun: false }, world.dependencies));
    await world.pass(2 * MINUTE);
    const { lanes } = await untilDone(world, describeLanes(world.dependencies));
    expect(lanes).toMatchObject([{ lane: "flow", last: { outcome: "error" } }]);
  });

  test("is described as it is", async () => {
    const world = createLaneWorld();
    await world.deliver(event("a"), event("b"));
    await world.pass(10_000);
    const { lanes } = await untilDone(world, describeLanes(world.dependencies));
    expect(lanes).toMatchObject([
      {
        lane: "flow",
        state: "running",
        waiting: 1,
        running: { batch: 1, events: 1, auditId: "audit-1" },
      },
    ]);
  });
});

describe("a copy of an event", () => {
  test("makes no second run, and says what became of the first", async () => {
    const world = createLaneWorld();
    await world.deliver(event("a"));
    expect(await world.deliver(event("a"))).toEqual([{ kind: "duplicate", state: "waiting" }]);
    await world.pass(2 * MINUTE);
    expect(await world.deliver(event("a"), event("a"))).toEqual([
      { kind: "duplicate", state: "told", outcome: "success" },
      { kind: "duplicate", state: "told", outcome: "success" },
    ]);
    await world.pass(2 * MINUTE);
    expect(world.runs).toHaveLength(1);
  });

  test("wakes the lane where it waits, which may be another one since", async () => {
    const world = createLaneWorld();
    await untilDone(world, world.ledger.takeNumbers("old", 1, 0));
    const decision = event("a", { lane: "old" });
    await untilDone(world, world.ledger.putEntry({ seq: 1, at: 0, decision }));
    expect(await world.deliver(event("a"))).toEqual([{ kind: "duplicate", state: "waiting" }]);
    await world.pass(2 * MINUTE);
    expect(outcomes(world)).toEqual({ a: "success" });
  });
});

describe("after a death", () => {
  test("a successor follows the batch that had begun, and then goes on", async () => {
    const world = createLaneWorld();
    await world.deliver(event("a"), event("b"));
    await world.pass(20_000);
    world.stop("flow-1");
    await untilDone(world, sweep(world.dependencies));
    await world.pass(10 * MINUTE);
    expect(outcomes(world)).toEqual({ a: "success", b: "success" });
    expect(identities(world)).toEqual([["a"], ["b"]]);
    expect(world.runs[1]?.at).toBeGreaterThanOrEqual(world.runs[0]?.endedAt ?? 0);
  });

  test("a batch that nobody began is not-started, and never begun later", async () => {
    const world = createLaneWorld({
      runnerDies: run => (run === 1 ? "before the fence" : undefined),
    });
    await world.deliver(event("a"), event("b"));
    await world.pass(HOUR);
    expect(outcomes(world)).toEqual({ a: "not-started", b: "success" });
    expect(world.table.lanes.get("flow")?.batches.get(1)?.out?.message).toBe(
      "The runner ended before it started the flow (it failed). Its log may say more. Fix the cause, then run the events again.",
    );
    await expect(untilDone(world, world.run({ lane: "flow", batch: 1, gen: 1 }))).rejects.toThrow(
      "not-started",
    );
    expect(identities(world)).toEqual([["b"]]);
  });

  test("start-unknown is told only when nobody can know", async () => {
    const world = createLaneWorld({
      runnerDies: run => (run === 1 ? "after the fence" : undefined),
    });
    await world.deliver(event("a"), event("b"));
    await world.pass(HOUR);
    expect(outcomes(world)).toEqual({ a: "start-unknown", b: "success" });
  });

  test("a run whose runner died is followed to its end", async () => {
    const world = createLaneWorld({
      runMs: 30 * MINUTE,
      runnerDies: run => (run === 1 ? "after the audit id" : undefined),
    });
    await world.deliver(event("a"), event("b"));
    await world.pass(2 * HOUR);
    expect(outcomes(world)).toEqual({ a: "success", b: "success" });
    expect(world.runs[1]?.at).toBeGreaterThanOrEqual(30 * MINUTE);
  });

  test("an entry whose dispatcher died before the wake-up is found by the sweep", async () => {
    const world = createLaneWorld();
    await untilDone(world, world.ledger.takeNumbers("flow", 1, 0));
    await untilDone(world, world.ledger.putEntry({ seq: 1, at: 0, decision: event("a") }));
    expect(await untilDone(world, sweep(world.dependencies))).toMatchObject({
      lanes: 1,
      atWork: 1,
    });
    await world.pass(2 * MINUTE);
    expect(outcomes(world)).toEqual({ a: "success" });
  });

  test("a lane that was idle for a day leaves the list", async () => {
    const world = createLaneWorld();
    await world.deliver(event("a"));
    await world.pass(HOUR);
    expect(await untilDone(world, sweep(world.dependencies))).toMatchObject({
      lanes: 1,
      forgotten: 0,
    });
    await world.pass(24 * HOUR);
    expect(await untilDone(world, sweep(world.dependencies))).toMatchObject({
      lanes: 1,
      forgotten: 1,
    });
    expect(await untilDone(world, sweep(world.dependencies))).toMatchObject({ lanes: 0 });
  });
});

test("an execution hands over before it has too many operations", async () => {
  const world = createLaneWorld({ runMs: 10 });
  const events = Array.from({ length: 250 }, (_, index) => event(String(index)));
  await world.deliver(...events);
  await world.pass(6 * HOUR);
  expect(world.runs).toHaveLength(250);
  expect(new Set(world.runs.flatMap(run => run.identities)).size).toBe(250);
  const operations = [...world.executions]
    .filter(([name]) => name.startsWith("flow"))
    .map(([, execution]) => execution.operations);
  expect(operations.length).toBeGreaterThan(1);
  expect(Math.max(...operations)).toBeLessThan(1_020);
});

async function untilDone<T>(world: LaneWorld, work: Promise<T>): Promise<T> {
  const progress = { done: false };
  const end = () => {
    progress.done = true;
  };
  work.then(end, end);
  while (!progress.done) await world.pass(5);
  return work;
}
