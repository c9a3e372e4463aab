import { playOnWire } from "../../action/step-on-wire.ts";
import { trySeeds } from "../try-seeds.ts";
import { contradictions } from "./oracle.ts";
import { drawScene } from "./scene.ts";
import { tryScenes } from "./try-scenes.ts";

/**
 * `npm run laboratory -- steps --seeds 10000 --from 1`: any number of whole steps of the Action;
 * names the seeds in which one says what is not so. `--seed 4711` shows one of them.
 */
export async function laboratoryOfSteps(given: readonly string[]): Promise<void> {
  await trySeeds(given, {
    name: "steps",
    tryScenes,
    seen: ({ outcomes }) =>
      [...outcomes].map(([outcome, times]) => `${String(times).padStart(8)}  ${outcome}`),
    showScene,
  });
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
