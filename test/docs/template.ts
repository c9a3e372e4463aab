import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isObject, type JsonObject } from "../../shared/json.ts";
import { root } from "./pages.ts";

/** lambda/template.yaml; `!Ref X` and `!GetAtt X.Y` read as the text `X` and `X.Y`. */
const template: unknown = parse(readFileSync(join(root, "lambda", "template.yaml"), "utf8"), {
  logLevel: "silent",
});

export function templateSection(name: string): JsonObject {
  const found = isObject(template) ? template[name] : undefined;
  return isObject(found) ? found : {};
}

/** The value at a path of names and places. */
export function dig(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, name) => {
    if (Array.isArray(inner) && typeof name === "number") return inner[name];
    return isObject(inner) ? inner[name] : undefined;
  }, value);
}

/** Every object anywhere inside that has this member. */
export function withMember(value: unknown, name: string): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(item => withMember(item, name));
  if (!isObject(value)) return [];
  const inner = Object.values(value).flatMap(item => withMember(item, name));
  return value[name] === undefined ? inner : [value, ...inner];
}

/** One file of examples/terraform, with single spaces: its signs of equality stand in columns. */
export function terraformFile(file: string): string {
  return readFileSync(join(root, "examples", "terraform", file), "utf8").replaceAll(/ +/g, " ");
}
