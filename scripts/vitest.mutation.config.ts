import { defineConfig } from "vitest/config";

/** What Stryker runs for each change of the core: its own tests, and not the ten thousand worlds. */
export default defineConfig({
  test: { include: ["test/shared/**/*.test.ts"], testTimeout: 60_000 },
});
