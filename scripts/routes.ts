import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { decodeRoutes } from "../lambda/routes/decode-routes.ts";
import { parseRoutes } from "../lambda/routes/routes.ts";
import { isObject, type JsonObject } from "../shared/json.ts";
import { field, textField } from "../shared/json-fields.ts";
import { messageOf } from "../shared/thrown.ts";
import { UserError } from "../shared/user-error.ts";
import { undelivered } from "./undelivered.ts";
import { unlikely } from "./unlikely.ts";

/**
 * `npm run routes FILE`: checks routes as the dispatcher will, without AWS and without Etlworks.
 * Prints what each route starts, or each mistake, and exits 1 then.
 */
const USAGE = `Usage: npm run routes FILE, such as npm run routes routes.json
Also: node scripts/routes.ts FILE --buckets landing,archive --detail-types "Object Created"
tells of routes that wait for what a deployment with these values does not let through.`;

const COLUMNS = ["route", "flow", "lane", "batch", "parameters"];

try {
  const { file, buckets, detailTypes } = readWords();
  const text = decodeRoutes(read(file));
  parseRoutes(text);
  const routes = routesIn(JSON.parse(text));
  console.log(describe(file, routes));
  for (const note of unlikely(routes)) console.log(`\nNOTE: ${note}`);
  if (buckets !== undefined || detailTypes !== undefined) {
    const delivered = { buckets: listOf(buckets), detailTypes: listOf(detailTypes) };
    for (const note of undelivered(routes, delivered)) console.log(`\nNOTE: ${note}`);
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

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = messageOf(error);
    throw new UserError(`The file ${file} cannot be read: ${reason}`);
  }
}

/** What the file says, once it is known to be right. */
function routesIn(file: unknown): readonly unknown[] {
  const list = isObject(file) ? file["routes"] : file;
  return Array.isArray(list) ? list : [];
}

function describe(file: string, routes: readonly unknown[]): string {
  if (routes.length === 0) {
    throw new UserError(`${file} holds no route, so no event would start a flow. Add one.`);
  }
  const rows = [COLUMNS, ...routes.map(describeRoute)];
  const widths = COLUMNS.map((_name, at) => Math.max(...rows.map(row => row[at]?.length ?? 0)));
  const lines = rows.map(row => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  "));
  return `${file} is right. Routes: ${routes.length}.\n\n${lines.map(line => line.trimEnd()).join("\n")}`;
}

function describeRoute(route: unknown): readonly string[] {
  const batch = field(route, "batch");
  const parameters = field(route, "parameters");
  return [
    textField(route, "name") ?? "",
    String(field(route, "flow")),
    textField(route, "lane") ?? "its flow",
    isObject(batch) ? describeBatch(batch) : "one run per event",
    isObject(parameters) ? Object.keys(parameters).join(", ") : "",
  ];
}

function describeBatch(batch: JsonObject): string {
  const rules = Object.entries(batch).map(([name, value]) =>
    typeof value === "string" || typeof value === "number" ? `${name} ${value}` : name,
  );
  return rules.length === 0 ? "all that waits" : rules.join(", ");
}
