import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";
import { buildLambda, type HandlerSize } from "../../../scripts/build-lambda.ts";
import { isObject } from "../../../shared/json.ts";
import { textField } from "../../../shared/json-fields.ts";

/** The bundles, built anew from the sources. */
export interface Bundles {
  readonly directory: string;
  readonly sizes: ReadonlyMap<string, HandlerSize>;
}

/**
 * A mutation run changes the sources, one place at a time and within the process, so that its
 * handlers are the sources themselves.
 */
export const FROM_SOURCES = process.env["MUTATION_TESTS"] !== undefined;

const SOURCES = join(import.meta.dirname, "..", "..", "..", "lambda");

/** The first test file of a run that asks builds them; the others, in any process, wait for these. */
export async function sharedBundles(): Promise<Bundles> {
  if (FROM_SOURCES) return { directory: SOURCES, sizes: new Map() };
  const folder = join(inject("builtFolder"), "lambda");
  // What lies under this name is left to Node's own import; vitest would take 500 kB apart each time.
  const directory = join(folder, "node_modules");
  const report = join(folder, "report.json");
  if (await isFirst(folder)) {
    const text = JSON.stringify(await build(directory));
    // Renamed, so that nobody reads half of it.
    await writeFile(`${report}.new`, text);
    await rename(`${report}.new`, report);
  }
  return { directory, sizes: readSizes(await contentOf(report)) };
}

/** Of all who call it, in any process, one makes the folder. */
async function isFirst(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function build(directory: string): Promise<object> {
  try {
    return { sizes: Object.fromEntries(await buildLambda(directory)) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Waits for the file; a test file that waits in vain is ended by its hook's limit. */
async function contentOf(file: string): Promise<unknown> {
  for (;;) {
    try {
      return JSON.parse(await readFile(file, "utf8"));
    } catch {
      await sleep(50);
    }
  }
}

function readSizes(report: unknown): ReadonlyMap<string, HandlerSize> {
  const failure = textField(report, "failure");
  if (failure !== undefined) throw new Error(`The bundles could not be built: ${failure}`);
  const sizes = isObject(report) && isObject(report["sizes"]) ? report["sizes"] : {};
  return new Map(Object.entries(sizes).map(([name, size]) => [name, readSize(size)]));
}

function readSize(size: unknown): HandlerSize {
  const { total, own } = isObject(size) ? size : {};
  if (typeof total !== "number" || typeof own !== "number") throw new Error("A size is no number.");
  return { total, own };
}
