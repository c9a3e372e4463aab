import { describe, expect, it } from "vitest";
import {
  exhaust,
  faultAndCommand,
  oneCommand,
  oneFault,
  SMALL_WORLDS,
  twoFaults,
} from "./exhaust.ts";
import { LANE_SIGHTS } from "./sights.ts";
import { laneFailuresOf, tryLaneWorldsInThreads } from "./try-lane-worlds.ts";

/** Always the same seeds, so that a red test is a changed protocol and never bad luck. */
const SEEDS = 20_000;

/** Of all pairs of operations each of these is played. */
const STRIDE = 50;

describe("lanes against faults", () => {
  it(`keep their promises in ${SEEDS} worlds, and meet everything in them`, async () => {
    const survey = await tryLaneWorldsInThreads(
      { from: 1, count: SEEDS, failuresUntilStop: 10 },
      2,
    );
    expect(laneFailuresOf(survey)).toEqual([]);
    expect(survey.worlds).toBe(SEEDS);
    expect(LANE_SIGHTS.filter(sight => survey.met[sight] === undefined)).toEqual([]);
  }, 900_000);

  it.each(Object.entries(SMALL_WORLDS))(
    "keep them with one fault or one command at every operation: %s",
    async (_name, base) => {
      const worlds = [...(await oneFault(base)), ...(await oneCommand(base))];
      const { broken, met } = await exhaust(worlds);
      expect(broken).toEqual([]);
      expect(worlds.length).toBeGreaterThan(500);
      expect([...met]).toContain("told start-unknown");
    },
  );

  it.each(Object.entries(SMALL_WORLDS))(
    "keep them with two faults, or a fault and a command: %s",
    async (_name, base) => {
      const worlds = [...(await faultAndCommand(base, STRIDE)), ...(await twoFaults(base, STRIDE))];
      expect((await exhaust(worlds)).broken).toEqual([]);
    },
    300_000,
  );
});
