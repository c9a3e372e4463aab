import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Most of the time is spent waiting for spawned steps, not computing: more workers than cores.
    maxWorkers: 6,
    // The black-box tests spawn processes; two cores are all a hosted machine promises.
    testTimeout: 20_000,
    reporters: ["default"],
  },
});
