import { readFileSync } from "node:fs";
import { parseRoutes, type Route } from "../lambda/routes/routes.ts";
import { UserError } from "../shared/user-error.ts";

/**
 * `npm run routes FILE`: checks routes as the dispatcher will, without AWS and without Etlworks.
 * Prints what each route starts, or each mistake, and exits 1 then.
 */
const USAGE = "Usage: npm run routes FILE, such as npm run routes routes.json";

try {
  const [file, ...others] = process.argv.slice(2);
  if (file === undefined || others.length > 0) throw new UserError(USAGE);
  console.log(describe(file, parseRoutes(read(file))));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
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
