import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./pages.ts";

/** What docs/polling.md promises is what docs/polling-measured.md has measured. */
const measured = rowsOf("docs/polling-measured.md");

describe("docs/polling.md", () => {
  const promised = rowsOf("docs/polling.md").filter(([, requests]) => /^\d+$/.test(requests ?? ""));

  it("has rows to compare", () => {
    expect(promised.length).toBeGreaterThan(2);
  });

  it.each(promised)("tells of a flow of %s", (length, requests, ofLoop, late) => {
    const [, lateOurs, , requestsOurs] = measuredRow(`${length}, ours`);
    const [, , , requestsOfLoop] = measuredRow(`${length}, 5 s`);
    expect(Math.round(Number(requestsOurs))).toBe(Number(requests));
    expect(Math.round(Number(requestsOfLoop))).toBe(Number(ofLoop));
    expect(`${Math.round(Number(lateOurs?.replace(" s", "")))} s`).toBe(late);
  });
});

function measuredRow(name: string): readonly string[] {
  const row = measured.find(([first]) => first === name);
  if (row === undefined) throw new Error(`${name} was not measured`);
  return row;
}

function rowsOf(path: string): readonly (readonly string[])[] {
  return readFileSync(join(root, path), "utf8")
    .split("\n")
    .filter(line => line.startsWith("| "))
    .map(line =>
      line
        .slice(1, -1)
        .split("|")
        .map(cell => cell.trim()),
    );
}
