import { describe, expect, it } from "vitest";
import { prolonged, type Streak } from "../../../shared/run/streak.ts";

type Answer = readonly [at: number, polls: number];

describe("how long the server has given one kind of answer", () => {
  const MINUTE = 60_000;

  /** The same answer at these times, each as this poll. */
  function lasted(...answers: readonly Answer[]): number {
    const streak = answers.reduce<Streak | null>(
      (before, [at, polls]) => prolonged(before, { at, polls }, MINUTE),
      null,
    );
    return streak?.lastedMs ?? Number.NaN;
  }

  it.each<[string, readonly Answer[], number]>([
    ["not at all at the first one", [[5_000, 3]], 0],
    [
      "the time between two polls in a row",
      [
        [5_000, 3],
        [9_000, 4],
      ],
      4_000,
    ],
    [
      "the times between all of them",
      [
        [0, 1],
        [10_000, 2],
        [15_000, 3],
        [40_000, 4],
      ],
      40_000,
    ],
    [
      "half a minute at most between two in a row",
      [
        [0, 1],
        [45_000, 2],
      ],
      30_000,
    ],
    [
      "half a minute at most after a night",
      [
        [0, 1],
        [36_000_000, 2],
      ],
      30_000,
    ],
    [
      "a short time between two with another answer between",
      [
        [0, 1],
        [9_000, 3],
      ],
      9_000,
    ],
    [
      "a quarter at most when another answer came between",
      [
        [0, 1],
        [20_000, 3],
      ],
      15_000,
    ],
    [
      "a quarter at most after an outage of an hour",
      [
        [0, 1],
        [3_600_000, 40],
      ],
      15_000,
    ],
    [
      "nothing when the clock has gone back",
      [
        [9_000, 1],
        [4_000, 2],
      ],
      0,
    ],
  ])("is %s, when it must last for a minute", (_what, answers, expected) => {
    expect(lasted(...answers)).toBe(expected);
  });

  it("makes two polls in a row no proof, however far apart they are", () => {
    expect(lasted([0, 1], [86_400_000, 2])).toBeLessThan(MINUTE);
  });
});
