import { trySeeds } from "../try-seeds.ts";
import { routesText } from "./asked-route.ts";
import { drawScene } from "./draw-scene.ts";
import { contradictions } from "./oracle.ts";
import { play } from "./play.ts";
import { tryScenes } from "./try-scenes.ts";

/**
 * `npm run laboratory -- events --seeds 10000 --from 1`: any number of scenes of routes and events;
 * names the seeds in which an event becomes what the pages do not say. `--seed 4711` shows one.
 */
export async function laboratoryOfEvents(given: readonly string[]): Promise<void> {
  await trySeeds(given, {
    name: "events",
    tryScenes,
    seen: ({ invocations, takenBack, runs }) => [
      `${invocations} invocations, ${takenBack} of them again, ${runs} runs`,
    ],
    showScene,
  });
}

async function showScene(seed: number): Promise<void> {
  const scene = drawScene(seed);
  const played = await play(scene);
  const { lanes, faults } = scene;
  console.log({ lanes, faults });
  console.log(JSON.stringify(JSON.parse(routesText(scene.routes)), undefined, 1));
  for (const { invocation, attempt, answer, begun, disturbed, lines } of played.attempts) {
    console.log(`\n${invocation.requestId}, attempt ${attempt}${disturbed ? ", disturbed" : ""}`);
    console.log(invocation.what);
    console.log(invocation.text);
    console.log(JSON.stringify(answer));
    for (const decision of begun) console.log(`  begun: ${JSON.stringify(decision)}`);
    for (const line of lines) console.log(`  log: ${JSON.stringify(line)}`);
  }
  for (const contradiction of contradictions(scene, played)) console.log(`\n${contradiction}`);
}
