import type { Plant } from "./plants.ts";
import { play } from "./play.ts";

/** What became of many scenes. */
export interface Survey {
  readonly failures: readonly { readonly seed: number; readonly found: readonly string[] }[];
  /** How often which command did something. */
  readonly met: Readonly<Record<string, number>>;
}

/** Plays the scenes of these seeds, and holds each against the oracle. */
export async function tryScenes(
  seeds: { readonly from: number; readonly count: number },
  plant?: Plant,
): Promise<Survey> {
  const failures: { seed: number; found: readonly string[] }[] = [];
  const met: Record<string, number> = {};
  for (let seed = seeds.from; seed < seeds.from + seeds.count; seed++) {
    const played = await play(seed, plant === undefined ? {} : { plant });
    if (played.found.length > 0) failures.push({ seed, found: played.found });
    for (const [what, times] of Object.entries(played.met)) met[what] = (met[what] ?? 0) + times;
  }
  return { failures, met };
}
