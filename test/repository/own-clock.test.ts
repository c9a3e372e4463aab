import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { OWN_CLOCK } from "../../vitest.config.ts";

const root = join(import.meta.dirname, "..", "..");

it("gives every test file with a clock of its own a worker of its own", () => {
  const apart = new Set(OWN_CLOCK.flatMap(pattern => globSync(pattern, { cwd: root })));
  // Spelled in parts, or this file would find itself. AWS's local runner has a clock of its own too.
  const calls = [
    ["vi.useFake", "Timers("],
    ["new Local", "DurableTestRunner("],
  ].map(parts => parts.join(""));
  const withClock = globSync("test/**/*.test.ts", { cwd: root }).filter(file => {
    const text = readFileSync(join(root, file), "utf8");
    return calls.some(call => text.includes(call));
  });
  expect(withClock.length).toBeGreaterThan(5);
  expect(withClock.filter(file => !apart.has(file))).toEqual([]);
});
