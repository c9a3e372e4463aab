import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultPollCostSeconds, nextGapSeconds } from "../../../shared/run/schedule.ts";
import { computingMs } from "../../computing-time.ts";

const cost = defaultPollCostSeconds;

function polls(pastSeconds: readonly number[], until: number, pollCostSeconds = cost): number[] {
  const ages: number[] = [];
  for (let age = 0; age < until; ) {
    age += nextGapSeconds({ ageSeconds: age, pastSeconds, pollCostSeconds });
    ages.push(age);
  }
  return ages;
}

describe("any schedule", () => {
  const odd = fc.oneof(
    fc.double(),
    fc.double({ min: 0, max: 1e5, noNaN: true }),
    fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-300, 1e300),
  );

  it("gives a finite gap within the bounds, whatever it is asked", () => {
    fc.assert(
      fc.property(odd, fc.array(odd, { maxLength: 60 }), odd, (age, past, pollCost) => {
        const gap = nextGapSeconds({
          ageSeconds: age,
          pastSeconds: past,
          pollCostSeconds: pollCost,
        });
        expect(gap).toBeGreaterThanOrEqual(1);
        expect(gap).toBeLessThanOrEqual(Math.max(300, Math.min(age, 1e9) / 10 || 0));
      }),
    );
  });

  const age = fc.double({ min: 0, max: 1e5, noNaN: true });
  const past = fc.array(fc.double({ min: 0.1, max: 1e5, noNaN: true }), { maxLength: 25 });

  it("never looks sooner when a look costs more", () => {
    const price = fc.double({ min: 0.01, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(age, past, price, price, (ageSeconds, pastSeconds, one, other) => {
        const gap = (pollCostSeconds: number) =>
          nextGapSeconds({ ageSeconds, pastSeconds, pollCostSeconds });
        expect(gap(Math.min(one, other))).toBeLessThanOrEqual(gap(Math.max(one, other)) * 1.02);
      }),
    );
  });

  it("takes the same flow in another unit of time to be the same flow", () => {
    const scale = fc.double({ min: 1, max: 20, noNaN: true });
    const hours = fc.double({ min: 3_000, max: 20_000, noNaN: true });
    fc.assert(
      fc.property(
        age,
        fc.array(hours, { maxLength: 25 }),
        scale,
        (ageSeconds, pastSeconds, factor) => {
          const gap = nextGapSeconds({ ageSeconds, pastSeconds, pollCostSeconds: 5 });
          const scaled = nextGapSeconds({
            ageSeconds: ageSeconds * factor,
            pastSeconds: pastSeconds.map(length => length * factor),
            pollCostSeconds: 5 * factor,
          });
          // Where no bound in seconds holds one of the two.
          fc.pre(gap > 1 && scaled < 300);
          expect(Math.abs(scaled / gap / factor - 1)).toBeLessThan(0.02);
        },
      ),
    );
  });

  it("is cheap", async () => {
    const pastSeconds = Array.from({ length: 20 }, (_, index) => 600 + 7 * index);
    const used = await computingMs(() => {
      for (let ageSeconds = 0; ageSeconds < 1_000; ageSeconds += 1) {
        nextGapSeconds({ ageSeconds, pastSeconds, pollCostSeconds: cost });
      }
    });
    // About 0.02 ms a call; the limit only catches a change of kind.
    expect(used / 1_000).toBeLessThan(1);
  });
});

describe("a flow without history", () => {
  it("is looked at after c, 4c, 9c …, each at least a second apart", () => {
    const rounded = polls([], 60, 2).map(age => Math.round(age * 1e6) / 1e6);
    expect(rounded).toEqual([2, 8, 18, 32, 50, 72]);
    expect(polls([], 3)[0]).toBe(1);
  });

  it("has the gap whose worst case is least: no other factor k in k sqrt(c t) does better", () => {
    // In units of sqrt(c t): a gap k costs k / 2 late and 2 / k in looks; the best fixed one sqrt(2).
    const ratio = (factor: number) => (factor / 2 + 2 / factor) / Math.SQRT2;
    expect(ratio(2)).toBeCloseTo(Math.SQRT2, 12);
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 20, noNaN: true }), factor => {
        expect(ratio(factor)).toBeGreaterThanOrEqual(Math.SQRT2 - 1e-12);
      }),
    );
  });
});

/** Ten minutes, give or take two in a hundred. */
const steady = [600, 590, 612, 605, 595, 610, 588, 602, 597, 608];

describe("a flow with a history", () => {
  it("is left alone until its end is near, then watched closely, then less and less", () => {
    const ages = polls(steady, 3_600);
    const gaps = ages.map((age, index) => age - (ages[index - 1] ?? 0));
    const between = (low: number, high: number) =>
      gaps.filter((_, index) => (ages[index] ?? 0) > low && (ages[index] ?? 0) <= high);
    expect(between(0, 500).length).toBeLessThanOrEqual(3);
    expect(Math.max(...between(590, 620))).toBeLessThan(12);
    expect(Math.min(...between(1_500, 3_600))).toBeGreaterThan(30);
  });

  it("is found when it takes far longer than ever before", () => {
    for (const past of [[60], [60, 60, 60], steady, Array.from({ length: 50 }, () => 10)]) {
      const late = [1_000, 5_000, 20_000, 100_000].map(end => {
        const found = polls(past, end).at(-1) ?? 0;
        return (found - end) / Math.max(300, end / 10);
      });
      expect(Math.max(...late)).toBeLessThanOrEqual(1);
    }
  });

  it("costs no request more than it must when a run outlives its history", () => {
    const withHistory = polls(steady, 20_000).length;
    const without = polls([], 20_000).length;
    expect(withHistory).toBeLessThan(1.2 * without);
  });

  it("has two kinds of runs when the history says so", () => {
    const twoKinds = Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0 ? 30 + (index % 5) / 5 : 1_200 + 9 * (index % 7),
    );
    const ages = polls(twoKinds, 1_300);
    const within = (low: number, high: number) =>
      ages.filter(age => age > low && age <= high).length;
    expect(within(29, 34)).toBeGreaterThanOrEqual(2);
    expect(within(60, 1_000)).toBeLessThan(8);
    expect(within(1_180, 1_280)).toBeGreaterThanOrEqual(6);
  });

  it("is not thrown by one outlier", () => {
    const outlier = [...steady.slice(0, 4), 9_000, ...steady.slice(4)];
    const close = (past: readonly number[]) =>
      polls(past, 700).filter(age => age > 560 && age < 620).length;
    expect(Math.abs(close(outlier) - close(steady))).toBeLessThanOrEqual(2);
  });

  it("believes newer runs more than older ones", () => {
    const grew = [
      ...Array.from({ length: 8 }, () => 900),
      ...Array.from({ length: 12 }, () => 600),
    ];
    const share = (past: readonly number[]) => {
      const ages = polls(past, 1_000);
      return ages.filter(age => age > 850).length / ages.filter(age => age > 550).length;
    };
    expect(share(grew)).toBeGreaterThan(share(grew.toReversed()));
  });

  it("forgets records that cannot be lengths", () => {
    const broken = [Number.NaN, -5, 0, Number.POSITIVE_INFINITY, 1e12];
    const mixed = steady.flatMap((length, index) => [broken[index % broken.length] ?? 0, length]);
    expect(polls(mixed, 900)).toEqual(polls(steady, 900));
    expect(polls(broken, 900)).toEqual(polls([], 900));
  });

  it("is looked at less often after each 429, for the rest of the run", () => {
    const counts = [1, 2, 4, 8, 16].map(factor => polls(steady, 600, cost * factor).length);
    expect(counts).toEqual(counts.toSorted((one, other) => other - one));
    expect(counts.at(-1)).toBeLessThan((counts[0] ?? 0) / 2);
  });
});

/** As a user sees them. Whoever changes one means it, and has measured it (`bench:polling`). */
describe("the gaps of a flow", () => {
  const kinds: readonly (readonly [string, readonly number[], readonly [number, number][]])[] = [
    [
      "that ran once, for a minute",
      [60],
      [
        [0, 12.34],
        [30, 8.73],
        [59, 3.19],
        [300, 15.87],
      ],
    ],
    [
      "that ran once, for ten minutes",
      [600],
      [
        [0, 65.09],
        [300, 50.6],
        [600, 16.97],
        [4_000, 96.22],
      ],
    ],
    [
      "that ran twice",
      [60, 66],
      [
        [0, 27.34],
        [50, 6.46],
        [300, 23.2],
      ],
    ],
    [
      "that ran three times",
      [300, 330, 285],
      [
        [0, 88.57],
        [250, 17.52],
        [300, 6.77],
        [1_000, 51.48],
      ],
    ],
    [
      "of a minute",
      [60, 62, 58, 61, 59, 60, 63, 57, 60, 61],
      [
        [0, 56.28],
        [45, 13.5],
        [60, 1.85],
        [100, 18.36],
      ],
    ],
    [
      "of ten minutes",
      steady,
      [
        [0, 300],
        [500, 61.22],
        [590, 6.31],
        [600, 5.18],
        [1_000, 56.96],
        [4_000, 96.25],
      ],
    ],
    [
      "with empty and full loads",
      [1_200, 30, 1_215, 31, 1_190, 30, 1_209, 32],
      [
        [0, 30.31],
        [29, 3.23],
        [100, 147.14],
        [1_150, 13.41],
        [1_300, 7.84],
      ],
    ],
    [
      "whose runs are of one kind, since they scatter widely",
      [400, 900, 650, 1_300, 500, 800, 300, 1_000, 700, 600],
      [
        [0, 196.88],
        [250, 50.79],
        [600, 19.23],
        [2_000, 28.41],
      ],
    ],
    [
      "whose runs are of one kind, since two would be near each other",
      [100, 140, 105, 150, 98, 145, 102, 138],
      [
        [0, 81.9],
        [90, 10.6],
        [120, 5.15],
        [200, 7.56],
      ],
    ],
    [
      "whose runs are of one kind still",
      [100, 141, 100, 141, 100, 141, 100, 141],
      [
        [0, 81.68],
        [90, 10.22],
        [120, 4.97],
      ],
    ],
    [
      "whose runs are just far enough apart to be of two kinds",
      [100, 142, 100, 142, 100, 142, 100, 142],
      [
        [0, 91],
        [90, 8.04],
        [120, 12.39],
      ],
    ],
  ];

  it.each(kinds)("%s", (_kind, pastSeconds, gaps) => {
    const found = gaps.map(([ageSeconds]) => {
      const gap = nextGapSeconds({ ageSeconds, pastSeconds, pollCostSeconds: cost });
      return [ageSeconds, Math.round(gap * 100) / 100];
    });
    expect(found).toEqual(gaps);
  });

  it("are learned from the newest 50 runs", () => {
    const newest = Array.from({ length: 50 }, () => 100);
    const older = Array.from({ length: 20 }, () => 1_000);
    expect(polls([...newest, ...older], 2_000)).toEqual(polls(newest, 2_000));
    expect(polls([...newest.slice(1), ...older], 2_000)).not.toEqual(polls(newest, 2_000));
  });

  it.each([
    [1e-3, true],
    [0.9e-3, false],
    [1e9, true],
    [1.1e9, false],
  ])("are learned from a run of %d s: %s", (seconds, learned) => {
    const gap = (pastSeconds: readonly number[]) =>
      nextGapSeconds({ ageSeconds: 100, pastSeconds, pollCostSeconds: cost });
    expect(gap([seconds]) !== gap([])).toBe(learned);
  });
});
