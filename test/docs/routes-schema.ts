import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { isObject } from "../../shared/json.ts";
import { field } from "../../shared/json-fields.ts";
import { root } from "./pages.ts";

const schema: unknown = JSON.parse(readFileSync(join(root, "docs", "routes.schema.json"), "utf8"));
if (!isObject(schema)) throw new Error("the schema is no object");
const validate = new Ajv({ strict: true, strictTuples: false }).compile(schema);

/** Whether an editor that knows docs/routes.schema.json finds nothing wrong. */
export function fitsSchema(routes: unknown): boolean {
  return validate(routes);
}

/** The fields of a route, and those of its batch. */
export function fieldsInSchema(): { readonly ofRoute: string[]; readonly ofBatch: string[] } {
  const route = field(field(field(schema, "definitions"), "route"), "properties");
  const batch = field(field(route, "batch"), "properties");
  if (!isObject(route) || !isObject(batch)) throw new Error("the schema has no fields");
  return { ofRoute: Object.keys(route), ofBatch: Object.keys(batch) };
}
