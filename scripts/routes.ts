import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Route } from "../lambda/routes/route.ts";
import { parseRoutes } from "../lambda/routes/routes.ts";
import { parseJsonSafely } from "../shared/json-fields.ts";
import { UserError } from "../shared/user-error.ts";
import { undelivered } from "./undelivered.ts";

/**
 * `npm run routes FILE`: checks routes as the dispatcher will, without AWS and without Etlworks.
 * Prints what each route starts, or each mistake, and exits 1 then.
 */
const USAGE = `Usage: npm run routes FILE, such as npm run routes routes.json
Also: node scripts/routes.ts FILE --buckets landing,archive --detail-types "Object Created"
tells of routes that wait for what a deployment with these values does not let through.`;

try {
  const { file, buckets, detailTypes } = readWords();
  const text = read(file);
  console.log(describe(file, parseRoutes(text).list));
  if (buckets !== undefined || detailTypes !== undefined) {
    const parsed = parseJsonSafely(text.replace(/^\uFEFF/, ""));
    const delivered = { buckets: listOf(buckets), detailTypes: listOf(detailTypes) };
    const notes = undelivered(parsed.kind === "json" ? parsed.value : undefined, delivered);
    for (const note of notes) console.log(`\nNOTE: ${note}`);
  }
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function readWords() {
  const text = { type: "string" } as const;
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { buckets: text, "detail-types": text },
    });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new UserError(USAGE);
    return { file, buckets: values.buckets, detailTypes: values["detail-types"] };
  } catch {
    throw new UserError(USAGE);
  }
}

function listOf(text = ""): readonly string[] {
  return text.split(",").map(item => item.trim());
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`The file ${file} cannot be read: ${reason}`);
  }
}

function describe(file: string, routes: readonly Route[]): string {
  if (routes.length === 0) {
    throw new UserError(`${file} holds no route, so no event would start a flow. Add one.`);
  }
  const rows = [
    ["route", "flow", "parameters"],
    ...routes.map(({ name, flow, parameters }) => [
      name,
      String(flow),
      [...parameters.keys()].join(", "),
    ]),
  ];
  const widths = [0, 1].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  const lines = rows.map(row => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  "));
  return `${file} is right. Routes: ${routes.length}.\n\n${lines.map(line => line.trimEnd()).join("\n")}`;
}
