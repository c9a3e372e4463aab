import type { Scene } from "./scene.ts";

const SWEEP_MS = 300_000;

/** In the end all lanes are resumed and swept: everything that was taken is told, and nothing was run twice. */
export async function comeToRest(scene: Scene): Promise<readonly string[]> {
  const { world } = scene;
  scene.calmDown();
  const { table } = world;
  const isOver = () =>
    [...table.entries.values()].every(({ state }) => state === "told") &&
    [...table.lanes.values()].every(
      ({ head }) => head.open === undefined && head.drop === undefined,
    );
  for (let turn = 0; turn < 400 && !isOver(); turn += 1) {
    for (const [lane, { head }] of table.lanes) {
      if (head.hold !== undefined) await scene.invoke({ lane, do: "resume" });
    }
    await scene.invoke({ sweep: true });
    await scene.wakeLater();
    await world.pass(SWEEP_MS);
  }
  return [...table.entries.values()].flatMap(({ identity, state, round, outcome = "" }) => {
    const runs = world.runs.filter(({ identities }) => identities.includes(identity)).length;
    if (state === "waiting") return [`${identity} waits for ever`];
    if (runs > round) return [`${identity} was run ${runs} times in ${round} rounds`];
    if (outcome === "dropped" && runs === round) return [`${identity} was dropped and run`];
    const isRun = ["success", "warning", "error"].includes(outcome);
    return isRun && runs === 0 ? [`${identity} is told ${outcome} and was not run`] : [];
  });
}
