import { readFileSync } from "node:fs";

/** One input of action.yml. */
export interface DeclaredInput {
  readonly name: string;
  readonly description: string;
  /** Empty where there is none, as the runner has it. */
  readonly defaultValue: string;
}

const text = readFileSync(new URL("../../action.yml", import.meta.url), "utf8");

/** The inputs of action.yml. It has no nested values, so that its lines can be read one by one. */
export function readDeclaredInputs(): readonly DeclaredInput[] {
  return entriesOf("inputs").map(({ name, fields }) => ({
    name,
    description: fields.get("description") ?? "",
    defaultValue: fields.get("default") ?? "",
  }));
}

export function readDeclaredOutputs(): readonly { name: string; description: string }[] {
  return entriesOf("outputs").map(({ name, fields }) => ({
    name,
    description: fields.get("description") ?? "",
  }));
}

/** What a runner puts into `INPUT_*` when a workflow gives nothing. */
export function declaredInputs(): Record<string, string> {
  return Object.fromEntries(
    readDeclaredInputs().map(({ name, defaultValue }) => [name, defaultValue]),
  );
}

function entriesOf(section: string) {
  const [, rest = ""] = text.split(new RegExp(`^${section}:$`, "m"));
  const [body = ""] = rest.split(/^\S/m);
  return body
    .split(/^ {2}(?=[\w-]+:$)/m)
    .slice(1)
    .map(entry => {
      const [head = "", ...lines] = entry.split("\n");
      const fields = lines.flatMap(line => {
        const { name, value } = /^ {4}(?<name>[\w-]+): (?<value>.*)$/.exec(line)?.groups ?? {};
        return name === undefined || value === undefined ? [] : [[name, unquote(value)] as const];
      });
      return { name: head.slice(0, -1), fields: new Map(fields) };
    });
}

function unquote(value: string): string {
  return value.startsWith('"') ? String(JSON.parse(value)) : value;
}
