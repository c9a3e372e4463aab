import { describe, expect, it } from "vitest";
import { lockedPackages } from "./locked-packages.ts";

/** Licences that let us ship a copy inside dist; the same list as in dependency-review.yml. */
const shippable = new Set(
  "0BSD Apache-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause CC0-1.0 ISC MIT MIT-0 Unlicense".split(
    " ",
  ),
);

/** Tools that never get into dist may also have a file-wise copyleft. */
const usable = new Set([...shippable, "MPL-2.0"]);

describe("the licences in package-lock.json", () => {
  const packages = lockedPackages();

  it("let us ship every package that can get into dist", () => {
    const shipped = packages.filter(({ fields }) => fields["dev"] !== true);
    expect(shipped.length).toBeGreaterThan(10);
    expect(shipped.filter(({ fields }) => !allows(shippable, fields["license"]))).toEqual([]);
  });

  it("let us use every tool", () => {
    expect(packages.filter(({ fields }) => !allows(usable, fields["license"]))).toEqual([]);
  });
});

/** Whether one of the choices of an SPDX expression such as `MIT OR GPL-3.0-only` is in the list. */
function allows(list: ReadonlySet<string>, expression: unknown): boolean {
  if (typeof expression !== "string") return false;
  return expression
    .replace(/^\((.*)\)$/, "$1")
    .split(" OR ")
    .some(choice => choice.split(" AND ").every(licence => list.has(licence)));
}
