import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Metafile, type Plugin, transform } from "esbuild";
import { collectLicences, packageOf } from "./licences.ts";

const root = join(import.meta.dirname, "..");

/** How large one handler is with all that Lambda loads before the first event, in bytes. */
export interface HandlerSize {
  readonly total: number;
  /** The part that comes from this repository and not from a package. */
  readonly own: number;
}

const HANDLERS = ["dispatcher", "lane", "runner"] as const;
export type HandlerName = (typeof HANDLERS)[number];

/**
 * Bundles the Lambda handlers to `<directory>/dispatcher.mjs`, `lane.mjs` and `runner.mjs`. What they
 * share, and what each loads only when it needs it (the clients of AWS, the way without lanes), lies
 * beside them, once. `licenses.txt` has the licences of everything. Same sources, same bytes.
 */
export async function buildLambda(
  directory: string,
): Promise<ReadonlyMap<HandlerName, HandlerSize>> {
  await mkdir(directory, { recursive: true });
  const { outputs } = await bundle(directory);
  await writeFile(join(directory, "licenses.txt"), await collectLicences(packagesOf(outputs)));
  return new Map(HANDLERS.map(name => [name, sizeOf(name, outputs)]));
}

type Outputs = Metafile["outputs"];

async function bundle(directory: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: HANDLERS.map(name => `lambda/${name}.ts`),
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    // The ESM build of the AWS SDK, of which esbuild can leave out what is not used: a third less.
    mainFields: ["module", "main"],
    legalComments: "none",
    plugins: [fewerLambdaCalls, namedErrors],
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}

/** The durable SDK imports the whole Lambda client for two of its calls: 35 kB for nothing. */
const fewerLambdaCalls: Plugin = {
  name: "fewer-lambda-calls",
  setup(bundler) {
    bundler.onResolve({ filter: /^@aws-sdk\/client-lambda$/ }, ({ importer }) =>
      importer.includes("durable-execution-sdk-js")
        ? { path: join(root, "lambda", "aws", "lambda-client.ts") }
        : undefined,
    );
  },
};

/**
 * Errors are told by their class: in the console, in alarms, and by whoever catches them. Ours and
 * the AWS clients' say their names themselves; the durable SDK's go by what their classes are called.
 */
const namedErrors: Plugin = {
  name: "named-errors",
  setup(bundler) {
    bundler.onLoad({ filter: /durable-execution-sdk-js\/dist\/.*\.mjs$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { keepNames: true });
      return { contents: code, loader: "js" };
    });
  },
};

function sizeOf(name: HandlerName, outputs: Outputs): HandlerSize {
  const entry = Object.keys(outputs).find(
    file => outputs[file]?.entryPoint === `lambda/${name}.ts`,
  );
  if (entry === undefined) throw new Error(`esbuild wrote no bundle of ${name}.`);
  const loaded = [...loadedWith(entry, outputs)].flatMap(file => outputs[file] ?? []);
  const own = loaded
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([path]) => packageOf(path) === undefined);
  return {
    total: sum(loaded.map(({ bytes }) => bytes)),
    own: sum(own.map(([, { bytesInOutput }]) => bytesInOutput)),
  };
}

/** A built file and those that it cannot do without. */
function loadedWith(file: string, outputs: Outputs, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const { path, kind, external } of outputs[file]?.imports ?? []) {
    if (kind === "import-statement" && external !== true) loadedWith(path, outputs, found);
  }
  return found;
}

function packagesOf(outputs: Outputs): string[] {
  const packages = Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? (packageOf(path) ?? []) : []));
  return [...new Set(packages)].toSorted();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
