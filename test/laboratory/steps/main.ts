import { parseArgs } from "node:util";
import { playOnWire } from "../../action/step-on-wire.ts";
import { contradictions } from "./oracle.ts";
import { drawScene } from "./scene.ts";
import { tryScenes } from "./try-scenes.ts";

/**
 * `npm run laboratory -- steps --seeds 10000 --from 1`: any number of whole steps of the Action;
 * names the seeds in which one says what is not so. `--seed 4711` shows one of them.
 */
export async function laboratoryOfSteps(given: readonly string[]): Promise<void> {
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
  const { failures, outcomes } = await tryScenes({ from: wholeNumber("from", values.from), count });
  for (const { seed, found } of failures) {
    console.log(`Seed ${seed}:`);
    for (const contradiction of found) console.log(`  ${contradiction}`);
    console.log(`  See it: npm run laboratory -- steps --seed ${seed}`);
  }
  for (const [outcome, times] of outcomes) console.log(`${String(times).padStart(8)}  ${outcome}`);
  console.log(`${count} scenes, ${failures.length} with contradictions`);
  if (failures.length > 0) process.exitCode = 1;
}

async function showScene(seed: number): Promise<void> {
  const { scene, asked } = drawScene(seed);
  const played = await playOnWire(scene);
  const { cancelAt, strangers, inputs } = scene;
  console.log({ inputs, cancelAt, strangers });
  for (const { sentAt, repliedAt, request, path, fate, reply } of [
    ...played.sent,
    ...played.sentByPost,
  ]) {
    const times = `${Math.round(sentAt)} to ${Math.round(repliedAt)}`;
    console.log(
      times,
      request.method,
      path,
      fate.fault ?? "",
      JSON.stringify(reply)?.slice(0, 200),
    );
  }
  const { lines, warnings, errors, outputs, postLines, endedAt } = played;
  console.log({ lines, warnings, errors, outputs, postLines, endedAt });
  console.log(contradictions(asked, played, cancelAt));
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`--${name} takes a whole number, not "${text}".`);
}
