import { expect, it } from "vitest";
import { logFailure } from "../../lambda/log-failure.ts";
import { createRecorded } from "./stand-ins/recorded-log.ts";

async function told(thrown: unknown, known?: string) {
  const { log, lines } = createRecorded();
  const failed = logFailure(
    () => log,
    () => Promise.reject(thrown),
    known,
  );
  await expect(failed).rejects.toBe(thrown);
  return lines;
}

it("tells the log why an execution fails, in the words of its error", async () => {
  expect(await told(new TypeError("x is no function"))).toEqual([
    {
      level: "ERROR",
      message: "the execution failed: x is no function",
      errorType: "TypeError",
    },
  ]);
  expect(await told("broken")).toMatchObject([{ message: "the execution failed: broken" }]);
});

it("tells of nothing that the log knows, and of nothing that went well", async () => {
  expect(await told(new TypeError("again"), "TypeError")).toEqual([]);
  const { log, lines } = createRecorded();
  expect(
    await logFailure(
      () => log,
      async () => "well",
    ),
  ).toBe("well");
  expect(lines).toEqual([]);
});
