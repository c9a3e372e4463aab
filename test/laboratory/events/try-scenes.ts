import { drawScene } from "./draw-scene.ts";
import { contradictions } from "./oracle.ts";
import { type Defect, play } from "./play.ts";

/** What became of many scenes. */
export interface Survey {
  readonly failures: readonly { readonly seed: number; readonly found: readonly string[] }[];
  readonly invocations: number;
  readonly runs: number;
  readonly takenBack: number;
}

/** Plays the scenes of these seeds, and holds each against the oracle. */
export async function tryScenes(
  seeds: { readonly from: number; readonly count: number },
  defect?: Defect,
): Promise<Survey> {
  const failures: { seed: number; found: readonly string[] }[] = [];
  let [invocations, runs, takenBack] = [0, 0, 0];
  for (let seed = seeds.from; seed < seeds.from + seeds.count; seed++) {
    const scene = drawScene(seed);
    const played = await play(scene, defect);
    const found = contradictions(scene, played);
    if (found.length > 0) failures.push({ seed, found });
    invocations += played.attempts.length;
    for (const { begun, attempt } of played.attempts) {
      runs += begun.length;
      if (attempt > 1) takenBack += 1;
    }
  }
  return { failures, invocations, runs, takenBack };
}
