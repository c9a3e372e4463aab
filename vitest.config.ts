import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Most of the time is spent waiting for spawned steps, not computing: more workers than cores.
    maxWorkers: 6,
    // Tests that take some seconds are named by themselves; the rest says nothing when it passes.
    slowTestThreshold: 5_000,
    projects: [
      {
        extends: true,
        test: {
          name: "quick",
          include: ["test/**/*.test.ts"],
          // Nothing here is a singleton, so files can share what a worker has loaded: a third less work.
          isolate: false,
          // The black-box tests spawn processes; two cores are all a hosted machine promises.
          testTimeout: 60_000,
          // Some build all bundles first.
          hookTimeout: 60_000,
          // On a shared machine a process may stand still for seconds; what fails twice is wrong.
          retry: process.env["CI"] === undefined ? 0 : 1,
        },
      },
      {
        // The slow tests against real parts; `.ci/run` installs those first and then names the files.
        extends: true,
        test: {
          name: "end-to-end",
          include: ["test/**/*.end-to-end.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // Each file starts servers and interpreters of its own; two cores are all there is.
          fileParallelism: false,
        },
      },
    ],
  },
});
