import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isObject } from "../../shared/json.ts";
import { readPages, root } from "./pages.ts";
import { showsAction } from "./workflow-steps.ts";

/**
 * Nothing in a fenced block goes unchecked. A block is a copy of a file that is tested itself
 * (`<!-- from FILE -->` on the line before it), or a test here or beside this one reads it:
 * `yaml` steps in workflows.test.ts, `log` and `text` in sentences.test.ts, `mermaid` in Chromium.
 */
const blocks = readPages().flatMap(({ path, blocks: all }) =>
  all.map((block, index) => [`${path}, block ${index + 1}: ${block.language}`, block] as const),
);

describe.each(blocks.filter(([, { source }]) => source !== undefined))("%s", (_name, block) => {
  it(`is ${block.source}, letter by letter`, () => {
    const file = readFileSync(join(root, block.source ?? ""), "utf8").replaceAll("\r\n", "\n");
    expect(block.text).toBe(file.trimEnd());
  });
});

describe.each(blocks.filter(([, { source }]) => source === undefined))("%s", (_name, block) => {
  it("is of a kind that is tested", () => {
    switch (block.language) {
      case "yaml":
        expect(showsAction(block.text)).toBe(true);
        return;
      case "json":
        expect(JSON.parse(block.text)).toBeDefined();
        return;
      case "sh":
        expect(block.text.split("\n").filter(line => !isKnownCommand(line))).toEqual([]);
        return;
      case "tree":
        expect(foldersOf(block.text).filter(path => !existsSync(join(root, path)))).toEqual([]);
        return;
      case "log":
      case "text":
      case "mermaid":
        return;
      default:
        expect.fail(`nobody tests blocks of "${block.language}"`);
    }
  });
});

const packageFile: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const scripts =
  isObject(packageFile) && isObject(packageFile["scripts"]) ? packageFile["scripts"] : {};

/** A command of ours must exist; any other must be in the short list of everybody's commands. */
function isKnownCommand(line: string): boolean {
  const command = line.replace(/\s+#.*$/, "").trim();
  if (command === "" || command.startsWith("#")) return true;
  const [, script] = /^npm run ([\w:-]+)(?: routes\.json| -- .+)?$/.exec(command) ?? [];
  if (script !== undefined) return script in scripts;
  // What lanes.sh is told, lanes-page.test.ts reads.
  const [, example] = /^(?:[A-Z_]+=\S+ )*(examples\/\S+\.sh)(?: .+)?$/.exec(command) ?? [];
  if (example !== undefined) return existsSync(join(root, example));
  const [, parts] = /^(?:UPDATE_PICTURES=1 )?\.ci\/run((?: [\w-]+)*)$/.exec(command) ?? [];
  if (parts !== undefined) {
    const names = parts.split(" ").filter(name => name !== "");
    return names.every(name => existsSync(join(root, ".ci", "parts", `${name}.sh`)));
  }
  const [, path] =
    /^npm exec vitest run -- --project 'quick\*' (\S+\.test\.ts)$/.exec(command) ?? [];
  return path === undefined ? EVERYBODYS.includes(command) : existsSync(join(root, path));
}

/** The folders of a drawn tree: those at the left edge, and the indented ones below them. */
function foldersOf(tree: string): string[] {
  let side = "";
  return tree.split("\n").map(line => {
    const [, indent = "", folder = ""] = /^( *)(\S+\/)(?: |$)/.exec(line) ?? [];
    if (indent === "") side = folder;
    return indent === "" ? folder : `${side}${folder}`;
  });
}

const EVERYBODYS = [
  "npm cit",
  "npm ci",
  "npm test",
  "git clone https://github.com/OWNER/etlworks-run-flow.git",
  "cd etlworks-run-flow",
  // The names in these lambda-page.test.ts compares with the template and with deploy.sh.
  "aws secretsmanager put-secret-value --secret-id etlworks-key --secret-string file://etlworks-key.txt",
  "aws lambda invoke --function-name etlworks-dispatcher --qualifier live --cli-binary-format raw-in-base64-out --payload file://message.json answer.json",
];
