import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../shared/json.ts";
import { collectLicences, packageOf } from "./licences.ts";

const root = join(import.meta.dirname, "..");

/** Bundles the Action to a folder, through tsc and ncc. Same sources, same bytes. */
export async function buildAction(folder: string): Promise<void> {
  const build = join(root, "build");
  rmSync(build, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  run("typescript/bin/tsc", "--project", "action/tsconfig.json");
  lightenToolkit(join(build, "node_modules", "@actions"));
  const [entry, report] = [join("build", "action", "main.js"), join(build, "report.json")];
  run(
    "@vercel/ncc/dist/ncc/cli.js",
    "build",
    entry,
    "--out",
    folder,
    "--stats-out",
    report,
    "--quiet",
  );
  const files = moduleNames(JSON.parse(readFileSync(report, "utf8")));
  const packages = new Set(files.flatMap(file => packageOf(file) ?? []));
  packages.delete(`./build/node_modules/${CLIENT}`);
  // Not by ncc, which leaves out the packages whose modules it has joined.
  writeFileSync(join(folder, "licenses.txt"), await collectLicences([...packages].toSorted()));
  // The phases are told apart by their entries alone (see main.ts).
  writeFileSync(
    join(folder, "post.js"),
    `process.argv[2] = "post";\nawait import("./index.js");\n`,
  );
}

/** The files in a bundle, by webpack's own report: a module may be several that were joined. */
function moduleNames(report: unknown): string[] {
  if (!isObject(report)) return [];
  const { name, modules } = report;
  const inner = Array.isArray(modules) ? modules.flatMap(moduleNames) : [];
  return typeof name === "string" ? [name, ...inner] : inner;
}

const CLIENT = "@actions/http-client";

/**
 * The toolkit loads a whole HTTP client (undici, 800 kB, 40 ms in every step) for OIDC tokens, which
 * nobody asks for here. ncc finds this copy of it first, beside which the client is a class that
 * refuses to be made. What speaks to GitHub goes on with the real one.
 */
function lightenToolkit(packages: string): void {
  const toolkit = join(root, "node_modules", "@actions", "core");
  cpSync(toolkit, join(packages, "core"), { recursive: true });
  const client = join(packages, "http-client");
  mkdirSync(join(client, "lib"), { recursive: true });
  writeFileSync(join(client, "package.json"), `{"type":"module","main":"index.js"}\n`);
  writeFileSync(join(client, "index.js"), refusingClass("HttpClient"));
  writeFileSync(join(client, "lib", "auth.js"), refusingClass("BearerCredentialHandler"));
}

function refusingClass(name: string): string {
  return `export class ${name} {
  constructor() {
    throw new Error("This bundle cannot ask for OIDC tokens (scripts/build-action.ts).");
  }
}
`;
}

function run(command: string, ...commandArguments: string[]): void {
  const script = join(root, "node_modules", ...command.split("/"));
  execFileSync(process.execPath, [script, ...commandArguments], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
}
