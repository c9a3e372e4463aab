import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { currentReadme } from "../../scripts/reference.ts";

const root = join(import.meta.dirname, "..", "..");

function filesBelow(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      // The user's own, put there to be deployed (examples/lambda/deploy.sh); git ignores it.
      .filter(file => !file.endsWith("routes.json"))
      .map(
        file =>
          [
            file.slice(folder.length + 1).replaceAll("\\", "/"),
            readFileSync(file, "utf8"),
          ] as const,
      ),
  );
}

describe("README.md", () => {
  it("lists the inputs and outputs of action.yml", () => {
    const { is, shouldBe } = currentReadme(root);
    expect(is, "run `npm run build` and commit README.md").toBe(shouldBe);
  });
});

describe("the committed bundles", () => {
  it("are what `npm run build` makes of the sources", { timeout: 120_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "etlworks-dist-"));
    try {
      execFileSync(process.execPath, [join(root, "scripts", "build.ts"), folder]);
      const built = filesBelow(folder);
      const committed = filesBelow(join(root, "dist"));
      expect(Object.keys(committed).toSorted()).toEqual(Object.keys(built).toSorted());
      const stale = Object.keys(built).filter(name => built[name] !== committed[name]);
      expect(stale, "run `npm run build` and commit dist/").toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("name no folder of the machine they were built on", () => {
    for (const [name, text] of Object.entries(filesBelow(join(root, "dist")))) {
      expect(text.includes(root), name).toBe(false);
    }
  });

  it("run on Node 24, as Actions and Lambda do", () => {
    expect(process.versions.node).toMatch(/^24\./);
  });
});
