import { type FailingSeed, failingSeeds, type Seeds } from "../failing-seeds.ts";
import type { Defect } from "./defects.ts";
import { play } from "./play.ts";

/** What became of many scenes. */
export interface Survey {
  readonly failures: readonly FailingSeed[];
  /** How often which command did something. */
  readonly met: Readonly<Record<string, number>>;
}

/** Plays the scenes of these seeds, and holds each against the oracle. */
export async function tryScenes(seeds: Seeds, defect?: Defect): Promise<Survey> {
  const met: Record<string, number> = {};
  const failures = await failingSeeds(seeds, async seed => {
    const played = await play(seed, defect === undefined ? {} : { defect });
    for (const [what, times] of Object.entries(played.met)) met[what] = (met[what] ?? 0) + times;
    return played.found;
  });
  return { failures, met };
}
