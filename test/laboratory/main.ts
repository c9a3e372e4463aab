import { parseArgs } from "node:util";
import { experiment } from "./experiment.ts";
import { brokenPromises } from "./promises.ts";
import { tryWorldsInThreads } from "./try-worlds.ts";
import { wholeNumber } from "./whole-number.ts";

if (process.argv[2] === "lanes") {
  const { laboratoryOfLanes } = await import("./lanes/main.ts");
  await laboratoryOfLanes(process.argv.slice(3));
  process.exit();
}

if (process.argv[2] === "events") {
  const { laboratoryOfEvents } = await import("./events/main.ts");
  await laboratoryOfEvents(process.argv.slice(3));
  process.exit();
}

if (process.argv[2] === "commands") {
  const { laboratoryOfCommands } = await import("./commands/main.ts");
  await laboratoryOfCommands(process.argv.slice(3));
  process.exit();
}

if (process.argv[2] === "steps") {
  const { laboratoryOfSteps } = await import("./steps/main.ts");
  await laboratoryOfSteps(process.argv.slice(3));
  process.exit();
}

/**
 * `npm run laboratory -- --seeds 1000000 --from 1`: any number of experiments; names the seeds that
 * break a promise. `--seed 4711 --trace` shows one of them, request by request.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100000" },
    from: { type: "string", default: "1" },
    threads: { type: "string", default: "2" },
    failures: { type: "string", default: "1" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
  },
});

if (values.seed === undefined) await many();
else await one(wholeNumber("seed", values.seed));

async function many(): Promise<void> {
  const begun = performance.now();
  const seeds = {
    from: wholeNumber("from", values.from),
    count: wholeNumber("seeds", values.seeds),
    failuresUntilStop: wholeNumber("failures", values.failures),
  };
  const survey = await tryWorldsInThreads(seeds, wholeNumber("threads", values.threads));
  for (const { seed, broken } of survey.failures) {
    console.log(`Seed ${seed} breaks:`);
    for (const { promise, how } of broken) console.log(`  ${promise}: ${how}`);
    console.log(`  See it: npm run laboratory -- --seed ${seed} --trace`);
    process.exitCode = 1;
  }
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  const met = Object.entries(survey.met).toSorted(([, first], [, second]) => second - first);
  console.log(met.map(([sight, times]) => `${String(times).padStart(8)}  ${sight}`).join("\n"));
  console.log(`${survey.requests} requests, ${seconds} s`);
  console.log(`${survey.seeds} worlds, ${survey.failures.length} violations`);
}

async function one(seed: number): Promise<void> {
  const trace = values.trace ? { trace: (line: string) => console.log(line) } : {};
  const protocol = await experiment(seed, trace);
  if (values.trace) console.log(JSON.stringify(protocol.world, undefined, 1));
  const broken = brokenPromises(protocol);
  for (const { promise, how } of broken) console.log(`Broken: ${promise}: ${how}`);
  console.log(broken.length === 0 ? `Seed ${seed} keeps every promise.` : `Seed ${seed} fails.`);
  if (broken.length > 0) process.exitCode = 1;
}
