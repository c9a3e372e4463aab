import { describe, expect, it } from "vitest";
import type { BatchRule, Decision } from "../../../../lambda/decision.ts";
import {
  LedgerFault,
  type LedgerFaultReason,
} from "../../../../lambda/lanes/ledger/ledger-fault.ts";
import { look } from "../../../../lambda/lanes/loop/look.ts";
import { createRecorded } from "../../stand-ins/recorded-log.ts";
import { ruleOf } from "../decisions.ts";
import { createLaneWorld } from "../lane-world.ts";
import {
  createQuietLedger,
  type Meet,
  NOW,
  outcomesIn,
  type QuietLedger,
  wait,
} from "../quiet-ledger.ts";

const OVER = { kind: "found", found: { kind: "over" } };
const HOLD = { by: "ann", why: "a test", at: NOW };
const GAP_MS = 4_000;

function batchFound(batch: number) {
  return { kind: "found", found: { kind: "batch", batch } };
}

function laneOf(meet?: Meet) {
  const quiet = createQuietLedger(100, meet);
  const recorded = createRecorded();
  const dependencies = {
    ...createLaneWorld().dependencies,
    ...quiet.dependencies,
    log: recorded.log,
  };
  return {
    quiet,
    lines: recorded.lines,
    look: (gen = 1, handOver = false) => look("flow", gen, handOver, dependencies),
    head: () => quiet.plain.readHead("flow"),
  };
}

function batched(rule: Partial<BatchRule>, name = "a.csv"): Partial<Decision> {
  const file = { bucket: "landing", key: `in/${name}` };
  return { batch: { ...ruleOf(rule), by: "" }, file };
}

function names({ calls }: QuietLedger): readonly string[] {
  return calls.map(({ name }) => name);
}

const members = (...seqs: readonly number[]) => seqs.map(seq => ({ seq, round: 1 }));

describe("a look at a lane", () => {
  it.each([{ gen: 1 }, { gen: 3 }])("is over for generation $gen beside 2", async ({ gen }) => {
    const { quiet, look: take } = laneOf();
    await wait(quiet, 1);
    await quiet.plain.raise("flow", 1);
    expect(await take(gen)).toEqual(OVER);
    expect(names(quiet)).toEqual(["readHead"]);
  });

  it.each([false, true])("finds the open batch first (hand over: %s)", async handOver => {
    const { quiet, look: take } = laneOf();
    await quiet.plain.claim("flow", 0, { id: 1, members: members(1) });
    await quiet.plain.requestDrop("flow", { id: "d", upto: 1 });
    expect(await take(1, handOver)).toEqual(batchFound(1));
    expect(names(quiet)).toEqual(["readHead"]);
  });

  it("leaves the lane to a successor whatever waits", async () => {
    const { quiet, look: take, head } = laneOf();
    await wait(quiet, 1);
    expect(await take(1, true)).toEqual(OVER);
    expect(names(quiet)).toEqual(["readHead", "raise"]);
    expect(await head()).toMatchObject({ gen: 2, rev: 1 });
  });

  it("leaves an empty lane", async () => {
    const { quiet, look: take, head } = laneOf();
    expect(await take()).toEqual(OVER);
    expect(names(quiet)).toEqual(["readHead", "queryTickets", "raise"]);
    expect(quiet.inputs("raise")).toEqual([["flow", 1, 0]]);
    expect(await head()).toMatchObject({ gen: 2 });
  });

  it("leaves a lane that is held, and does not ask what waits", async () => {
    const { quiet, look: take } = laneOf();
    await wait(quiet, 1);
    await quiet.plain.hold("flow", HOLD);
    expect(await take()).toEqual(OVER);
    expect(names(quiet)).toEqual(["readHead", "raise"]);
  });

  it("claims what is ripe, and says so", async () => {
    const { quiet, look: take, head, lines } = laneOf();
    for (const seq of [1, 2, 3]) await wait(quiet, seq, batched({ most: 2 }));
    expect(await take()).toEqual(batchFound(1));
    expect(quiet.inputs("claim")).toStrictEqual([["flow", 0, { id: 1, members: members(1, 2) }]]);
    expect(await head()).toMatchObject({ nb: 2, open: { id: 1 } });
    expect(lines).toEqual([{ level: "INFO", message: "batch claimed", batch: 1, events: 2 }]);
    expect(names(quiet)).toEqual(["readHead", "queryTickets", "claim"]);
  });

  it("claims what is not complete in time, with what is missing", async () => {
    const { quiet, look: take } = laneOf();
    await wait(quiet, 1, batched({ all: ["a.csv", "b.csv"], longestMs: 1_000 }));
    expect(await take()).toEqual(batchFound(1));
    expect(quiet.inputs("claim")).toStrictEqual([
      ["flow", 0, { id: 1, members: members(1), missing: ["b.csv"] }],
    ]);
  });

  it("finishes a drop before it looks for what waits", async () => {
    const { quiet, look: take, head } = laneOf();
    for (const seq of [1, 2]) await wait(quiet, seq);
    await quiet.plain.requestDrop("flow", { id: "d", upto: 1 });
    expect(await take()).toEqual(batchFound(1));
    expect(outcomesIn(quiet)).toEqual({ e1: "dropped", e2: "waiting" });
    expect(await head()).toMatchObject({ open: { members: members(2) } });
    expect((await head()).drop).toBeUndefined();
  });
});

describe("a look at what is ripe later", () => {
  it("sleeps until then, and says so before it looks again", async () => {
    const { quiet, look: take, head } = laneOf();
    await wait(quiet, 1, batched({ quietMs: 600_000, most: 1_000 }));
    const until = NOW + 540_000;
    expect(await take()).toStrictEqual({ kind: "wait", until });
    expect(names(quiet)).toEqual(["readHead", "queryTickets", "fallAsleep", "queryTickets"]);
    expect(quiet.inputs("fallAsleep")).toStrictEqual([
      ["flow", 0, { until, seen: 1, full: 1_000 }],
    ]);
    expect(await head()).toMatchObject({ sleep: { until, seen: 1, full: 1_000 } });
  });

  it("sleeps for some seconds at least", async () => {
    const { quiet, look: take } = laneOf();
    await wait(quiet, 1, batched({ quietMs: 60_001 }));
    expect(await take()).toEqual({ kind: "wait", until: NOW + GAP_MS });
  });

  it("sleeps without a number where nothing can be full", async () => {
    const { quiet, look: take } = laneOf();
    await quiet.plain.claim("flow", 0, { id: 1, members: [] });
    await quiet.plain.close("flow", 1, { began: { route: "orders", at: NOW - 1_000 } });
    await wait(quiet, 1, batched({ everyMs: 61_000, most: 1 }));
    expect(await take()).toEqual({ kind: "wait", until: NOW + 60_000 });
    expect(quiet.inputs("fallAsleep")).toStrictEqual([
      ["flow", 2, { until: NOW + 60_000, seen: 1 }],
    ]);
  });

  /** What is written between the word that it sleeps and the second look. */
  async function beside(
    seq: number,
    changes: Partial<Decision>,
    first: Partial<Decision> = batched({ quietMs: 600_000, most: 9 }),
  ) {
    let written = false;
    const lane: ReturnType<typeof laneOf> = laneOf(async ({ name }, happen) => {
      const done = await happen();
      if (name === "fallAsleep" && !written) {
        written = true;
        await wait(lane.quiet, seq, changes, NOW);
      }
      return done;
    });
    await wait(lane.quiet, 1, first);
    const found = await lane.look();
    return { found, ...lane };
  }

  it("claims what became ripe beside it", async () => {
    const { found, quiet } = await beside(2, { route: "invoices" });
    expect(found).toEqual(batchFound(1));
    expect(quiet.inputs("claim")).toStrictEqual([["flow", 1, { id: 1, members: members(2) }]]);
    expect(quiet.inputs("fallAsleep")).toHaveLength(1);
  });

  it("sleeps anew when an event of its group came beside it", async () => {
    const { found, quiet } = await beside(2, batched({ quietMs: 600_000, most: 9 }));
    expect(found).toEqual({ kind: "wait", until: NOW + 600_000 });
    expect(quiet.inputs("fallAsleep")).toStrictEqual([
      ["flow", 0, { until: NOW + 540_000, seen: 1, full: 9 }],
      ["flow", 1, { until: NOW + 600_000, seen: 2, full: 9 }],
    ]);
  });

  it("sleeps for less when an event came beside it that is ripe earlier", async () => {
    const early = { ...batched({ quietMs: 60_000, most: 9 }), route: "invoices" };
    const { found, quiet } = await beside(2, early);
    expect(found).toEqual({ kind: "wait", until: NOW + 60_000 });
    expect(quiet.inputs("fallAsleep")).toHaveLength(2);
  });

  it.each([
    {
      what: "an event that is ripe earlier",
      seq: 2,
      changes: { ...batched({ quietMs: 60_000, most: 99 }), route: "invoices" },
      at: NOW,
      second: { until: NOW + 60_000, seen: 3, full: 10 },
    },
    {
      what: "one with which its group is full earlier",
      seq: 2,
      changes: batched({ quietMs: 600_000, most: 9 }),
      at: NOW - 70_000,
      second: { until: NOW + 540_000, seen: 3, full: 9 },
    },
    {
      what: "a number that was not seen",
      seq: 4,
      changes: batched({ quietMs: 600_000, most: 9 }),
      at: NOW - 70_000,
      second: { until: NOW + 540_000, seen: 4, full: 10 },
    },
  ])("says anew when it sleeps after $what", async ({ seq, changes, at, second }) => {
    let written = false;
    const lane: ReturnType<typeof laneOf> = laneOf(async ({ name }, happen) => {
      const done = await happen();
      if (name === "fallAsleep" && !written) {
        written = true;
        await wait(lane.quiet, seq, changes, at);
      }
      return done;
    });
    for (const before of [1, 3]) {
      await wait(lane.quiet, before, batched({ quietMs: 600_000, most: 9 }));
    }
    expect(await lane.look()).toEqual({ kind: "wait", until: second.until });
    expect(lane.quiet.inputs("fallAsleep")).toStrictEqual([
      ["flow", 0, { until: NOW + 540_000, seen: 3, full: 10 }],
      ["flow", 1, second],
    ]);
  });

  it("leaves when all that waited is gone beside it", async () => {
    const lane: ReturnType<typeof laneOf> = laneOf(async ({ name }, happen) => {
      const done = await happen();
      if (name === "fallAsleep") await lane.quiet.plain.deleteTickets("flow", members(1));
      return done;
    });
    await wait(lane.quiet, 1, batched({ quietMs: 600_000 }));
    expect(await lane.look()).toEqual(OVER);
  });
});

describe("a look that loses a race", () => {
  it.each([
    { write: "raise", prepare: async () => {} },
    { write: "claim", prepare: async (quiet: QuietLedger) => wait(quiet, 1) },
    {
      write: "fallAsleep",
      prepare: async (quiet: QuietLedger) => wait(quiet, 1, batched({ quietMs: 600_000 })),
    },
  ])("of $write looks again, and after twenty some seconds later", async ({ write, prepare }) => {
    const lane: ReturnType<typeof laneOf> = laneOf(async ({ name }, happen) => {
      if (name !== write) return happen();
      return { kind: "refused", head: await lane.quiet.plain.readHead("flow") };
    });
    await prepare(lane.quiet);
    expect(await lane.look()).toStrictEqual({ kind: "wait", until: NOW + GAP_MS });
    expect(lane.quiet.inputs("readHead")).toHaveLength(20);
    expect(names(lane.quiet).filter(name => name === write)).toHaveLength(20);
    expect(lane.lines).toEqual([]);
  });

  it("of a hand-over looks again as well", async () => {
    const lane = laneOf(async ({ name }, happen) =>
      name === "raise"
        ? { kind: "refused", head: await lane.quiet.plain.readHead("flow") }
        : happen(),
    );
    expect(await lane.look(1, true)).toEqual({ kind: "wait", until: NOW + GAP_MS });
    expect(lane.quiet.inputs("raise")).toHaveLength(20);
  });

  it("is over when somebody else has raised the generation", async () => {
    const lane: ReturnType<typeof laneOf> = laneOf(async ({ name }, happen) => {
      if (name === "claim") await lane.quiet.plain.raise("flow", 1);
      return happen();
    });
    await wait(lane.quiet, 1);
    expect(await lane.look()).toEqual(OVER);
    expect(names(lane.quiet)).toEqual(["readHead", "queryTickets", "claim", "readHead"]);
    expect((await lane.head()).open).toBeUndefined();
  });
});

describe("a look whose write had no answer", () => {
  function lost(write: string, reason: LedgerFaultReason | "bug", happens: boolean) {
    let times = 0;
    const lane = laneOf(async ({ name }, happen) => {
      times += name === write ? 1 : 0;
      if (name !== write || times > 1) return happen();
      if (happens) await happen();
      throw reason === "bug"
        ? Object.assign(new Error("bug"), { reason: "unanswered" })
        : new LedgerFault(reason, reason);
    });
    return lane;
  }

  it.each([true, false])("sees whether the batch was claimed (it was: %s)", async happens => {
    const { quiet, look: take } = lost("claim", "unanswered", happens);
    await wait(quiet, 1);
    expect(await take()).toEqual(batchFound(1));
    expect(quiet.inputs("claim")).toHaveLength(happens ? 1 : 2);
  });

  it.each([true, false])("sees whether the lane was left (it was: %s)", async happens => {
    const { look: take, head } = lost("raise", "unanswered", happens);
    expect(await take()).toEqual(OVER);
    expect(await head()).toMatchObject({ gen: 2 });
  });

  it.each([true, false])("says again that it sleeps (it said so: %s)", async happens => {
    const { quiet, look: take } = lost("fallAsleep", "unanswered", happens);
    await wait(quiet, 1, batched({ quietMs: 600_000 }));
    expect(await take()).toEqual({ kind: "wait", until: NOW + 540_000 });
    expect(quiet.inputs("fallAsleep")).toHaveLength(2);
  });

  it.each(["throttled", "conflict", "bug"] as const)(
    "ends with what else it is: %s",
    async reason => {
      const { quiet, look: take } = lost("claim", reason, false);
      await wait(quiet, 1);
      await expect(take()).rejects.toThrow(reason);
      expect(quiet.inputs("claim")).toHaveLength(1);
    },
  );
});
