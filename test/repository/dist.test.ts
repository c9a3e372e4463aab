import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildAction } from "../../scripts/build-action.ts";
import { currentReadme } from "../../scripts/reference.ts";
import { sharedBundles } from "../lambda/stand-ins/shared-bundles.ts";

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

/** What `npm run build` would put into a folder of dist is there, and nothing else. */
function expectSame(name: string, folder: string): void {
  const built = filesBelow(folder);
  const committed = filesBelow(join(root, "dist", name));
  expect(Object.keys(committed).toSorted()).toEqual(Object.keys(built).toSorted());
  const stale = Object.keys(built).filter(file => built[file] !== committed[file]);
  expect(stale, "run `npm run build` and commit dist/").toEqual([]);
}

describe("README.md", () => {
  it("lists the inputs and outputs of action.yml", () => {
    const { is, shouldBe } = currentReadme(root);
    expect(is, "run `npm run build` and commit README.md").toBe(shouldBe);
  });
});

describe("the committed bundles", () => {
  it("of the Action are what its sources make", { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "etlworks-dist-"));
    try {
      await buildAction(folder);
      expectSame("action", folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("of the Lambda functions are what their sources make", async () => {
    expectSame("lambda", (await sharedBundles()).directory);
  });

  it("are all that is there", () => {
    expect(readdirSync(join(root, "dist")).toSorted()).toEqual(["action", "lambda"]);
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
