import { spawn } from "node:child_process";
import { join } from "node:path";

/**
 * `npm test`: every check and every test, at the same time. The tests wait now and then, for steps and
 * servers; meanwhile the checks compute. Arguments go to vitest. Says little when all is well.
 */
const root = join(import.meta.dirname, "..");

const codes = await Promise.all([
  run("scripts/check.ts"),
  run(
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    "quick*",
    // A terminal shows how far it is; a log needs no 9,000 dots.
    `--reporter=${process.stdout.isTTY ? "dot" : "minimal"}`,
    ...process.argv.slice(2),
  ),
]);
process.exitCode = codes.every(code => code === 0) ? 0 : 1;

function run(script: string, ...commandArguments: string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, script), ...commandArguments], {
      cwd: root,
      stdio: "inherit",
    });
    child.on("error", reject);
    child.on("close", resolve);
  });
}
