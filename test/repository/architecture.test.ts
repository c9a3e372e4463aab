import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findViolations, type Imports, importedBy, readImports } from "./architecture.ts";

const root = join(import.meta.dirname, "..", "..");

describe("the architecture", () => {
  const imports = readImports(root);

  it("is read whole", () => {
    expect(imports.size).toBeGreaterThan(80);
    expect(imports.get("lambda/runner.ts")).toContain("lambda/follow/run-durably.ts");
  });

  it.each([
    ["names", 'import { a } from "./a.ts";'],
    ["types", 'import type {\n  A,\n} from "./a.ts";'],
    ["what is exported again", 'export * from "./a.ts";'],
    ["what is loaded later", 'const a = await import("./a.ts");'],
    ["nothing by name", 'import "./a.ts";'],
    ["a type in its place", 'type A = import("./a.ts").A;'],
  ])("is read from an import of %s", (_name, text) => {
    expect(importedBy(text)).toEqual(["./a.ts"]);
  });

  it("is what the folders promise", () => {
    expect(findViolations(imports)).toEqual([]);
  });

  it("shows itself in a short root", () => {
    const untracked = [".git", "node_modules", "build", "coverage", "reports", ".stryker-tmp"];
    const entries = readdirSync(root).filter(name => !untracked.includes(name));
    expect(entries.length).toBeLessThanOrEqual(28);
  });
});

describe("a violation that is planted", () => {
  it.each([
    ["shared imports a side", "shared/run/host.ts", "lambda/log.ts", "neither side"],
    ["a side imports the other", "lambda/log.ts", "action/step.ts", "never import each other"],
    [
      "a step back",
      "lambda/follow/log-run-events.ts",
      "lambda/routes/routes.ts",
      "comes before follow",
    ],
    ["two steps back", "lambda/launch/launcher.ts", "lambda/events/trigger.ts", "comes before"],
    ["up from below", "lambda/environment.ts", "lambda/launch/launcher.ts", "lies below"],
    ["up from aws", "lambda/aws/secrets-client.ts", "lambda/lanes/ledger/ledger.ts", "lies below"],
    [
      "HTTP knows a reply",
      "shared/etlworks/http/http.ts",
      "shared/etlworks/replies/reply.ts",
      "lies below it",
    ],
    [
      "a reply knows a call",
      "shared/etlworks/replies/reply.ts",
      "shared/etlworks/transmit.ts",
      "lies below it",
    ],
    [
      "following knows a start",
      "shared/run/follow/read-poll.ts",
      "shared/run/start/baseline.ts",
      "beside it",
    ],
    [
      "a start knows following",
      "shared/run/start/baseline.ts",
      "shared/run/follow/read-poll.ts",
      "beside it",
    ],
    [
      "the ledger knows a lane",
      "lambda/lanes/ledger/ledger.ts",
      "lambda/lanes/wake.ts",
      "lies below it",
    ],
    [
      "a lane knows a command",
      "lambda/lanes/wake.ts",
      "lambda/lanes/commands/sweep.ts",
      "lies below it",
    ],
    [
      "a command knows the loop",
      "lambda/lanes/commands/sweep.ts",
      "lambda/lanes/loop/look.ts",
      "beside it",
    ],
    [
      "the loop knows a command",
      "lambda/lanes/loop/look.ts",
      "lambda/lanes/commands/sweep.ts",
      "beside it",
    ],
    ["a handler as a library", "lambda/aws/client.ts", "lambda/runner.ts", "imports a handler"],
  ])("is found: %s", (_name, from, to, why) => {
    expect(findViolations(new Map([[from, [to]]]))).toEqual([expect.stringContaining(why)]);
  });

  it("is found: two folders that import each other", () => {
    const imports: Imports = new Map([
      ["shared/run/host.ts", ["shared/etlworks/http/http.ts"]],
      ["shared/etlworks/replies/reply.ts", ["shared/run/clock.ts"]],
    ]);
    expect(findViolations(imports)).toEqual(["shared/etlworks and shared/run import each other"]);
  });

  it("is found: a circle of files", () => {
    const imports: Imports = new Map([
      ["shared/one.ts", ["shared/two.ts"]],
      ["shared/two.ts", ["shared/three.ts"]],
      ["shared/three.ts", ["shared/one.ts"]],
    ]);
    expect(findViolations(imports)).toEqual([
      "a circle: shared/one.ts → shared/two.ts → shared/three.ts → shared/one.ts",
    ]);
  });

  it("is not seen where there is none", () => {
    const imports: Imports = new Map([
      ["lambda/dispatcher.ts", ["lambda/events/trigger.ts", "lambda/launch/launcher.ts"]],
      ["lambda/events/trigger.ts", ["lambda/routes/routes.ts", "shared/json.ts"]],
      ["lambda/launch/launcher.ts", ["lambda/follow/log-run-events.ts", "lambda/log.ts"]],
    ]);
    expect(findViolations(imports)).toEqual([]);
  });
});
