import { describe, expect, it } from "vitest";
import { describeLanes } from "../../../../lambda/lanes/commands/describe-lanes.ts";
import { lanesInTime } from "../../../../lambda/lanes/commands/lanes-in-time.ts";
import { sweep } from "../../../../lambda/lanes/commands/sweep.ts";
import { createRecorded } from "../../stand-ins/recorded-log.ts";
import { createQuietLedger, NOW } from "../quiet-ledger.ts";

const names = (count: number) => Array.from({ length: count }, (_, index) => `lane-${index}`);
const same = async (lane: string) => lane;

/** An invocation in which each lane costs so much. */
function invocation(milliseconds: number, costMs: number) {
  let remaining = milliseconds;
  return {
    remainingMs: () => remaining,
    spend: async (lane: string) => {
      remaining -= costMs;
      return lane;
    },
  };
}

describe("many lanes", () => {
  it("are all done where nobody ends the invocation", async () => {
    const done = await lanesInTime(names(25), { random: () => 0.9 }, same);
    expect(done).toEqual({ results: names(25), late: 0 });
  });

  it("are done while there is time, the first ones first", async () => {
    const { remainingMs, spend } = invocation(60_000, 10_000);
    const done = await lanesInTime(names(25), { remainingMs, random: () => 0.9 }, spend);
    expect(done).toEqual({ results: names(6), late: 19 });
  });

  it("of a short invocation have most of its time", async () => {
    const { remainingMs, spend } = invocation(3_000, 500);
    const done = await lanesInTime(names(9), { remainingMs, random: () => 0 }, spend);
    expect(done).toEqual({ results: names(6), late: 3 });
  });

  it("of very many begin anywhere, and are told in their order", async () => {
    const lanes = names(2_000);
    const { remainingMs, spend } = invocation(60_000, 10_000);
    const done = await lanesInTime(lanes, { remainingMs, random: () => 0.999 }, spend);
    expect(done).toEqual({
      results: ["lane-0", "lane-1", "lane-2", "lane-3", "lane-1998", "lane-1999"],
      late: 1_994,
    });
    const all = await lanesInTime(lanes, { random: () => 0.7 }, same);
    expect(all).toEqual({ results: lanes, late: 0 });
  });
});

describe("more lanes than there is time for", () => {
  async function listed(count: number, costMs: number) {
    const { remainingMs, spend } = invocation(60_000, costMs);
    const seen = new Set<unknown>();
    const quiet = createQuietLedger(100, async ({ name, input: [lane] }, happen) => {
      if (name !== "listLanes" && !seen.has(lane)) await spend(String(lane));
      seen.add(lane);
      return happen();
    });
    for (const lane of names(count)) await quiet.plain.takeNumbers(lane, 1, NOW);
    return { ...quiet.dependencies, remainingMs };
  }

  it("make a sweep fail, which says what to do", async () => {
    const { log, lines } = createRecorded();
    const dependencies = {
      ...(await listed(30, 10_000)),
      log,
      askExecution: async () => ({ kind: "running" }) as const,
    };
    const message =
      "There was no time to look after 24 of 30 lanes. Let the routes make fewer lanes, or give the dispatcher more memory or a longer Timeout, at most 300 seconds.";
    expect(await sweep(dependencies)).toMatchObject({ lanes: 30, failures: [message] });
    expect(lines).toEqual([{ level: "ERROR", message }]);
  });

  it("are counted where lanes are shown", async () => {
    const shown = await describeLanes(await listed(30, 10_000));
    expect(shown.lanes).toHaveLength(6);
    expect(shown.late).toBe(24);
    expect(await describeLanes(await listed(30, 1))).not.toHaveProperty("late");
  });
});
