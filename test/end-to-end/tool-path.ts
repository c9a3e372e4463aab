import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Path of a tool in the cache of `.ci/run`, for example `toolPath("go/act")`.
 * Throws when it is not installed.
 */
export function toolPath(name: string): string {
  const caches = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const cache = process.env["ETLWORKS_CI_CACHE"] ?? join(caches, "etlworks-run-flow");
  const path = join(cache, ...name.split("/"));
  if (existsSync(path)) return path;
  throw new Error(`${name} is not installed in ${cache}. Run .ci/run, which installs it.`);
}
