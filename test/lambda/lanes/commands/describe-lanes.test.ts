import { describe, expect, it } from "vitest";
import { describeLanes } from "../../../../lambda/lanes/commands/describe-lanes.ts";
import { createQuietLedger, NOW, type QuietLedger, wait } from "../quiet-ledger.ts";

const hold = { by: "ann", why: "the database is full", at: NOW };

async function batch({ plain }: QuietLedger, lane: string, id: number, gen = 1): Promise<void> {
  const members = [1, 2].map(seq => ({ seq, round: 1 }));
  const { rev } = await plain.readHead(lane);
  await plain.claim(lane, rev, { id, members });
  await plain.armBatch(lane, id, {
    gen,
    members,
    route: `route-${id}`,
    flow: 100 + id,
    by: "",
    afterFailure: "continue",
    keep: "all",
    at: NOW,
    ...(id === 2 && { manifest: "s3://lists/2.csv" }),
  });
}

async function end({ plain }: QuietLedger, lane: string, id: number): Promise<void> {
  await plain.beginBatch(lane, id, 1, { arn: "r", at: NOW });
  await plain.noteAuditId(lane, id, "r", `audit-${id}`);
  const out = { kind: "error", verdict: "fail", message: `run ${id} failed`, at: NOW } as const;
  await plain.noteOut(lane, id, "r", out);
  await plain.close(lane, id, {});
}

describe("the report of lanes", () => {
  it("does not count what was in a batch that ended between two reads", async () => {
    const quiet: QuietLedger = createQuietLedger(9, async ({ name }, happen) => {
      const answer = await happen();
      if (name !== "queryTickets") return answer;
      await end(quiet, "flow", 1);
      await quiet.plain.deleteTickets(
        "flow",
        [1, 2].map(seq => ({ seq, round: 1 })),
      );
      return answer;
    });
    for (const seq of [1, 2, 3]) await wait(quiet, seq, {}, NOW - 10 * seq);
    await batch(quiet, "flow", 1);
    expect(await describeLanes(quiet.dependencies)).toMatchObject({
      lanes: [
        {
          state: "waiting",
          waiting: 1,
          oldest: new Date(NOW - 30).toISOString(),
          last: { batch: 1, outcome: "error" },
        },
      ],
    });
  });

  it("is empty without lanes", async () => {
    expect(await describeLanes(createQuietLedger().dependencies)).toEqual({ lanes: [] });
  });

  it("tells of each lane by name what waits, what runs and how the last run ended", async () => {
    const quiet = createQuietLedger(2);
    const { plain } = quiet;
    await wait(quiet, 1, { identity: "w1", lane: "waiting" }, NOW - 1_000);
    await wait(quiet, 2, { identity: "w2", lane: "waiting" }, NOW - 5_000);
    await wait(quiet, 3, { identity: "w3", lane: "waiting" }, NOW - 3_000);
    await plain.takeNumbers("idle", 1, NOW);
    await batch(quiet, "idle", 1);
    await end(quiet, "idle", 1);
    await batch(quiet, "idle", 2);
    await end(quiet, "idle", 2);
    for (const seq of [1, 2, 3]) await wait(quiet, seq, { identity: `r${seq}`, lane: "running" });
    await batch(quiet, "running", 1);
    await end(quiet, "running", 1);
    await batch(quiet, "running", 2);
    await plain.hold("running", hold);
    await plain.takeNumbers("held", 1, NOW);
    await plain.hold("held", hold);
    await wait(quiet, 1, { identity: "f1", lane: "first" });
    await batch(quiet, "first", 1);
    await plain.takeNumbers("dropping", 1, NOW);
    await batch(quiet, "dropping", 1);
    await plain.requestDrop("dropping", { id: "d", upto: 1 });
    await plain.takeNumbers("new", 1, NOW);

    const ended = (id: number) => ({
      batch: id,
      route: `route-${id}`,
      flow: 100 + id,
      events: 2,
      auditId: `audit-${id}`,
      ...(id === 2 && { manifest: "s3://lists/2.csv" }),
      outcome: "error",
      message: `run ${id} failed`,
    });
    const open = { batch: 1, route: "route-1", flow: 101, events: 2 };
    const held = { by: "ann", why: "the database is full", at: "2026-11-26T21:00:00.000Z" };
    expect(await describeLanes(quiet.dependencies)).toStrictEqual({
      lanes: [
        { lane: "dropping", state: "dropping", waiting: 0, running: open },
        { lane: "first", state: "running", waiting: 0, running: open },
        { lane: "held", state: "held", waiting: 0, held },
        { lane: "idle", state: "idle", waiting: 0, last: ended(2) },
        { lane: "new", state: "idle", waiting: 0 },
        {
          lane: "running",
          state: "running",
          waiting: 1,
          oldest: "2026-11-26T20:59:00.000Z",
          running: {
            batch: 2,
            route: "route-2",
            flow: 102,
            events: 2,
            manifest: "s3://lists/2.csv",
          },
          last: ended(1),
          held,
        },
        { lane: "waiting", state: "waiting", waiting: 3, oldest: "2026-11-26T20:59:55.000Z" },
      ],
    });
    expect(quiet.wakes).toEqual([]);
    // No batch is asked for that there cannot be.
    expect(quiet.inputs("readBatch")).toEqual([
      ["dropping", 1],
      ["first", 1],
      ["idle", 2],
      ["running", 2],
      ["running", 1],
    ]);
    expect(quiet.calls.map(({ name }) => name)).not.toContain("takeNumbers");
  });
});
