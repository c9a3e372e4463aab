import { describe, expect, it } from "vitest";
import { createWaitingLine, type Urgency } from "../../../shared/etlworks/waiting-line.ts";
import { createVirtualTime } from "../../virtual/virtual-time.ts";

function stage(options: { perMinute?: number; stopsToKeep?: () => number } = {}) {
  const time = createVirtualTime();
  const line = createWaitingLine({
    clock: { monotonicMs: time.now },
    sleep: time.sleep,
    perMinute: 60,
    ...options,
  });
  const wait = async (urgency: Urgency, more: { deadline?: number; kept?: boolean } = {}) => {
    const { deadline = 3_600_000, kept = false } = more;
    const { signal } = new AbortController();
    const result = await line.wait({ urgency, kept, places: 1, signal, deadline });
    return `${urgency} ${result} at ${time.now()}`;
  };
  const all = (...visits: readonly Promise<string>[]) => time.until(Promise.all(visits));
  const until = async (at: number) => {
    await time.until(time.sleep(at - time.now(), new AbortController().signal));
  };
  return { time, line, wait, all, until };
}

describe("a pause", () => {
  it.each<[askedMs: number | undefined, pauseMs: number]>([
    [undefined, 5_000],
    [0, 5_000],
    [999, 5_000],
    [1_000, 1_000],
    [30_000, 30_000],
    [300_000, 300_000],
    [300_001, 300_000],
  ])("of which the server said %j lasts %i ms", (askedMs, pauseMs) => {
    const { line } = stage();
    line.pause(askedMs);
    expect(line.pauseLeftMs()).toBe(pauseMs);
  });

  it("doubles with each that follows, up to a minute", async () => {
    const { line, until, time } = stage();
    const lengths: number[] = [];
    for (let count = 0; count < 6; count++) {
      line.pause(undefined);
      lengths.push(line.pauseLeftMs());
      await until(time.now() + line.pauseLeftMs());
    }
    expect(lengths).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it.each([
    [119_999, 10_000],
    [120_000, 5_000],
  ])("that comes %i ms after the last refusal lasts %i ms", async (gap, pauseMs) => {
    const { line, until } = stage();
    line.pause(undefined);
    await until(gap);
    line.pause(undefined);
    expect(line.pauseLeftMs()).toBe(pauseMs);
  });

  it("is one, whatever those under way are told: it is never shortened", async () => {
    const { line, until } = stage();
    line.pause(undefined);
    line.pause(undefined);
    expect(line.pauseLeftMs()).toBe(5_000);
    line.pause(2_000);
    expect(line.pauseLeftMs()).toBe(5_000);
    line.pause(8_000);
    expect(line.pauseLeftMs()).toBe(8_000);
    await until(8_000);
    line.pause(undefined);
    // The second refusal: the others belonged to the first.
    expect(line.pauseLeftMs()).toBe(10_000);
  });

  it("holds all but stops", async () => {
    const { line, wait, all } = stage();
    line.pause(3_000);
    expect(await all(wait("poll"), wait("start"), wait("stop"))).toEqual([
      expect.stringMatching(/^poll go at (?!3000$)/),
      "start go at 3000",
      "stop go at 0",
    ]);
  });
});

describe("the pace", () => {
  /** When each of so many polls goes, in seconds. */
  const departures = async (count: number, refusals: number) => {
    const { line, wait, all, until, time } = stage();
    for (let refusal = 0; refusal < refusals; refusal++) {
      line.pause(1_000);
      await until(time.now() + 1_000);
    }
    const begun = time.now();
    const told = await all(...Array.from({ length: count }, () => wait("poll")));
    return told.map(text => (Number(text.split(" ").at(-1)) - begun) / 1_000);
  };
  const gaps = (times: readonly number[]) =>
    times.slice(1).map((at, index) => at - (times[index] ?? 0));

  it("lets a fifth of a minute's room go at once, and spreads the rest", async () => {
    const times = await departures(20, 0);
    expect(times.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 0));
    for (const gap of gaps(times.slice(11))) expect(gap).toBeCloseTo(1.25, 1);
  });

  it.each([
    [1, 2.5],
    [2, 5],
    [3, 10],
  ])("after %i refusals has a gap of %f s at first", async (refusals, firstGap) => {
    const [gap] = gaps(await departures(3, refusals));
    expect(gap).toBeLessThanOrEqual(firstGap);
    // The pace comes back meanwhile, a fifth a minute.
    expect(gap).toBeGreaterThan(firstGap * 0.7);
  });

  it("comes back whole, and no further", async () => {
    const { line, wait, all, until } = stage();
    line.pause(1_000);
    await until(200_000);
    const told = await all(...Array.from({ length: 14 }, () => wait("poll")));
    expect(told.filter(text => text.endsWith("at 200000"))).toHaveLength(12);
    expect(told.at(-1)).toBe("poll go at 202500");
  });
});

describe("a place", () => {
  it("goes to the first in order, with a head start for starts", async () => {
    const { line, wait, until } = stage();
    const order: string[] = [];
    const note = async (name: string, urgency: Urgency) => {
      await wait(urgency);
      order.push(name);
    };
    line.pause(60_000);
    const visits = [note("first poll", "poll"), note("second poll", "poll")];
    await until(29_999);
    visits.push(note("start", "start"));
    await until(30_001);
    visits.push(note("late start", "start"));
    await until(70_000);
    await Promise.all(visits);
    expect(order).toEqual(["start", "first poll", "second poll", "late start"]);
  });

  it("is given up at the deadline, to the millisecond", async () => {
    const { wait, all } = stage({ perMinute: 1 });
    expect(
      await all(wait("poll"), wait("poll", { deadline: 7_000 }), wait("poll", { deadline: 3_000 })),
    ).toEqual(["poll go at 0", "poll too-late at 7000", "poll too-late at 3000"]);
  });

  it("that was kept is used by whom it was kept for, and is free again when given back", async () => {
    const { line, wait, all } = stage({ perMinute: 1 });
    expect(await all(wait("admit"))).toEqual(["admit go at 0"]);
    expect(await all(wait("poll", { kept: true }))).toEqual(["poll go at 0"]);
    const other = stage({ perMinute: 1 });
    await other.all(other.wait("admit"));
    const next = other.wait("poll", { deadline: 100_000 });
    other.line.giveBack(1);
    expect(await other.all(next)).toEqual([expect.stringMatching(/^poll go at/)]);
    expect(line.pauseLeftMs()).toBe(0);
  });

  it("is kept for the stops of runs, but never more than a third", async () => {
    const { wait, all } = stage({ perMinute: 9, stopsToKeep: () => 100 });
    const told = await all(...Array.from({ length: 7 }, () => wait("poll", { deadline: 60_000 })));
    expect(told.filter(text => text.includes(" go "))).toHaveLength(6);
  });
});
