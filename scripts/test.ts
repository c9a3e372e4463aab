import { spawn } from "node:child_process";
import { join } from "node:path";

/**
 * `npm test`: every check, then every test; arguments go to vitest. It says little when all is well.
 * Not both at the same time: on two cores they took 148 s side by side, and 136 s in turn.
 */
const root = join(import.meta.dirname, "..");

const checked = await run("scripts/check.ts");
process.exitCode =
  checked === 0
    ? await run(
        "node_modules/vitest/vitest.mjs",
        "run",
        "--project",
        "quick*",
        // A terminal shows how far it is; a log needs no 9,000 dots.
        `--reporter=${process.stdout.isTTY ? "dot" : "minimal"}`,
        ...process.argv.slice(2),
      )
    : 1;

function run(script: string, ...commandArguments: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, script), ...commandArguments], {
      cwd: root,
      stdio: "inherit",
    });
    child.on("error", reject);
    // A signal ended it when there is no code.
    child.on("close", code => resolve(code ?? 1));
  });
}
