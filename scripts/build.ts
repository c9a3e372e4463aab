import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildLambda } from "./build-lambda.ts";
import { currentReadme } from "./reference.ts";

/**
 * `npm run build [folder]`: makes the committed bundles, or the same somewhere else so that CI can
 * compare. The Action goes through tsc and ncc, the Lambda functions through esbuild.
 */
const root = join(import.meta.dirname, "..");
const target = process.argv[2] ?? join(root, "dist");

function run(command: string, ...commandArguments: string[]): void {
  const script = join(root, "node_modules", ...command.split("/"));
  execFileSync(process.execPath, [script, ...commandArguments], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function buildAction(folder: string): void {
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

buildAction(join(target, "action"));
rmSync(join(target, "lambda"), { recursive: true, force: true });
await buildLambda(join(target, "lambda"));

if (process.argv[2] === undefined)
  writeFileSync(join(root, "README.md"), currentReadme(root).shouldBe);
