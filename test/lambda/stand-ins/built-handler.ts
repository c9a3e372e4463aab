import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DurableLambdaHandler } from "@aws/durable-execution-sdk-js";
import { vi } from "vitest";
import { type BundleName, type BundleSize, buildLambda } from "../../../scripts/build-lambda.ts";
import { isObject, type JsonObject } from "../../../shared/json.ts";

/** The bundles, built anew from the sources into a directory of their own. */
export interface Bundles {
  readonly directory: string;
  readonly sizes: ReadonlyMap<BundleName, BundleSize>;
  remove(): Promise<void>;
}

/**
 * A mutation run changes the sources, one place at a time and within the process, so that its
 * handlers are the sources themselves.
 */
export const FROM_SOURCES = process.env["MUTATION_TESTS"] !== undefined;

export async function buildBundles(): Promise<Bundles> {
  if (FROM_SOURCES) return { directory: SOURCES, sizes: new Map(), remove: async () => {} };
  const root = await mkdtemp(join(tmpdir(), "etlworks-lambda-"));
  // What lies under this name is left to Node's own import; vitest would take 500 kB apart each time.
  const directory = join(root, "node_modules");
  const sizes = await buildLambda(directory);
  return { directory, sizes, remove: () => rm(root, { recursive: true }) };
}

const SOURCES = join(import.meta.dirname, "..", "..", "..", "lambda");

export interface BuiltHandler {
  invoke(event: unknown, options?: InvokeOptions): Promise<unknown>;
  /** For AWS's local runner; call it within `during`. */
  readonly raw: DurableLambdaHandler;
  /** Has the environment set and the output caught meanwhile. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Every line that it has written, parsed. */
  readonly lines: readonly JsonObject[];
  /** The whole output, for looking after secrets. */
  readonly output: string;
}

export interface InvokeOptions {
  readonly requestId?: string;
  readonly remainingMs?: number;
}

let imports = 0;

/**
 * Imports a bundle as Lambda does, as a process of its own would: nothing is shared with others. Of
 * the sources only the handler's own module is new, which is the only one that keeps anything.
 */
export async function importHandler(
  bundles: Bundles,
  name: "dispatcher" | "lane" | "runner",
  environment: Readonly<Record<string, string>>,
): Promise<BuiltHandler> {
  imports += 1;
  const file = `${name}.${FROM_SOURCES ? "ts" : "mjs"}`;
  const url = pathToFileURL(join(bundles.directory, file));
  const module: unknown = await import(/* @vite-ignore */ `${url.href}?process=${imports}`);
  const handler = isObject(module) ? module["handler"] : undefined;
  if (!isHandler(handler)) throw new Error(`${file} exports no handler.`);
  let output = "";
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
    const stdout = vi.spyOn(process.stdout, "write").mockImplementation(text => {
      output += String(text);
      return true;
    });
    try {
      return await work();
    } finally {
      stdout.mockRestore();
      vi.unstubAllEnvs();
    }
  };
  return {
    raw: handler,
    during,
    invoke(event, { requestId = "request-1", remainingMs = 60_000 } = {}) {
      const until = performance.now() + remainingMs;
      const context = {
        awsRequestId: requestId,
        invokedFunctionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${name}:live`,
        getRemainingTimeInMillis: () => Math.max(0, until - performance.now()),
      };
      return during(() => handler(event, context));
    },
    get output() {
      return output;
    },
    get lines() {
      return output.split("\n").flatMap(line => {
        const parsed: unknown = line === "" ? undefined : JSON.parse(line);
        return isObject(parsed) ? [parsed] : [];
      });
    },
  };
}

type AnyHandler = DurableLambdaHandler & ((event: unknown, context: unknown) => Promise<unknown>);

function isHandler(value: unknown): value is AnyHandler {
  return typeof value === "function";
}
