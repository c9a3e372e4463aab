import { describe, expect, it } from "vitest";
import { DEFECTS } from "./defects.ts";
import { exhaust, oneCommand, oneFault, SMALL_WORLDS } from "./exhaust.ts";
import { play } from "./play.ts";
import { brokenLanePromises } from "./promises.ts";
import { FOLLOWED_TRACES, NAMED_TRACES } from "./traces.ts";
import { laneFailuresOf, tryLaneWorlds } from "./try-lane-worlds.ts";
import { createWorld } from "./world.ts";

/** Always the same seeds, so that a red test is a changed protocol and never bad luck. More in lanes.end-to-end.ts. */
const SEEDS = 100;

describe("lanes against faults", () => {
  it(`keep their promises in the first ${SEEDS} worlds`, async () => {
    const survey = await tryLaneWorlds({ from: 1, count: SEEDS });
    expect(laneFailuresOf(survey)).toEqual([]);
    expect(survey.worlds).toBe(SEEDS);
  });

  it("keep them with one fault or one command at every second operation of two events", async () => {
    const base = SMALL_WORLDS["two events in a batch"];
    const all = [...(await oneFault(base)), ...(await oneCommand(base))];
    // Every second one; lanes.end-to-end.ts plays all, and those of other small worlds.
    const worlds = all.filter((_, index) => index % 2 === 0);
    const { broken, met } = await exhaust(worlds);
    expect(broken).toEqual([]);
    expect(worlds.length).toBeGreaterThan(250);
    expect([...met]).toContain("told start-unknown");
  });

  it("finish a drop whose lane AWS says to be at work, twice, though it has ended", async () => {
    expect(brokenLanePromises(await play(createWorld(5_382)))).toEqual([]);
  });

  it.each(Object.entries(FOLLOWED_TRACES))(
    "follow a run that only the ledger knows: %s",
    async (_name, world) => {
      const protocol = await play(world);
      expect(brokenLanePromises(protocol)).toEqual([]);
      expect(protocol.runs).toHaveLength(1);
      expect(protocol.table.entries.get("e0")).toMatchObject({ state: "told", outcome: "success" });
    },
  );

  it("are the same each time", async () => {
    for (const seed of [1, 17, 4_711]) expect(await traceOf(seed)).toEqual(await traceOf(seed));
  });
});

describe("the laboratory of lanes", () => {
  it("has a trace for every defect that can be planted", () => {
    expect(new Set(NAMED_TRACES.map(({ defect }) => defect))).toEqual(new Set(DEFECTS));
  });

  it.each(NAMED_TRACES.map(trace => [trace.defect, trace] as const))(
    "finds by its trace: %s",
    async (_name, { defect, world }) => {
      expect(brokenLanePromises(await play(world))).toEqual([]);
      expect(brokenLanePromises(await play(world, defect))).not.toEqual([]);
    },
  );

  it.each(["a hold that is not looked at", "order by clock", "end without the last look"] as const)(
    "finds by chance: %s",
    async defect => {
      const { failures } = await tryLaneWorlds({ from: 1, count: 200, defect });
      expect(failures).not.toEqual([]);
    },
  );
});

async function traceOf(seed: number): Promise<string[]> {
  const lines: string[] = [];
  await play(createWorld(seed), undefined, line => lines.push(line));
  return lines;
}
