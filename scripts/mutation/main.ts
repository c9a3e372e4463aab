import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject } from "../../shared/json.ts";
import { field } from "../../shared/json-fields.ts";

/**
 * `npm run test:mutation [-- PART …]`: changes the product in some 19,000 small ways, one at a time,
 * and asks whether a test notices. Each part is held by its own tests, so that a change does not cost
 * the whole suite. What was found is kept in `reports/`, and only what has changed
 * since is tried again.
 */
interface Part {
  readonly name: string;
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

/** The core as a host runs it, without sockets. */
const CONFORMANCE = "test/conformance/hosts.test.ts";

const parts: readonly Part[] = [
  {
    name: "shared",
    mutate: ["shared/*.ts"],
    tests: ["test/shared/*.test.ts", "test/action/inputs/*.test.ts"],
  },
  {
    name: "shared/etlworks",
    mutate: ["shared/etlworks/**/*.ts"],
    tests: ["test/shared/etlworks/**/*.test.ts"],
  },
  {
    name: "shared/run",
    mutate: ["shared/run/**/*.ts"],
    tests: ["test/shared/run/**/!(schedule-reach).test.ts", CONFORMANCE],
  },
  {
    name: "lambda",
    mutate: ["lambda/!(dispatcher|lane|runner|process-output).ts"],
    tests: [
      "test/lambda/!(dispatcher|hostile-events|lane|runner).test.ts",
      "test/lambda/{events,launch}/*.test.ts",
      "test/lambda/lanes/**/*.test.ts",
      "test/lambda/routes/*.test.ts",
      "test/lambda/follow/!(operations).test.ts",
    ],
  },
  {
    name: "lambda/handlers",
    mutate: ["lambda/{dispatcher,lane,runner,process-output}.ts"],
    tests: ["test/lambda/{dispatcher,lane,runner}.test.ts"],
  },
  {
    name: "lambda/events",
    mutate: ["lambda/events/*.ts"],
    tests: ["test/lambda/events/*.test.ts", "test/lambda/identity.test.ts"],
  },
  {
    name: "lambda/routes",
    mutate: ["lambda/routes/**/*.ts"],
    tests: ["test/lambda/routes/**/*.test.ts"],
  },
  {
    name: "lambda/lanes",
    mutate: ["lambda/lanes/**/*.ts"],
    tests: ["test/lambda/lanes/**/*.test.ts"],
  },
  {
    name: "lambda/launch",
    mutate: ["lambda/launch/*.ts"],
    tests: ["test/lambda/launch/*.test.ts"],
  },
  {
    name: "lambda/follow",
    mutate: ["lambda/follow/*.ts"],
    tests: ["test/lambda/follow/!(operations).test.ts"],
  },
  {
    name: "lambda/aws",
    mutate: ["lambda/aws/*.ts"],
    // The client of the table is held by the tests of what speaks to it.
    tests: ["test/lambda/aws/*.test.ts", "test/lambda/lanes/ledger/dynamo-table.test.ts"],
  },
];

/** How many of a hundred changes must be noticed. */
const bars: Readonly<Record<string, number>> = { shared: 90, lambda: 85 };

const root = join(import.meta.dirname, "..", "..");
const reports = join(root, "reports");
await mkdir(reports, { recursive: true });
const asked = process.argv.slice(2);
for (const part of parts) {
  if (asked.length === 0 || asked.includes(part.name)) await run(part);
}
process.exitCode = await tally();

async function run({ name, mutate, tests }: Part): Promise<void> {
  const file = fileOf(name);
  const common: unknown = JSON.parse(
    await readFile(join(import.meta.dirname, "stryker.config.json"), "utf8"),
  );
  const config = {
    ...(isObject(common) ? common : {}),
    mutate,
    incremental: true,
    incrementalFile: `${file}.json`,
    htmlReporter: { fileName: `${file}.html` },
  };
  await writeFile(`${file}.config.json`, JSON.stringify(config));
  console.log(`\n${name}`);
  const stryker = join(root, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
  const child = spawn(process.execPath, [stryker, "run", `${file}.config.json`], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, MUTATION_TESTS: tests.join(" ") },
  });
  // Shown only when it fails: which tests did before anything was changed stands in it.
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code === 0) return;
  console.log(said);
  throw new Error(`The mutation run of ${name} ended with code ${code}.`);
}

interface Count {
  readonly noticed: number;
  readonly all: number;
}

/** Adds up what all parts have found, those of earlier runs too. */
async function tally(): Promise<number> {
  const counts: { name: string; count: Count }[] = [];
  for (const { name } of parts) {
    const count = await countIn(name);
    if (count !== undefined) counts.push({ name, count });
  }
  console.log("\nNoticed changes");
  for (const { name, count } of counts) console.log(`  ${name.padEnd(18)} ${shareOf(count)}`);
  let missed = 0;
  for (const [folder, bar] of Object.entries(bars)) {
    const count = counts
      .filter(({ name }) => name.split("/")[0] === folder)
      .map(part => part.count)
      .reduce(
        (one, other) => ({ noticed: one.noticed + other.noticed, all: one.all + other.all }),
        {
          noticed: 0,
          all: 0,
        },
      );
    const enough = count.noticed * 100 >= bar * count.all;
    if (!enough) missed += 1;
    console.log(
      `${folder}: ${shareOf(count)}, ${enough ? "at least" : "below"} the ${bar} % wanted`,
    );
  }
  return missed === 0 ? 0 : 1;
}

async function countIn(part: string): Promise<Count | undefined> {
  const text = await readFile(`${fileOf(part)}.json`, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const report: unknown = JSON.parse(text);
  const files = field(report, "files");
  const statuses = Object.values(isObject(files) ? files : {}).flatMap(file => {
    const mutants = field(file, "mutants");
    return Array.isArray(mutants) ? mutants.map(mutant => String(field(mutant, "status"))) : [];
  });
  const noticed = statuses.filter(status => status === "Killed" || status === "Timeout").length;
  const unnoticed = statuses.filter(status => status === "Survived" || status === "NoCoverage");
  return { noticed, all: noticed + unnoticed.length };
}

function shareOf({ noticed, all }: Count): string {
  const share = all === 0 ? 0 : (noticed * 100) / all;
  return `${share.toFixed(1)} % of ${all}`;
}

function fileOf(part: string): string {
  return join(reports, `mutation ${part.replaceAll("/", "-")}`);
}
