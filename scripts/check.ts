import { spawn } from "node:child_process";
import { join } from "node:path";

/** `npm run check`: types, lint, format, unused code. All at the same time, all reported. */
const checks: readonly (readonly [name: string, ...command: string[]])[] = [
  ["format and lint", "@biomejs/biome/bin/biome", "ci", "--colors=off"],
  // The compiler's own errors and the rules that need types, by one reading of the sources; `.ci/run
  // project` asks tsc as well.
  ["types", "oxlint/bin/oxlint", "--type-aware", "--type-check"],
  ["unused files, exports and packages", "knip/bin/knip.js", "--no-progress"],
];

const root = join(import.meta.dirname, "..");
const modules = join(root, "node_modules");

function run(
  script: string,
  commandArguments: readonly string[],
): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(modules, ...script.split("/")), ...commandArguments],
      {
        cwd: root,
      },
    );
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
    }
    child.on("error", reject);
    child.on("close", code => resolve({ code, text }));
  });
}

const results = await Promise.all(
  checks.map(async ([name, script = "", ...commandArguments]) => {
    const startedAt = performance.now();
    const { code, text } = await run(script, commandArguments);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    console.log(`${code === 0 ? "ok  " : "FAIL"} ${name} (${seconds} s)`);
    if (code !== 0) console.log(text);
    return code === 0;
  }),
);
process.exitCode = results.every(Boolean) ? 0 : 1;
