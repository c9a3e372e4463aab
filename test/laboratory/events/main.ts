import { parseArgs } from "node:util";
import { routesText } from "./draw-routes.ts";
import { drawScene } from "./draw-scene.ts";
import { contradictions } from "./oracle.ts";
import { play } from "./play.ts";
import { tryScenes } from "./try-scenes.ts";

/**
 * `npm run laboratory -- events --seeds 10000 --from 1`: any number of scenes of routes and events;
 * names the seeds in which an event becomes what the pages do not say. `--seed 4711` shows one.
 */
export async function laboratoryOfEvents(given: readonly string[]): Promise<void> {
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
    console.log(`  See it: npm run laboratory -- events --seed ${seed}`);
  }
  const { invocations, runs, takenBack } = survey;
  console.log(`${invocations} invocations, ${takenBack} of them again, ${runs} runs`);
  console.log(`${count} scenes, ${survey.failures.length} with contradictions`);
  if (survey.failures.length > 0) process.exitCode = 1;
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

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`--${name} takes a whole number, not "${text}".`);
}
