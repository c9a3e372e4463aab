import { type Length, logNormal, mixture, queued } from "./length.ts";
import type { Random } from "./random.ts";

/** A kind of flow: what its history looks like and how long the next run takes. */
export interface Scenario {
  readonly name: string;
  /** For a typical length in seconds. */
  readonly of: (typical: number) => Flow;
}

export interface Flow {
  /** The law of the run under way. */
  readonly next: Length;
  /** Past lengths, newest first, as the schedule would read them. */
  readonly history: (random: Random) => readonly number[];
}

/** Lengths that repeat, with this coefficient of variation. */
export function steady(spread: number, runs: number): Scenario {
  return {
    name: `spread ${spread}, ${pastRuns(runs)}`,
    of: typical => {
      const length = logNormal(typical, spread);
      return { next: length, history: random => many(runs, () => length.sample(random)) };
    },
  };
}

/** Every run takes this much longer than the one before. */
export function drifting(growth: number): Scenario {
  const percent = Math.round(growth * 100);
  return {
    name: `drift ${percent > 0 ? "+" : "−"}${Math.abs(percent)} % a run`,
    of: typical => ({
      next: logNormal(typical, 0.1),
      history: random =>
        many(20, back => logNormal(typical * (1 + growth) ** -(back + 1), 0.1).sample(random)),
    }),
  };
}

/** At some moment in the history the length became `factor` times what it was. */
export function stepping(factor: number): Scenario {
  return {
    name: `a step to × ${factor}`,
    of: typical => ({
      next: logNormal(typical, 0.1),
      history: random => {
        const since = Math.floor(random() * 20);
        return many(20, back =>
          logNormal(back < since ? typical : typical / factor, 0.1).sample(random),
        );
      },
    }),
  };
}

/** Full loads with this share, and empty ones that take a `ratio`-th of the time. */
export function twoModes(share: number, ratio: number): Scenario {
  return {
    name: `${Math.round(share * 100)} % full, empty ${ratio} times shorter`,
    of: typical => {
      const length = mixture([
        { share, length: logNormal(typical, 0.1) },
        { share: 1 - share, length: logNormal(typical / ratio, 0.1) },
      ]);
      return { next: length, history: random => many(20, () => length.sample(random)) };
    },
  };
}

/** Three runs in ten wait first, as long as they work on average; the history knows only work. */
export const queueing: Scenario = {
  name: "30 % queue first, unseen in the history",
  of: typical => {
    const work = logNormal(typical, 0.1);
    return {
      next: mixture([
        { share: 0.7, length: work },
        { share: 0.3, length: queued(work, typical) },
      ]),
      history: random => many(20, () => work.sample(random)),
    };
  },
};

/** Three runs in a hundred fail long before they should end. */
export const failingEarly: Scenario = {
  name: "3 % fail early, unseen in the history",
  of: typical => {
    const work = logNormal(typical, 0.1);
    return {
      next: mixture([
        { share: 0.97, length: work },
        { share: 0.03, length: logNormal(typical / 5, 1) },
      ]),
      history: random => many(20, () => work.sample(random)),
    };
  },
};

function pastRuns(runs: number): string {
  if (runs === 0) return "no history";
  return runs === 1 ? "1 past run" : `${runs} past runs`;
}

function many(count: number, one: (back: number) => number): number[] {
  return Array.from({ length: count }, (_, back) => one(back));
}
