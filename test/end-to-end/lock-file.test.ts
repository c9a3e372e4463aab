import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/**
 * The lock file decides what runs on a contributor's machine and what goes into dist.
 * `npm ci` trusts it, so it must be whole: for every platform, with a hash for every package.
 */
const packages = readPackages(new URL("../../package-lock.json", import.meta.url));

describe("package-lock.json", () => {
  it("names an integrity hash for every package", () => {
    const without = packages.filter(entry => typeof entry.fields["integrity"] !== "string");
    expect(without.map(entry => entry.path)).toEqual([]);
  });

  it("uses SHA-512 alone", () => {
    const weaker = packages.filter(
      entry => !String(entry.fields["integrity"]).startsWith("sha512-"),
    );
    expect(weaker.map(entry => entry.path)).toEqual([]);
  });

  it("names no registry address, so that every registry can serve it", () => {
    const bound = packages.filter(entry => "resolved" in entry.fields);
    expect(bound.map(entry => entry.path)).toEqual([]);
  });

  // npm writes a lock file without the optional packages that its registry lacks, and then
  // `npm ci` refuses it: "Missing: … from lock file". Windows and macOS would lack their binary.
  it("holds the optional packages of every platform", () => {
    const locked = new Set(packages.map(entry => entry.path.split("node_modules/").at(-1)));
    const missing = packages.flatMap(entry =>
      Object.keys(record(entry.fields["optionalDependencies"])).filter(name => !locked.has(name)),
    );
    expect(missing).toEqual([]);
  });

  it("was not emptied", () => {
    expect(packages.length).toBeGreaterThan(50);
  });
});

interface LockedPackage {
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function readPackages(file: URL): readonly LockedPackage[] {
  const lock: unknown = JSON.parse(readFileSync(file, "utf8"));
  return Object.entries(record(record(lock)["packages"]))
    .filter(([path]) => path !== "")
    .map(([path, fields]) => ({ path, fields: record(fields) }));
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}
