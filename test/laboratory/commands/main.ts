import { trySeeds } from "../try-seeds.ts";
import { play } from "./play.ts";
import { tryScenes } from "./try-scenes.ts";

/**
 * `npm run laboratory -- commands --seeds 10000 --from 1`: any number of nights at the lanes; names the
 * seeds in which a command does or says what the pages do not. `--seed 4711` shows one of them.
 */
export async function laboratoryOfCommands(given: readonly string[]): Promise<void> {
  await trySeeds(given, {
    name: "commands",
    tryScenes,
    seen: ({ met }) =>
      Object.entries(met).map(([what, times]) => `${String(times).padStart(8)}  ${what}`),
    async showScene(seed) {
      const { found } = await play(seed, { trace: line => console.log(line) });
      for (const contradiction of found) console.log(`\n${contradiction}`);
    },
  });
}
