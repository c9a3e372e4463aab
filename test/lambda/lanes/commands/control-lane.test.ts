import { describe, expect, it } from "vitest";
import {
  type ControlCommand,
  controlLane,
} from "../../../../lambda/lanes/commands/control-lane.ts";
import { finishDrop } from "../../../../lambda/lanes/finish-drop.ts";
import { createQuietLedger, NOW, outcomesIn, type QuietLedger, wait } from "../quiet-ledger.ts";

const command: Omit<ControlCommand, "do"> = {
  lane: "flow",
  by: "ann",
  why: "the database is full",
  dryRun: false,
};
const hold = { by: "ann", why: "the database is full", at: NOW };
const report = { lane: "flow", dryRun: false, held: false, running: null, waiting: 0, dropped: 0 };

function control(quiet: QuietLedger, asked: Pick<ControlCommand, "do"> & Partial<ControlCommand>) {
  return controlLane({ ...command, ...asked }, { ...quiet.dependencies, commandId: "c1" });
}

/** Batch 1 runs with the first event; two more wait. */
async function busy(quiet: QuietLedger): Promise<void> {
  for (const seq of [1, 2, 3]) await wait(quiet, seq);
  await quiet.plain.claim("flow", 0, { id: 1, members: [{ seq: 1, round: 1 }] });
}

describe("holding a lane", () => {
  it("holds it, whatever runs and waits, and puts it on the list", async () => {
    const quiet = createQuietLedger();
    await busy(quiet);
    expect(await control(quiet, { do: "hold" })).toEqual({
      ...report,
      do: "hold",
      held: true,
      running: 1,
      waiting: 2,
    });
    expect((await quiet.plain.readHead("flow")).hold).toEqual(hold);
    expect(quiet.inputs("takeNumbers")).toEqual([["flow", 1, NOW]]);
    expect(quiet.inputs("hold")).toEqual([["flow", hold]]);
    expect(quiet.wakes).toEqual([]);
  });

  it("holds one that nobody has used yet", async () => {
    const quiet = createQuietLedger();
    expect(await control(quiet, { do: "hold" })).toEqual({ ...report, do: "hold", held: true });
    expect((await quiet.plain.listLanes()).lanes).toEqual(["flow"]);
  });

  it("changes nothing in a dry run", async () => {
    const quiet = createQuietLedger();
    await busy(quiet);
    expect(await control(quiet, { do: "hold", dryRun: true })).toEqual({
      ...report,
      do: "hold",
      dryRun: true,
      held: true,
      running: 1,
      waiting: 2,
    });
    expect((await quiet.plain.readHead("flow")).hold).toBeUndefined();
    expect(quiet.calls.map(({ name }) => name)).toEqual([
      "readHead",
      "queryTickets",
      "queryTickets",
    ]);
  });
});

describe("resuming a lane", () => {
  it("takes the hold away and wakes it", async () => {
    const quiet = createQuietLedger();
    await busy(quiet);
    await quiet.plain.hold("flow", hold);
    await quiet.plain.fallAsleep("flow", 2, { until: NOW + 3_600_000, seen: 3 });
    expect(await control(quiet, { do: "resume" })).toEqual({
      ...report,
      do: "resume",
      running: 1,
      waiting: 2,
    });
    expect((await quiet.plain.readHead("flow")).hold).toBeUndefined();
    expect(quiet.wakes).toEqual(["flow-2"]);
  });

  it("changes nothing in a dry run", async () => {
    const quiet = createQuietLedger();
    await busy(quiet);
    await quiet.plain.hold("flow", hold);
    expect(await control(quiet, { do: "resume", dryRun: true })).toEqual({
      ...report,
      do: "resume",
      dryRun: true,
      running: 1,
      waiting: 2,
    });
    expect((await quiet.plain.readHead("flow")).hold).toEqual(hold);
    expect(quiet.wakes).toEqual([]);
  });
});

it("tells of the batch that a lane claims as soon as it is resumed", async () => {
  const quiet: QuietLedger = createQuietLedger(2, async ({ name }, happen) => {
    const answer = await happen();
    if (name === "resume") {
      const { rev } = await quiet.plain.readHead("flow");
      await quiet.plain.claim("flow", rev, { id: 1, members: [{ seq: 1, round: 1 }] });
    }
    return answer;
  });
  for (const seq of [1, 2]) await wait(quiet, seq);
  await quiet.plain.hold("flow", hold);
  expect(await control(quiet, { do: "resume" })).toEqual({
    ...report,
    do: "resume",
    running: 1,
    waiting: 1,
  });
});

describe("dropping what waits in a lane", () => {
  it.each([{ held: false }, { held: true }])(
    "drops all that has a number now, and not the batch that runs (held: $held)",
    async ({ held }) => {
      const quiet = createQuietLedger();
      await busy(quiet);
      if (held) await quiet.plain.hold("flow", hold);
      expect(await control(quiet, { do: "drop" })).toEqual({
        ...report,
        do: "drop",
        held,
        running: 1,
        dropped: 2,
      });
      expect(outcomesIn(quiet)).toEqual({ e1: "waiting", e2: "dropped", e3: "dropped" });
      expect(quiet.inputs("requestDrop")).toEqual([["flow", { id: "c1", upto: 3 }]]);
      expect((await quiet.plain.readHead("flow")).drop).toBeUndefined();
      expect(quiet.wakes).toEqual([]);
    },
  );

  it.each([{ held: false }, { held: true }])(
    "changes nothing in a dry run (held: $held)",
    async ({ held }) => {
      const quiet = createQuietLedger();
      await busy(quiet);
      if (held) await quiet.plain.hold("flow", hold);
      expect(await control(quiet, { do: "drop", dryRun: true })).toEqual({
        ...report,
        do: "drop",
        dryRun: true,
        held,
        running: 1,
        dropped: 2,
      });
      expect(outcomesIn(quiet)).toEqual({ e1: "waiting", e2: "waiting", e3: "waiting" });
      expect(quiet.inputs("requestDrop")).toEqual([]);
    },
  );

  it("drops nothing in a lane that nobody has used yet", async () => {
    const quiet = createQuietLedger();
    expect(await control(quiet, { do: "drop" })).toEqual({ ...report, do: "drop" });
    expect(quiet.inputs("requestDrop")).toEqual([["flow", { id: "c1", upto: 0 }]]);
  });

  it("counts as waiting what came while it dropped", async () => {
    const quiet: QuietLedger = createQuietLedger(2, async ({ name }, happen) => {
      if (name === "requestDrop") await wait(quiet, 4);
      return happen();
    });
    await busy(quiet);
    expect(await control(quiet, { do: "drop" })).toEqual({
      ...report,
      do: "drop",
      running: 1,
      waiting: 1,
      dropped: 2,
    });
  });

  it("first finishes another drop, and counts all that waited when it was given, as its dry run", async () => {
    const quiet = createQuietLedger();
    await busy(quiet);
    await quiet.plain.requestDrop("flow", { id: "other", upto: 2 });
    const answer = { ...report, do: "drop", running: 1, dropped: 2 };
    expect(await control(quiet, { do: "drop", dryRun: true })).toEqual({ ...answer, dryRun: true });
    expect(await control(quiet, { do: "drop" })).toEqual(answer);
    expect(outcomesIn(quiet)).toEqual({ e1: "waiting", e2: "dropped", e3: "dropped" });
    expect(quiet.inputs("finishDrop")).toEqual([
      ["flow", "other"],
      ["flow", "c1"],
    ]);
  });

  it("counts what the lane drops that meets its drop first", async () => {
    const quiet: QuietLedger = createQuietLedger(2, async ({ name }, happen) => {
      const answer = await happen();
      if (name !== "requestDrop") return answer;
      const { drop } = await quiet.plain.readHead("flow");
      const lane = { ...quiet.dependencies, ledger: quiet.plain };
      if (drop !== undefined) await finishDrop("flow", drop, lane);
      return answer;
    });
    await busy(quiet);
    expect(await control(quiet, { do: "drop" })).toEqual({
      ...report,
      do: "drop",
      running: 1,
      dropped: 2,
    });
  });

  it("tells of the batch that was claimed before the drop was asked for", async () => {
    const quiet: QuietLedger = createQuietLedger(2, async ({ name }, happen) => {
      if (name === "requestDrop") {
        const { rev } = await quiet.plain.readHead("flow");
        await quiet.plain.claim("flow", rev, { id: 1, members: [{ seq: 1, round: 1 }] });
      }
      return happen();
    });
    for (const seq of [1, 2]) await wait(quiet, seq);
    expect(await control(quiet, { do: "drop" })).toEqual({
      ...report,
      do: "drop",
      running: 1,
      waiting: 0,
      dropped: 1,
    });
  });

  it("asks again when it is told neither of its own drop nor of another", async () => {
    let asked = 0;
    const quiet: QuietLedger = createQuietLedger(2, async ({ name }, happen) => {
      if (name !== "requestDrop" || ++asked > 1) return happen();
      return { kind: "refused", head: await quiet.plain.readHead("flow") };
    });
    await busy(quiet);
    expect(await control(quiet, { do: "drop" })).toMatchObject({ dropped: 2 });
    expect(asked).toBe(2);
  });
});

describe("a command that fails after it was done", () => {
  const failing = (name: string, after: number) => {
    let calls = 0;
    return createQuietLedger(2, async (call, happen) => {
      if (call.name === name && ++calls > after) throw new Error("no right to read");
      return happen();
    });
  };

  it("says that the lane is held", async () => {
    const quiet = failing("queryTickets", 0);
    await expect(control(quiet, { do: "hold" })).rejects.toThrow(
      new Error("no right to read. The lane is held all the same."),
    );
    expect((await quiet.plain.readHead("flow")).hold).toEqual(hold);
    await expect(control(quiet, { do: "hold", dryRun: true })).rejects.toThrow(
      new Error("no right to read"),
    );
  });

  it("says that the lane is resumed", async () => {
    const quiet = createQuietLedger();
    await quiet.plain.hold("flow", hold);
    const wake = async () => Promise.reject(new Error("The lane could not be started: 429."));
    const asked = { ...command, do: "resume" } as const;
    const resumed = controlLane(asked, { ...quiet.dependencies, wake, commandId: "c1" });
    await expect(resumed).rejects.toThrow(
      new Error(
        "The lane could not be started: 429. The lane is resumed all the same: it goes on within 5 minutes.",
      ),
    );
    expect((await quiet.plain.readHead("flow")).hold).toBeUndefined();
  });

  it("says that a drop goes on, once it is asked for", async () => {
    const quiet = failing("dropEntries", 0);
    await busy(quiet);
    await expect(control(quiet, { do: "drop" })).rejects.toThrow(
      new Error(
        "no right to read. The drop is asked for all the same: what is not dropped yet, the lane drops within 5 minutes, or after the run that is running.",
      ),
    );
    expect((await quiet.plain.readHead("flow")).drop).toMatchObject({ id: "c1" });
    const refused = failing("requestDrop", 0);
    await expect(control(refused, { do: "drop" })).rejects.toThrow(new Error("no right to read"));
  });
});
