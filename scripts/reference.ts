import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** The tables of inputs and outputs in README.md, made from action.yml. */
export function insertReference(readme: string, action: unknown): string {
  const inputs = rowsOf(action, "inputs").map(
    ([name, { description, standard }]) =>
      `| \`${name}\` | ${standard === "" ? "" : `\`${standard}\``} | ${description} |`,
  );
  const outputs = rowsOf(action, "outputs").map(
    ([name, { description }]) => `| \`${name}\` | ${description} |`,
  );
  const withInputs = between(readme, "inputs", [
    "| input | default | meaning |",
    "|---|---|---|",
    ...inputs,
  ]);
  return between(withInputs, "outputs", ["| output | meaning |", "|---|---|", ...outputs]);
}

/** What README.md has to be, from what it is and action.yml. */
export function currentReadme(root: string): { readonly is: string; readonly shouldBe: string } {
  const is = readFileSync(join(root, "README.md"), "utf8");
  const action: unknown = parse(readFileSync(join(root, "action.yml"), "utf8"));
  return { is, shouldBe: insertReference(is, action) };
}

interface Row {
  readonly description: string;
  readonly standard: string;
}

function rowsOf(action: unknown, section: string): [string, Row][] {
  const rows = field(action, section);
  if (typeof rows !== "object" || rows === null) throw new Error(`action.yml has no ${section}`);
  return Object.entries(rows).map(([name, row]) => [
    name,
    {
      description: text(field(row, "description")).replaceAll("|", "\\|"),
      standard: text(field(row, "default")),
    },
  ]);
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function between(readme: string, name: string, lines: readonly string[]): string {
  const begin = `<!-- ${name}: made from action.yml by npm run build -->`;
  const end = `<!-- end of ${name} -->`;
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md has lost its place for ${name}`);
  return `${readme.slice(0, from + begin.length)}\n${lines.join("\n")}\n${readme.slice(to)}`;
}
