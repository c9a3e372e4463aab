import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where test files leave for each other what takes long to build; new for every run. */
    builtFolder: string;
  }
}

/** Runs once, before the first test file; what it gives back, after the last one. */
export default function provideFolder(project: TestProject): (() => void) | undefined {
  // The projects inherit this file and what the root provides.
  if (!project.isRootProject()) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "etlworks-built-"));
  project.provide("builtFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
