import { defineConfig } from "vitest/config";

/** The tests that Stryker runs for each change of one part; main.ts says which. */
export default defineConfig({
  test: {
    include: (process.env["MUTATION_TESTS"] ?? "test/shared/**/*.test.ts").split(" "),
    globalSetup: "test/built-folder.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
