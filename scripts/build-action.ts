import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Bundles the Action to a folder, through tsc and ncc. Same sources, same bytes. */
export function buildAction(folder: string): void {
  rmSync(join(root, "build"), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  run("typescript/bin/tsc", "--project", "action/tsconfig.json");
  run(
    "@vercel/ncc/dist/ncc/cli.js",
    "build",
    join("build", "action", "main.js"),
    "--out",
    folder,
    "--license",
    "licenses.txt",
    "--quiet",
  );
  // The phases are told apart by their entries alone (see main.ts).
  writeFileSync(
    join(folder, "post.js"),
    `process.argv[2] = "post";\nawait import("./index.js");\n`,
  );
}

function run(command: string, ...commandArguments: string[]): void {
  const script = join(root, "node_modules", ...command.split("/"));
  execFileSync(process.execPath, [script, ...commandArguments], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
}
