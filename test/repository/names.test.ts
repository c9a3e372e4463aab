import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");

/** By the name that AWS Lambda calls. */
const GIVEN_BY_OTHERS: ReadonlySet<string> = new Set(["handler"]);

/** A reader who meets a name twice must be able to trust that it is the same thing. */
describe("what a file exports", () => {
  it("has a name that no other file of the product gives to something else", () => {
    const paths = globSync("{action,lambda,shared}/**/*.ts", { cwd: root });
    expect(paths.length).toBeGreaterThan(80);
    const files = paths.map(path => [path, readFileSync(join(root, path), "utf8")] as const);
    expect(sharedNames(new Map(files))).toEqual([]);
  });

  it.each([
    ["a function", "export function reply() {}"],
    ["an asynchronous one", "export async function reply() {}"],
    ["a generator", "export async function* reply() {}"],
    ["a value", "export const reply = 1;"],
    ["a type", "export type reply = 1;"],
    ["an interface", "export interface reply {}"],
    ["a class", "export class reply {}"],
  ])("is found when it is planted: %s", (_what, text) => {
    const files = new Map([
      ["action/one.ts", "export type reply = 2;\nconst other = 1;"],
      ["shared/two.ts", `${text}\nexport const other = 1;`],
    ]);
    expect(sharedNames(files)).toEqual(["reply: action/one.ts, shared/two.ts"]);
  });
});

function sharedNames(files: ReadonlyMap<string, string>): string[] {
  const declared = [...files].flatMap(([path, text]) =>
    [...new Set(exportedBy(text))].map(name => ({ path: path.replaceAll("\\", "/"), name })),
  );
  return [...Map.groupBy(declared, ({ name }) => name)]
    .filter(([name, places]) => places.length > 1 && !GIVEN_BY_OTHERS.has(name))
    .map(([name, places]) => `${name}: ${places.map(({ path }) => path).join(", ")}`);
}

function exportedBy(text: string): string[] {
  const exported =
    /^export (?:async )?(?:function\*?|const|type|interface|(?:abstract )?class) (\w+)/gm;
  return [...text.matchAll(exported)].map(([, name = ""]) => name);
}
