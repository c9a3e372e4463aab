import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";

/** How large one bundle is, in bytes. */
export interface BundleSize {
  readonly total: number;
  /** The part that comes from this repository and not from a package. */
  readonly own: number;
}

const HANDLERS = ["dispatcher", "runner"] as const;
export type HandlerName = (typeof HANDLERS)[number];

/**
 * Bundles both Lambda handlers to `<directory>/dispatcher.mjs` and `<directory>/runner.mjs`, and the
 * licences of everything in them to `<directory>/licenses.txt`. Same sources, same bytes.
 */
export async function buildLambda(
  directory: string,
): Promise<Readonly<Record<HandlerName, BundleSize>>> {
  await mkdir(directory, { recursive: true });
  const [dispatcher, runner] = await Promise.all(HANDLERS.map(name => bundle(name, directory)));
  if (dispatcher === undefined || runner === undefined) throw new Error("A bundle is missing.");
  const packages = new Set([...packagesOf(dispatcher), ...packagesOf(runner)]);
  await writeFile(join(directory, "licenses.txt"), await collectLicences([...packages].toSorted()));
  return { dispatcher: sizeOf(dispatcher), runner: sizeOf(runner) };
}

async function bundle(name: HandlerName, directory: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: [`lambda/${name}.ts`],
    outfile: join(directory, `${name}.mjs`),
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    // The ESM build of the AWS SDK, of which esbuild can leave out what is not used: a third less.
    mainFields: ["module", "main"],
    legalComments: "none",
    plugins: [fewerLambdaCalls],
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
        ? { path: join(import.meta.dirname, "lambda", "aws-lambda-client.ts") }
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
  const directory = join(import.meta.dirname, path);
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
