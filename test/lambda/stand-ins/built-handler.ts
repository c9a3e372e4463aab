import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DurableLambdaHandler } from "@aws/durable-execution-sdk-js";
import { vi } from "vitest";
import { isObject, type JsonObject } from "../../../shared/json.ts";
import { type Bundles, FROM_SOURCES } from "./shared-bundles.ts";

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

/** What Lambda sets for every function. */
const SET_BY_LAMBDA = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "example",
};

/**
 * Imports a handler as Lambda does, once more each time: as in a process of its own, it shares nothing
 * with others. Only its own file is new, for no other keeps anything between two events.
 */
export async function importHandler(
  bundles: Bundles,
  name: "dispatcher" | "lane" | "runner",
  environment: Readonly<Record<string, string>>,
): Promise<BuiltHandler> {
  const file = `${name}.${FROM_SOURCES ? "ts" : "mjs"}`;
  const url = pathToFileURL(join(bundles.directory, file));
  const module: unknown = await import(/* @vite-ignore */ `${url.href}?process=${randomUUID()}`);
  const handler = isObject(module) ? module["handler"] : undefined;
  if (!isHandler(handler)) throw new Error(`${file} exports no handler.`);
  let output = "";
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    // Of whoever runs the tests, such as for the probe; a function would refuse what it does not know.
    const theirs = Object.keys(process.env).filter(variable => /^ETLWORKS/i.test(variable));
    for (const variable of theirs) vi.stubEnv(variable, undefined);
    for (const [variable, value] of Object.entries({ ...SET_BY_LAMBDA, ...environment })) {
      vi.stubEnv(variable, value);
    }
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
