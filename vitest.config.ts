import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";

/**
 * Files that put a clock of their own in the place of the worker's, and so share no worker: a package
 * loaded while another file's clock stands would wait by that one for ever.
 */
export const OWN_CLOCK = [
  "test/conformance/{hosts,crashes}.test.ts",
  "test/docs/lanes-page.test.ts",
  "test/lambda/follow/{durable-host,operations}.test.ts",
  "test/lambda/lanes/ledger/dynamo-ledger.test.ts",
  "test/lambda/{lane,runner}.test.ts",
  "test/shared/run/process-host.test.ts",
  "test/action/runner/{workflow-runner,stop-signals}.test.ts",
  "test/laboratory/agreement.test.ts",
];

const quick = {
  setupFiles: "test/fixed-seed.ts",
  // The black-box tests spawn processes; two cores are all a hosted machine promises.
  testTimeout: 120_000,
  // Some build all bundles first.
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    // Most of the time is spent waiting for spawned steps, not computing: more workers than cores.
    maxWorkers: 12,
    globalSetup: "test/built-folder.ts",
    // A step that starts beside twenty others is late for its own limits, of some seconds.
    maxConcurrency: 3,
    sequence: { sequencer: LongestFirst },
    // Tests that take some seconds are named by themselves; the rest says nothing when it passes.
    slowTestThreshold: 5_000,
    projects: [
      {
        extends: true,
        test: {
          ...quick,
          name: "quick",
          include: ["test/**/*.test.ts"],
          exclude: OWN_CLOCK,
          // Nothing here is a singleton, so files can share what a worker has loaded: a third less work.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { ...quick, name: "quick-own-clock", include: OWN_CLOCK },
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
