import { playOnWire } from "../../action/step-on-wire.ts";
import { type FailingSeed, failingSeeds, type Seeds } from "../failing-seeds.ts";
import { contradictions } from "./oracle.ts";
import { drawScene } from "./scene.ts";

/** What became of many scenes. */
export interface Survey {
  readonly failures: readonly FailingSeed[];
  /** How often a step told this outcome as its own. */
  readonly outcomes: ReadonlyMap<string, number>;
}

/** Plays the scenes of these seeds, and holds each against the oracle. */
export async function tryScenes(seeds: Seeds): Promise<Survey> {
  const outcomes = new Map<string, number>();
  const failures = await failingSeeds(seeds, async seed => {
    const { scene, asked } = drawScene(seed);
    const played = await playOnWire(scene);
    const outcome = played.outputs["outcome"] ?? "none";
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    return contradictions(asked, played, scene.cancelAt);
  });
  return { failures, outcomes };
}
