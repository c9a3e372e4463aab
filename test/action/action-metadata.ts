import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** One input of action.yml. */
interface DeclaredInput {
  readonly name: string;
  /** Empty where there is none, as the runner has it. */
  readonly defaultValue: string;
}

const metadata: unknown = parse(readFileSync(new URL("../../action.yml", import.meta.url), "utf8"));

export function readDeclaredInputs(): readonly DeclaredInput[] {
  return Object.entries(fieldsOf(metadata, "inputs")).map(([name, input]) => ({
    name,
    defaultValue: textOf(input, "default"),
  }));
}

export function readDeclaredOutputs(): readonly string[] {
  return Object.keys(fieldsOf(metadata, "outputs"));
}

/** `using`, `main` and `post`. */
export function readRuns(): Readonly<Record<string, unknown>> {
  return fieldsOf(metadata, "runs");
}

/** What a runner puts into `INPUT_*` when a workflow gives nothing. */
export function declaredInputs(): Record<string, string> {
  return Object.fromEntries(
    readDeclaredInputs().map(({ name, defaultValue }) => [name, defaultValue]),
  );
}

function fieldsOf(value: unknown, name: string): Record<string, unknown> {
  const found = fieldOf(value, name);
  return typeof found === "object" && found !== null ? { ...found } : {};
}

function textOf(value: unknown, name: string): string {
  const found = fieldOf(value, name);
  return typeof found === "string" ? found : "";
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}
