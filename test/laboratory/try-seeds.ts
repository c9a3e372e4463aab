import { parseArgs } from "node:util";
import type { FailingSeed, Seeds } from "./failing-seeds.ts";
import { wholeNumber } from "./whole-number.ts";

interface Survey {
  readonly failures: readonly FailingSeed[];
}

interface Laboratory<Found extends Survey> {
  readonly name: string;
  readonly tryScenes: (seeds: Seeds) => Promise<Found>;
  /** What else was seen, in lines. */
  readonly seen: (survey: Found) => readonly string[];
  readonly showScene: (seed: number) => Promise<void>;
}

/**
 * `--seeds 10000 --from 1` plays so many scenes and names the seeds that contradict the oracle;
 * `--seed 4711` shows one of them.
 */
export async function trySeeds<Found extends Survey>(
  given: readonly string[],
  { name, tryScenes, seen, showScene }: Laboratory<Found>,
): Promise<void> {
  const { values } = parseArgs({
    args: [...given],
    options: {
      seeds: { type: "string", default: "10000" },
      from: { type: "string", default: "1" },
      seed: { type: "string" },
    },
  });
  if (values.seed !== undefined) return showScene(wholeNumber("seed", values.seed));
  const count = wholeNumber("seeds", values.seeds);
  const survey = await tryScenes({ from: wholeNumber("from", values.from), count });
  for (const { seed, found } of survey.failures) {
    console.log(`Seed ${seed}:`);
    for (const contradiction of found) console.log(`  ${contradiction}`);
    console.log(`  See it: npm run laboratory -- ${name} --seed ${seed}`);
  }
  for (const line of seen(survey)) console.log(line);
  console.log(`${count} scenes, ${survey.failures.length} with contradictions`);
  if (survey.failures.length > 0) process.exitCode = 1;
}
