import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { LONGEST, placeOf } from "../longest-first.ts";

const root = join(import.meta.dirname, "..", "..");

it("names only test files that there are", () => {
  expect(LONGEST.filter(file => !existsSync(join(root, file)))).toEqual([]);
});

it("leaves no file that waits for the end", () => {
  const files = [
    { file: "test/shared/duration.test.ts", alone: false },
    { file: "test/docs/lanes-page.test.ts", alone: true },
    { file: "test/lambda/runner.test.ts", alone: true },
    { file: "test/lambda/dispatcher.test.ts", alone: false },
    { file: "test/lambda/order.test.ts", alone: false },
  ];
  const sorted = files.toSorted(
    (one, other) => placeOf(one.file, one.alone) - placeOf(other.file, other.alone),
  );
  expect(sorted.map(({ file }) => file)).toEqual([
    "test/lambda/dispatcher.test.ts",
    "test/lambda/runner.test.ts",
    "test/docs/lanes-page.test.ts",
    "test/shared/duration.test.ts",
    "test/lambda/order.test.ts",
  ]);
});
