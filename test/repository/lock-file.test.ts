import { describe, expect, it } from "vitest";
import { record, text } from "../end-to-end/fields.ts";
import { lockedPackages } from "./locked-packages.ts";

/**
 * The lock file decides what runs on a contributor's machine and what goes into dist.
 * `npm ci` trusts it, so it must be whole: for every platform, with a hash for every package.
 */
const packages = lockedPackages();

describe("package-lock.json", () => {
  it("names a SHA-512 for every package", () => {
    const without = packages.filter(
      ({ fields }) => !text(fields["integrity"]).startsWith("sha512-"),
    );
    expect(without.map(({ path }) => path)).toEqual([]);
  });

  it("names no registry address, so that every registry can serve it", () => {
    expect(packages.filter(({ fields }) => "resolved" in fields)).toEqual([]);
  });

  // npm writes a lock file without the optional packages that its registry lacks, and then
  // `npm ci` refuses it: "Missing: … from lock file". Windows and macOS would lack their binary.
  it("holds the optional packages of every platform", () => {
    const locked = new Set(packages.map(({ path }) => path.split("node_modules/").at(-1)));
    const missing = packages.flatMap(({ fields }) =>
      Object.keys(record(fields["optionalDependencies"])).filter(name => !locked.has(name)),
    );
    expect(missing).toEqual([]);
  });

  it("was not emptied", () => {
    expect(packages.length).toBeGreaterThan(50);
  });
});
