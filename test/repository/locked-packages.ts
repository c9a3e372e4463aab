import { readFileSync } from "node:fs";
import { record } from "../end-to-end/fields.ts";

/** A package as package-lock.json holds it. */
export interface LockedPackage {
  /** For example `node_modules/@actions/core`. */
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Every package of the lock file but our own. */
export function lockedPackages(): readonly LockedPackage[] {
  const file = new URL("../../package-lock.json", import.meta.url);
  const lock: unknown = JSON.parse(readFileSync(file, "utf8"));
  return Object.entries(record(record(lock)["packages"]))
    .filter(([path]) => path !== "")
    .map(([path, fields]) => ({ path, fields: record(fields) }));
}
