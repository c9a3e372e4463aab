import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // The black-box tests spawn processes; two cores are all a hosted machine promises.
    testTimeout: 20_000,
    reporters: ["default"],
  },
});
