import { defineConfig } from "vitest/config";

/** The slow tests against real parts; `.ci/run` installs those first and then names the files. */
export default defineConfig({
  test: {
    include: ["test/**/*.end-to-end.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Each file starts servers and interpreters of its own; two cores are all there is.
    fileParallelism: false,
  },
});
