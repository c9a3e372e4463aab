import { expect, it } from "vitest";
import { retriedStep } from "../../lambda/retried-step.ts";

it("a step is done under its name, and again after an error: eight times, ever later", async () => {
  const decisions: unknown[] = [];
  const names: string[] = [];
  const result = await retriedStep(
    {
      async step(name, work, { retryStrategy }) {
        names.push(name);
        const error = new Error("It is busy.");
        for (let attempt = 1; attempt <= 9; attempt += 1) {
          decisions.push(retryStrategy?.(error, attempt));
        }
        return work();
      },
    },
    "look",
    async () => "seen",
  );
  expect(result).toBe("seen");
  expect(names).toEqual(["look"]);
  expect(decisions).toEqual([
    ...[2, 4, 8, 16, 32, 60, 60].map(seconds => ({ shouldRetry: true, delay: { seconds } })),
    { shouldRetry: false },
    { shouldRetry: false },
  ]);
});
