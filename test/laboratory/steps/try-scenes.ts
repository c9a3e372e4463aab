import { playOnWire } from "../../action/step-on-wire.ts";
import { contradictions } from "./oracle.ts";
import { drawScene } from "./scene.ts";

/** What became of many scenes. */
export interface Survey {
  readonly failures: readonly { readonly seed: number; readonly found: readonly string[] }[];
  /** How often a step told this outcome as its own. */
  readonly outcomes: ReadonlyMap<string, number>;
}

/** Plays the scenes of these seeds, and holds each against the oracle. */
export async function tryScenes(seeds: {
  readonly from: number;
  readonly count: number;
}): Promise<Survey> {
  const failures: { seed: number; found: readonly string[] }[] = [];
  const outcomes = new Map<string, number>();
  for (let seed = seeds.from; seed < seeds.from + seeds.count; seed++) {
    const { scene, asked } = drawScene(seed);
    const played = await playOnWire(scene);
    const found = contradictions(asked, played, scene.cancelAt);
    if (found.length > 0) failures.push({ seed, found });
    const outcome = played.outputs["outcome"] ?? "none";
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  return { failures, outcomes };
}
