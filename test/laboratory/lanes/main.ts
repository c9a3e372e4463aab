import { parseArgs } from "node:util";
import { wholeNumber } from "../whole-number.ts";
import { DEFECTS, type Defect, isDefect } from "./defects.ts";
import { exhaust, faultAndCommand, SMALL_WORLDS, twoFaults } from "./exhaust.ts";
import { play } from "./play.ts";
import { brokenLanePromises } from "./promises.ts";
import { LANE_SIGHTS } from "./sights.ts";
import { tryLaneWorldsInThreads } from "./try-lane-worlds.ts";
import { createWorld } from "./world.ts";

/** So rare a sight in so many worlds is a laboratory that has stopped meeting it. */
const MANY_WORLDS = 10_000;

/**
 * `npm run laboratory -- lanes --seeds 100000 --from 1`: any number of worlds of AWS; names the
 * seeds that break a promise. `--seed 4711 --trace` shows one of them, operation by operation, and
 * `--defect "no round"` puts a fault into the protocol that must be found. `--small` plays worlds of
 * one or two events with two faults, or a fault and a command, at every pair of operations.
 */
export async function laboratoryOfLanes(given: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...given],
    options: {
      seeds: { type: "string", default: "10000" },
      from: { type: "string", default: "1" },
      threads: { type: "string", default: "2" },
      failures: { type: "string", default: "1" },
      seed: { type: "string" },
      trace: { type: "boolean", default: false },
      defect: { type: "string" },
      small: { type: "boolean", default: false },
      stride: { type: "string", default: "20" },
    },
  });
  const defect = readDefect(values.defect);
  if (values.seed !== undefined) {
    return showWorld(wholeNumber("seed", values.seed), defect, values.trace);
  }
  if (values.small) return trySmallWorlds(wholeNumber("stride", values.stride), defect);
  const seeds = {
    from: wholeNumber("from", values.from),
    count: wholeNumber("seeds", values.seeds),
    failuresUntilStop: wholeNumber("failures", values.failures),
    ...(defect !== undefined && { defect }),
  };
  await tryMany(seeds, wholeNumber("threads", values.threads));
}

async function tryMany(
  seeds: Parameters<typeof tryLaneWorldsInThreads>[0],
  threads: number,
): Promise<void> {
  const begun = performance.now();
  const survey = await tryLaneWorldsInThreads(seeds, threads);
  const { defect } = seeds;
  for (const { seed, broken } of survey.failures) {
    console.log(`Seed ${seed} breaks:`);
    for (const { promise, how } of broken) console.log(`  ${promise}: ${how}`);
    const planted = defect === undefined ? "" : ` --defect "${defect}"`;
    console.log(`  See it: npm run laboratory -- lanes --seed ${seed} --trace${planted}`);
    process.exitCode = 1;
  }
  const met = Object.entries(survey.met).toSorted(([, first], [, second]) => second - first);
  console.log(met.map(([sight, times]) => `${String(times).padStart(8)}  ${sight}`).join("\n"));
  const missing = LANE_SIGHTS.filter(sight => survey.met[sight] === undefined);
  if (survey.worlds >= MANY_WORLDS && missing.length > 0) {
    console.log(`Never met: ${missing.join(", ")}. The worlds prove less than they should.`);
    process.exitCode = 1;
  }
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  console.log(`${survey.operations} operations, ${survey.runs} runs, ${seconds} s`);
  console.log(`${survey.worlds} worlds, ${survey.failures.length} violations`);
}

/** Two things at every pair of operations, of which each `stride`-th is played: 1 is all of them. */
async function trySmallWorlds(stride: number, defect: Defect | undefined): Promise<void> {
  let worlds = 0;
  let violations = 0;
  for (const [name, base] of Object.entries(SMALL_WORLDS)) {
    const two = [
      ...(await faultAndCommand(base, Math.max(1, stride))),
      ...(await twoFaults(base, Math.max(1, stride))),
    ];
    const found = await exhaust(two, defect);
    worlds += found.worlds;
    violations += found.broken.length;
    console.log(`${name}: ${found.worlds} worlds, ${found.broken.length} violations`);
    for (const { name: what, promises } of found.broken.slice(0, 5)) {
      console.log(`  ${what}: ${promises.map(({ how }) => how).join("; ")}`);
    }
  }
  console.log(`${worlds} worlds, ${violations} violations`);
  if (violations > 0) process.exitCode = 1;
}

async function showWorld(seed: number, defect: Defect | undefined, trace: boolean): Promise<void> {
  const protocol = await play(
    createWorld(seed),
    defect,
    trace ? line => console.log(line) : undefined,
  );
  if (trace) console.log(JSON.stringify(protocol.world, undefined, 1));
  const broken = brokenLanePromises(protocol);
  for (const { promise, how } of broken) console.log(`Broken: ${promise}: ${how}`);
  console.log(`1 worlds, ${broken.length === 0 ? 0 : 1} violations`);
  if (broken.length > 0) process.exitCode = 1;
}

function readDefect(name: string | undefined): Defect | undefined {
  if (name === undefined || isDefect(name)) return name;
  throw new Error(`--defect takes one of these, not "${name}": ${DEFECTS.join(", ")}.`);
}
