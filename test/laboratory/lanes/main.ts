import { play } from "./play.ts";
import { brokenLanePromises } from "./promises.ts";
import { createWorld } from "./world.ts";

const from = Number(process.argv[2] ?? 1),
  count = Number(process.argv[3] ?? 100),
  plant = process.argv[4] || undefined,
  trace = process.argv[5] === "trace";
const t = performance.now();
let bad = 0;
for (let seed = from; seed < from + count; seed++) {
  const protocol = await play(
    createWorld(seed),
    plant,
    trace ? line => console.log(line) : undefined,
  );
  const broken = brokenLanePromises(protocol);
  if (broken.length > 0) {
    bad++;
    if (bad <= 5) {
      console.log("seed", seed);
      for (const b of broken.slice(0, 4)) console.log("  ", b.promise, ":", b.how);
    }
  }
  if (trace) console.log(JSON.stringify(protocol.world, undefined, 1));
}
console.log(
  count,
  "worlds",
  bad,
  "violations",
  ((performance.now() - t) / count).toFixed(2),
  "ms each",
);
