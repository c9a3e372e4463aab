import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildAction } from "./build-action.ts";
import { buildLambda } from "./build-lambda.ts";
import { currentReadme } from "./reference.ts";

/** `npm run build [folder]`: makes the committed bundles, or the same somewhere else to compare. */
const root = join(import.meta.dirname, "..");
const target = process.argv[2] ?? join(root, "dist");

await buildAction(join(target, "action"));
rmSync(join(target, "lambda"), { recursive: true, force: true });
await buildLambda(join(target, "lambda"));

if (process.argv[2] === undefined)
  writeFileSync(join(root, "README.md"), currentReadme(root).shouldBe);
