import { describe, expect, test } from "vitest";
import type { BusEvent } from "../../../../lambda/aws/event-bus.ts";
import type { Closing } from "../../../../lambda/lanes/ledger/ledger.ts";
import type { Batch, Out } from "../../../../lambda/lanes/ledger/ledger-contents.ts";
import { finishBatch } from "../../../../lambda/lanes/loop/finish-batch.ts";
import { anyText, textWith } from "../../stand-ins/matchers.ts";
import { createRecorded } from "../../stand-ins/recorded-log.ts";
import { batchOf, LANE, ME, NOW, type PreparedOptions, prepareLane } from "../prepared-lane.ts";

const PASS: Out = { kind: "success", verdict: "pass", message: "It ended well.", at: 5 };
const FAIL: Out = { kind: "error", verdict: "fail", message: "It failed.", at: 6 };
const BY_LANE: Out = { ...FAIL, kind: "not-started", by: "lane" };

const three = [1, 2, 3].map(seq => ({ seq, round: 1 }));

/** A lane with three events, which are the members of the open batch 1. */
async function openLane(batch: Partial<Batch>, options: PreparedOptions = {}) {
  const prepared = await prepareLane(options);
  for (const { seq } of three) {
    await prepared.put(seq, {
      origin: { source: "aws.s3", detailType: `event ${seq}` },
      parameters: { [`p${seq}`]: "x" },
    });
  }
  prepared.lay(batchOf({ members: three, ...batch }));
  prepared.lane.head = { ...prepared.lane.head, open: { id: 1, members: three } };
  const outcomes = () => [...prepared.entries.values()].map(({ outcome }) => outcome);
  return { ...prepared, outcomes };
}

describe("the end of a batch", () => {
  test("is told to its entries, takes its tickets and gives the lane free", async () => {
    const lane = await openLane({ out: PASS });
    expect(await finishBatch(LANE, 1, lane.dependencies)).toStrictEqual({
      kind: "finished",
      outcome: "success",
    });
    expect(lane.calls.map(([name]) => name)).toStrictEqual([
      "readBatch",
      "readTickets",
      ...three.map(() => "tellEntry"),
      "deleteTickets",
      "close",
    ]);
    expect(lane.calls[2]).toStrictEqual([
      "tellEntry",
      { identity: "i1", round: 1, outcome: "success", batch: 1, at: NOW },
    ]);
    expect(lane.outcomes()).toEqual(["success", "success", "success"]);
    expect(lane.lane.tickets.size).toBe(0);
    expect(lane.lane.head.open).toBeUndefined();
    expect(lane.lines).toEqual([
      { level: "INFO", message: "batch ended", batch: 1, outcome: "success", events: 3 },
    ]);
  });

  test("is logged as an error with its sentence when it is not well", async () => {
    const lane = await openLane({ out: FAIL });
    await finishBatch(LANE, 1, lane.dependencies);
    expect(lane.lines).toEqual([
      { level: "ERROR", message: "batch ended: It failed.", batch: 1, outcome: "error", events: 3 },
    ]);
  });

  test("is nothing without an outcome, or without a batch", async () => {
    const lane = await openLane({});
    for (const id of [1, 7]) {
      expect(await finishBatch(LANE, id, lane.dependencies)).toStrictEqual({ kind: "no-outcome" });
    }
    expect(lane.calls).toStrictEqual([
      ["readBatch", LANE, 1],
      ["readBatch", LANE, 7],
    ]);
  });

  test.each<[Batch["keep"], string, readonly string[]]>([
    ["all", "success", ["success", "success", "success"]],
    ["last", "success", ["superseded", "superseded", "success"]],
    ["last", "incomplete", ["incomplete", "incomplete", "incomplete"]],
    ["all", "incomplete", ["incomplete", "incomplete", "incomplete"]],
  ])("keep %s, %s", async (keep, kind, outcomes) => {
    const lane = await openLane({ keep, out: { ...PASS, kind } });
    await finishBatch(LANE, 1, lane.dependencies);
    expect(lane.outcomes()).toEqual(outcomes);
  });

  test.each<[string, Partial<Batch>, Closing]>([
    ["no run", { out: BY_LANE }, {}],
    ["a run", { out: PASS, begunAt: 3 }, { began: { route: "orders", at: 3 } }],
    ["a good end of a route that holds", { out: PASS, afterFailure: "hold" }, {}],
    [
      "a bad end of a route that holds",
      { out: FAIL, afterFailure: "hold", begunAt: 3 },
      {
        hold: { by: "route orders", why: "Batch 1 ended in error: It failed.", at: 6 },
        began: { route: "orders", at: 3 },
      },
    ],
  ])("closes the lane's batch after %s", async (_what, batch, closing) => {
    const lane = await openLane(batch);
    await finishBatch(LANE, 1, lane.dependencies);
    expect(lane.calls.at(-1)).toStrictEqual(["close", LANE, 1, closing]);
  });
});

describe("the end of a batch without a runner", () => {
  async function told(
    batch: Partial<Batch>,
    prepare: (lane: Awaited<ReturnType<typeof openLane>>) => void = () => {},
  ) {
    const events: BusEvent[] = [];
    const putEvent = async (event: BusEvent) => {
      events.push(event);
    };
    const opened = await openLane(batch, { given: { putEvent } });
    prepare(opened);
    await finishBatch(LANE, 1, opened.dependencies);
    return { ...opened, events };
  }

  const detail = {
    id: textWith(/^[0-9a-f]{32}$/),
    outcome: "not-started",
    verdict: "fail",
    flowId: 12345,
    message: "It failed.",
    route: "orders",
    lane: LANE,
    batch: { id: 1, count: 3 },
    parameters: ["p3"],
    origin: { source: "aws.s3", detailType: "event 1" },
    link: anyText,
  };

  test("is told to the event bus", async () => {
    const { events, lines } = await told({ out: BY_LANE });
    expect(events).toStrictEqual([
      {
        source: "etlworks.run-flow",
        detailType: "Etlworks Run Finished",
        resources: [ME],
        at: 6,
        detail,
      },
    ]);
    expect(lines).toHaveLength(1);
  });

  test("is told with its run and its list, where it has them", async () => {
    const { events } = await told({ out: BY_LANE, manifest: "s3://l", auditId: "8" });
    expect(events[0]?.detail).toStrictEqual({
      ...detail,
      auditId: "8",
      batch: { id: 1, count: 3, manifest: "s3://l" },
    });
  });

  test("is told without its events when they are gone", async () => {
    const { events, lines } = await told({ out: BY_LANE }, ({ lane }) => lane.tickets.clear());
    const { origin: _, ...rest } = detail;
    expect(events[0]?.detail).toStrictEqual({ ...rest, parameters: [] });
    expect(lines).toHaveLength(1);
  });

  test("is told of a batch of one event", async () => {
    const { events } = await told({ out: BY_LANE, members: three.slice(1, 2) });
    expect(events[0]?.detail).toStrictEqual({
      ...detail,
      batch: { id: 1, count: 1 },
      parameters: ["p2"],
      origin: { source: "aws.s3", detailType: "event 2" },
    });
  });

  test("reads the first and the last event only", async () => {
    const { calls } = await told({ out: BY_LANE });
    expect(calls.filter(([name]) => name === "readEntries")).toStrictEqual([
      ["readEntries", ["i1", "i3"]],
    ]);
  });

  test("is not told when a runner tells of it", async () => {
    expect((await told({ out: FAIL })).events).toStrictEqual([]);
  });

  test("stops nothing when nobody is to be told", async () => {
    const lane = await openLane({ out: BY_LANE });
    await finishBatch(LANE, 1, lane.dependencies);
    expect(lane.lines).toHaveLength(1);
    expect(lane.calls.some(([name]) => name === "readEntries")).toBe(false);
  });

  test.each([
    ["a set that stayed incomplete", { missing: ["b.csv"] }, [["Untold", 1, {}]]],
    // Its runner's execution failed, which AWS tells of.
    ["one whose runner is gone", {}, []],
  ])("is counted without a bus where nobody else tells: %s", async (_, batch, counted) => {
    const { metrics, values } = createRecorded();
    const lane = await openLane({ out: BY_LANE, ...batch }, { given: { metrics } });
    await finishBatch(LANE, 1, lane.dependencies);
    expect(values).toEqual(counted);
  });

  test("is counted by no one when the bus takes it", async () => {
    const { metrics, values } = createRecorded();
    const given = { metrics, putEvent: async () => {} };
    const lane = await openLane({ out: BY_LANE, missing: ["b.csv"] }, { given });
    await finishBatch(LANE, 1, lane.dependencies);
    expect(values).toEqual([]);
  });

  test("goes on when the bus does not answer", async () => {
    const putEvent = () => Promise.reject(new Error("no answer"));
    const { metrics, values } = createRecorded();
    const lane = await openLane({ out: BY_LANE }, { given: { metrics, putEvent } });
    expect(await finishBatch(LANE, 1, lane.dependencies)).toStrictEqual({
      kind: "finished",
      outcome: "not-started",
    });
    expect(lane.lines[0]).toEqual({
      level: "ERROR",
      message: "the end of the batch could not be told to the event bus",
      batch: 1,
      reason: "no answer",
    });
    expect(values).toEqual([["Untold", 1, {}]]);
    expect(lane.lane.tickets.size).toBe(0);
  });
});
