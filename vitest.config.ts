import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Most of the time is spent waiting for spawned steps, not computing: more workers than cores.
    maxWorkers: 6,
    // The black-box tests spawn processes; two cores are all a hosted machine promises.
    testTimeout: 20_000,
    // On a shared machine a process may stand still for seconds; what fails twice is wrong.
    retry: process.env["CI"] === undefined ? 0 : 1,
    reporters: ["default"],
  },
});
