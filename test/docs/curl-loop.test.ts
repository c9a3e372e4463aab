import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isObject } from "../../shared/json.ts";
import { startSandbox } from "../sandbox/server.ts";
import { root } from "./pages.ts";

/** The loop that docs/migrate-from-curl.md starts from is one that works, so far as such a loop does. */
const run = promisify(execFile);
const cannotRun =
  process.platform === "win32" ||
  ["bash", "curl"].some(command => spawnSync(command, ["--version"]).error !== undefined);

describe("examples/migrate/curl-loop.yml", () => {
  it.skipIf(cannotRun).each([
    ["success", 0],
    ["warning", 0],
    ["error", 1],
    ["canceled", 1],
  ] as const)("ends with %s: exit code %d", async (end, exitCode) => {
    const flows = [{ id: 12345, name: "Orders", runs: [{ runningMs: 0, end }] }];
    const sandbox = await startSandbox({ flows });
    try {
      const { code } = await run("bash", ["-c", scriptOf("curl-loop.yml")], {
        env: {
          PATH: process.env["PATH"],
          ETLWORKS_URL: sandbox.baseUrl,
          ETLWORKS_API_KEY: sandbox.apiKey,
        },
        timeout: 15_000,
      }).then(() => ({ code: 0 }), codeOf);
      expect(code).toBe(exitCode);
      expect(sandbox.requests.map(({ method }) => method)).toEqual(["POST", "GET"]);
      expect(sandbox.requests[0]?.body).toBe('{"runDate":"2026-05-09"}');
    } finally {
      await sandbox.close();
    }
  });
});

function codeOf(error: unknown): { readonly code: unknown } {
  return { code: isObject(error) ? error["code"] : undefined };
}

function scriptOf(file: string): string {
  const scripts: string[] = [];
  parse(readFileSync(join(root, "examples", "migrate", file), "utf8"), (key, value: unknown) => {
    if (key === "run" && typeof value === "string") scripts.push(value);
    return value;
  });
  return scripts.join("\n");
}
