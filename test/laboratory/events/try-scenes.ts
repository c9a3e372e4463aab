import { type FailingSeed, failingSeeds, type Seeds } from "../failing-seeds.ts";
import { drawScene } from "./draw-scene.ts";
import { contradictions } from "./oracle.ts";
import { type Defect, play } from "./play.ts";

/** What became of many scenes. */
export interface Survey {
  readonly failures: readonly FailingSeed[];
  readonly invocations: number;
  readonly runs: number;
  readonly takenBack: number;
}

/** Plays the scenes of these seeds, and holds each against the oracle. */
export async function tryScenes(seeds: Seeds, defect?: Defect): Promise<Survey> {
  let [invocations, runs, takenBack] = [0, 0, 0];
  const failures = await failingSeeds(seeds, async seed => {
    const scene = drawScene(seed);
    const played = await play(scene, defect);
    invocations += played.attempts.length;
    for (const { begun, attempt } of played.attempts) {
      runs += begun.length;
      if (attempt > 1) takenBack += 1;
    }
    return contradictions(scene, played);
  });
  return { failures, invocations, runs, takenBack };
}
