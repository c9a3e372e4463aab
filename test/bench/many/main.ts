import {
  asMatrix,
  bestEndSeconds,
  inOneStep,
  knownFlows,
  requestsOfLoops,
  type Toll,
} from "./night.ts";

/**
 * `npm run bench:many`: a night of many flows in one step, in virtual time: the Action's own code,
 * a model of Etlworks that allows 600 requests a minute, and nothing else.
 */
const NIGHTS = 5;
const MINUTES = { from: 1, to: 30 };

console.log(`40 known flows of 1 to 30 minutes, max-parallel: 10 (${NIGHTS} nights)\n`);
console.log(
  "night   end    best   ratio   requests  matrix  loops of 5 s   busiest minute  late by",
);
for (let seed = 1; seed <= NIGHTS; seed++) {
  const flows = knownFlows(40, MINUTES, seed);
  const ours = await inOneStep(flows, 10);
  const matrix = await asMatrix(flows, 10);
  const loops = requestsOfLoops(flows);
  const best = bestEndSeconds(flows, 10);
  console.log(
    [
      String(seed).padEnd(5),
      minutes(ours.endSeconds),
      minutes(best),
      (ours.endSeconds / best).toFixed(2).padStart(6),
      String(ours.requests).padStart(9),
      share(matrix.requests, ours),
      share(loops, ours).padStart(14),
      String(ours.busiestMinute).padStart(14),
      `${ours.late.mean.toFixed(1)} s`.padStart(10),
    ].join("  "),
  );
}
console.log(`
The best end is a bound that no schedule can pass (all places busy all the time). Of flows with a tag
the step starts the longest first; what it reads for that, one history a flow, is in its requests.
The matrix takes 40 jobs, and starts them in its own order.`);

console.log("\n200 known flows at once, max-parallel: 200\n");
console.log("night   429   busiest minute   requests   late by (mean, 95 %)");
for (let seed = 1; seed <= NIGHTS; seed++) {
  const { refused, busiestMinute, requests, late } = await inOneStep(
    knownFlows(200, MINUTES, seed),
    200,
  );
  console.log(
    [
      String(seed).padEnd(5),
      String(refused).padStart(4),
      String(busiestMinute).padStart(15),
      String(requests).padStart(9),
      `${late.mean.toFixed(1)} s, ${late.high.toFixed(1)} s`.padStart(20),
    ].join("  "),
  );
}

function minutes(seconds: number): string {
  return `${(seconds / 60).toFixed(1)} m`.padStart(6);
}

/** The other's requests, and how many times ours that is. */
function share(requests: number, ours: Toll): string {
  return `${requests} (${(requests / ours.requests).toFixed(1)}×)`.padStart(7);
}
