import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, type Metafile, type Plugin, transform } from "esbuild";
import { collectLicences, packageOf } from "./licences.ts";

const root = join(import.meta.dirname, "..");

/** How large one bundle is, in bytes. */
export interface BundleSize {
  readonly total: number;
  /** The part that comes from this repository and not from a package. */
  readonly own: number;
}

/**
 * The three handlers, and the parts that they load only when they need them: the way without lanes,
 * and what speaks to S3 and to EventBridge.
 */
const BUNDLES = {
  dispatcher: "lambda/dispatcher.ts",
  "event-bridge-client": "lambda/aws/event-bridge-client.ts",
  "in-place-launcher": "lambda/launch/in-place-launcher.ts",
  lane: "lambda/lane.ts",
  runner: "lambda/runner.ts",
  s3: "lambda/aws/s3.ts",
} as const;
export type BundleName = keyof typeof BUNDLES;

const BUNDLE_NAMES: readonly BundleName[] = [
  "dispatcher",
  "event-bridge-client",
  "in-place-launcher",
  "lane",
  "runner",
  "s3",
];

/**
 * Bundles the Lambda handlers to `<directory>/dispatcher.mjs`, `lane.mjs` and `runner.mjs`, and the
 * licences of everything in them to `<directory>/licenses.txt`. Same sources, same bytes.
 */
export async function buildLambda(directory: string): Promise<ReadonlyMap<BundleName, BundleSize>> {
  await mkdir(directory, { recursive: true });
  const built = await Promise.all(
    BUNDLE_NAMES.map(async name => ({
      name,
      metafile: await bundle(name, directory),
    })),
  );
  const packages = new Set(built.flatMap(({ metafile }) => packagesOf(metafile)));
  await writeFile(join(directory, "licenses.txt"), await collectLicences([...packages].toSorted()));
  return new Map(built.map(({ name, metafile }) => [name, sizeOf(metafile)]));
}

async function bundle(name: BundleName, directory: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [BUNDLES[name]],
    outfile: join(directory, `${name}.mjs`),
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    // The ESM build of the AWS SDK, of which esbuild can leave out what is not used: a third less.
    mainFields: ["module", "main"],
    legalComments: "none",
    plugins: [fewerLambdaCalls, namedErrors, separateFiles],
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

/** What one bundle imports out of another one stays an import, of the built file. */
const separateFiles: Plugin = {
  name: "separate-files",
  setup(bundler) {
    bundler.onResolve(
      { filter: /\/(?:in-place-launcher|event-bridge-client|s3)\.ts$/ },
      ({ kind, path }) =>
        kind === "dynamic-import"
          ? { path: `./${basename(path, ".ts")}.mjs`, external: true }
          : undefined,
    );
  },
};

function sizeOf({ outputs }: Metafile): BundleSize {
  const [output] = Object.values(outputs);
  if (output === undefined) throw new Error("esbuild wrote no bundle.");
  const own = Object.entries(output.inputs)
    .filter(([path]) => packageOf(path) === undefined)
    .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
  return { total: output.bytes, own };
}

function packagesOf({ outputs }: Metafile): string[] {
  return Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? (packageOf(path) ?? []) : []));
}
