import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isObject } from "../../shared/json.ts";
import { root } from "./pages.ts";

/** What docs/threat-model.md says of our own code and packages, where no other test would notice. */
const page = read("docs/threat-model.md").replaceAll(/\s+/g, " ");
const sources = globSync(["action/**/*.ts", "lambda/**/*.ts", "shared/**/*.ts"], { cwd: root });

describe("docs/threat-model.md", () => {
  it("says what is compared here", () => {
    for (const words of [
      "The packages used at run time come from GitHub (`@actions`) and AWS (`@aws`, `@aws-sdk`) only.",
      "install scripts are off",
      "Nothing is written to `GITHUB_ENV` or `GITHUB_PATH`.",
      "We start no process and no shell.",
      "Our own workflows pin every action by commit",
    ]) {
      expect(page.includes(words), words).toBe(true);
    }
  });

  it("names the owners of every package that is used at run time", () => {
    const manifest: unknown = JSON.parse(read("package.json"));
    const packages = isObject(manifest) ? manifest["dependencies"] : undefined;
    const names = Object.keys(isObject(packages) ? packages : {});
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter(name => !/^@(?:actions|aws|aws-sdk)\//.test(name))).toEqual([]);
  });

  it("keeps install scripts off", () => {
    expect(read(".npmrc").split("\n")).toContain("ignore-scripts=true");
  });

  it.each(sources)("starts nothing, and changes no later step: %s", path => {
    expect(read(path)).not.toMatch(
      /child_process|worker_threads|GITHUB_ENV|GITHUB_PATH|exportVariable|addPath|\beval\(|new Function\(/,
    );
  });

  it.each(globSync([".github/workflows/*.yml", ".github/actions/*/action.yml"], { cwd: root }))(
    "pins what it uses: %s",
    path => {
      const used = [...read(path).matchAll(/\buses: *(\S+)/g)].map(([, name = ""]) => name);
      const open = used.filter(name => !name.startsWith("./") && !/@[0-9a-f]{40}$/.test(name));
      expect(open).toEqual([]);
    },
  );
});

function read(path: string): string {
  return readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n");
}
