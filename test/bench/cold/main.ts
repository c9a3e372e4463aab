import { execFileSync, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { buildLambda } from "../../../scripts/build-lambda.ts";
import { isObject } from "../../../shared/json.ts";
import { type Clouds, startClouds } from "./clouds.ts";

/**
 * `npm run bench:cold`: size, import and first request of each handler, against the same with the
 * plain SDK client only and against one on Powertools, in one run and therefore as ratios.
 * Arguments: the number of rounds, and `--without-powertools`.
 */
const rounds = Number(process.argv.slice(2).find(word => /^\d+$/.test(word)) ?? 15);
const withPowertools = !process.argv.includes("--without-powertools");

/** Newest on npm in November 2026. */
const POWERTOOLS = [
  "@aws-lambda-powertools/batch@2.35.0",
  "@aws-lambda-powertools/idempotency@2.35.0",
  "@aws-lambda-powertools/parameters@2.35.0",
  "@aws-lambda-powertools/parser@2.35.0",
  "@aws-sdk/client-dynamodb@3.1156.0",
  "@aws-sdk/lib-dynamodb@3.1156.0",
  "@aws-sdk/client-secrets-manager@3.1164.0",
  "zod@4.6.7",
];

interface Contender {
  readonly name: string;
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly event: unknown;
}

interface Sample {
  readonly importMs: number;
  readonly firstRequestMs: number;
  /** The files loaded until the first request. */
  readonly files: readonly string[];
}

const workshop = mkdtempSync(join(tmpdir(), "etlworks-cold-"));

async function compare(): Promise<void> {
  const clouds = await startClouds();
  try {
    const contenders = await prepare(clouds);
    const rows: Row[] = [];
    // Telling what it loads takes time, so that is seen in a round of its own, which warms the files.
    for (const contender of contenders) {
      const { files } = await coldStart(contender, clouds, "--tell-files");
      rows.push({ contender, kilobytes: kilobytesOf(files), samples: [] });
    }
    // Interleaved, so that a busy minute of the machine spoils all alike.
    for (let round = 0; round < rounds; round++) {
      for (const { contender, samples } of rows) samples.push(await coldStart(contender, clouds));
    }
    print(rows);
  } finally {
    await clouds.close();
    rmSync(workshop, { recursive: true });
  }
}

async function prepare({ environment, ...clouds }: Clouds): Promise<Contender[]> {
  await buildLambda(workshop);
  const at = (name: string) => join(workshop, name);
  const plain = async (name: string, directory: string, file: string) => {
    await build({
      entryPoints: [file],
      outfile: at(`${name}.mjs`),
      absWorkingDir: directory,
      bundle: true,
      minify: true,
      format: "esm",
      platform: "node",
      target: "node24",
      mainFields: ["module", "main"],
      legalComments: "none",
      logLevel: "error",
      banner: {
        js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
      },
    });
    return at(`${name}.mjs`);
  };
  const here = import.meta.dirname;
  const queue = {
    Records: [{ messageId: "1", eventSource: "aws:sqs", body: JSON.stringify(objectEvent) }],
  };
  const lanes = { ...environment, ...clouds.lanes, ETLWORKS_RUNNER: RUNNER };
  const contenders: Contender[] = [
    {
      name: "dispatcher, with lanes",
      bundle: at("dispatcher.mjs"),
      environment: lanes,
      event: queue,
    },
    {
      name: "dispatcher, in place",
      bundle: at("dispatcher.mjs"),
      environment,
      event: queue,
    },
    { name: "runner", bundle: at("runner.mjs"), environment, event: durableEvent() },
    {
      name: "(a) plain SDK, invoke",
      bundle: await plain(
        "plain-invoke",
        here,
        fileURLToPath(import.meta.resolve("./plain-invoke.ts")),
      ),
      environment: lanes,
      event: queue,
    },
    {
      name: "(a) plain SDK, in place",
      bundle: await plain(
        "plain-in-place",
        here,
        fileURLToPath(import.meta.resolve("./plain-in-place.ts")),
      ),
      environment,
      event: queue,
    },
  ];
  if (!withPowertools) return contenders;
  // In a directory of its own: nothing of this project needs them.
  const powertools = at("powertools");
  mkdirSync(powertools);
  writeFileSync(join(powertools, "package.json"), '{"private": true, "type": "module"}');
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...POWERTOOLS], {
    cwd: powertools,
    stdio: "inherit",
  });
  writeFileSync(join(powertools, "powertools.mjs"), readFileSync(join(here, "powertools.mjs")));
  const file = await plain("powertools-handler", powertools, "powertools.mjs");
  return [
    ...contenders,
    { name: "(b) Powertools, in place", bundle: file, environment, event: queue },
  ];
}

const RUNNER = "arn:aws:lambda:eu-central-1:123456789012:function:runner:live";

/** Stands in events for one that is new at each cold start: the ledger takes none twice. */
const VERSION = "version-of-this-start";

const objectEvent = {
  version: "0",
  id: "17793124-05d4-b198-2fde-7ededc63b103",
  "detail-type": "Object Created",
  source: "aws.s3",
  account: "111122223333",
  time: "2026-11-23T10:00:00Z",
  region: "eu-central-1",
  resources: ["arn:aws:s3:::landing"],
  detail: { bucket: { name: "landing" }, object: { key: "a.csv", size: 9, "version-id": VERSION } },
};

/**
 * The first invocation of a durable execution, as AWS sends it. A check is the shortest way to the
 * first request: the ledger of these clouds holds no batch.
 */
function durableEvent(): unknown {
  const execution = {
    Id: "execution",
    Type: "EXECUTION",
    Status: "STARTED",
    StartTimestamp: new Date().toISOString(),
    ExecutionDetails: { InputPayload: JSON.stringify({ check: true, flows: [12345] }) },
  };
  return {
    DurableExecutionArn: `${RUNNER.replace(":live", ":1")}/durable-execution/orders-1/1`,
    CheckpointToken: "token",
    InitialExecutionState: { Operations: [execution] },
  };
}

/** Starts a process, and resolves when its first request has arrived where the work is done. */
async function coldStart(
  contender: Contender,
  clouds: Clouds,
  ...flags: string[]
): Promise<Sample> {
  const mayHaveArrived = clouds.firstRequest();
  const event = JSON.stringify(contender.event).replaceAll(VERSION, randomUUID());
  const child = fork(
    fileURLToPath(import.meta.resolve("./measure.ts")),
    [pathToFileURL(contender.bundle).href, event, ...flags],
    {
      env: { PATH: process.env["PATH"] ?? "", ...contender.environment },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    },
  );
  const files: string[] = [];
  const told = new Promise<unknown>((resolve, reject) => {
    child.on("message", message => {
      const loaded = isObject(message) ? message["loaded"] : undefined;
      if (typeof loaded === "string") files.push(loaded);
      else resolve(message);
    });
    child.once("exit", code => reject(new Error(`${contender.name} ended with code ${code}.`)));
  });
  const message = await told;
  const gone = new Promise(resolve => child.once("exit", resolve));
  const at = await Promise.race([
    mayHaveArrived,
    gone.then(() => Promise.reject(new Error(`${contender.name} made no request.`))),
  ]);
  child.kill("SIGKILL");
  await gone;
  const startedAt = isObject(message) ? message["startedAt"] : undefined;
  const importMs = isObject(message) ? message["importMs"] : undefined;
  if (typeof startedAt !== "number" || typeof importMs !== "number") throw new Error("No times.");
  return { importMs, firstRequestMs: at - startedAt, files };
}

interface Row {
  readonly contender: Contender;
  readonly kilobytes: number;
  readonly samples: Sample[];
}

/** The contender that a handler is set against: the same work with the plain SDK client only. */
const PLAIN: Readonly<Record<string, string>> = {
  "dispatcher, with lanes": "(a) plain SDK, invoke",
  "dispatcher, in place": "(a) plain SDK, in place",
  runner: "(a) plain SDK, in place",
};

function print(rows: readonly Row[]): void {
  const firstRequest = ({ samples }: Row) =>
    median(samples.map(({ firstRequestMs }) => firstRequestMs));
  const ratio = (row: Row, to: string | undefined) => {
    const base = rows.find(({ contender }) => to !== undefined && contender.name.startsWith(to));
    return base === undefined || row.contender.name.startsWith("(")
      ? ""
      : (firstRequest(row) / firstRequest(base)).toFixed(2);
  };
  console.log(`Node ${process.versions.node}, medians of ${rounds} cold starts each`);
  console.log("| handler | kB loaded | import ms | first request ms | to (a) | to (b) |");
  console.log("|---|---|---|---|---|---|");
  for (const row of rows) {
    const { name } = row.contender;
    const cells = [
      name,
      row.kilobytes.toFixed(0),
      median(row.samples.map(({ importMs }) => importMs)).toFixed(1),
      firstRequest(row).toFixed(1),
      ratio(row, PLAIN[name]),
      ratio(row, "(b)"),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

function kilobytesOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(fileURLToPath(file)).size, 0) / 1_000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

await compare();
