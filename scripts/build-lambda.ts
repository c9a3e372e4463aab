import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, type Metafile, type Plugin, transform } from "esbuild";

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

/** `node_modules/@aws-sdk/core` of a file in it; undefined for a file of ours. */
function packageOf(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

/** Each licence text once, under the names of all packages that have it. */
async function collectLicences(packages: readonly string[]): Promise<string> {
  const namesByText = new Map<string, string[]>();
  for (const path of packages) {
    const { label, text } = await readLicence(path);
    namesByText.set(text, [...(namesByText.get(text) ?? []), label]);
  }
  return [...namesByText]
    .map(([text, names]) => `${names.join("\n")}\n\n${text.trim()}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}

async function readLicence(
  path: string,
): Promise<{ readonly label: string; readonly text: string }> {
  const directory = join(root, path);
  const description: unknown = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
  const { name, version, license } = parseDescription(description);
  const files = (await readdir(directory)).filter(file => /^(licen[cs]e|notice)/i.test(file));
  const texts = await Promise.all(
    files.toSorted().map(file => readFile(join(directory, file), "utf8")),
  );
  const text = texts.length > 0 ? texts.join("\n\n") : `(no licence file; ${license})`;
  return { label: `${name} ${version} (${license})`, text: text.replaceAll("\r\n", "\n") };
}

function parseDescription(value: unknown): { name: string; version: string; license: string } {
  if (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    "version" in value &&
    "license" in value
  ) {
    const { name, version, license } = value;
    return { name: String(name), version: String(version), license: String(license) };
  }
  throw new Error("A bundled package names no licence.");
}
