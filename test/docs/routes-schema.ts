import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { isObject } from "../../shared/json.ts";
import { root } from "./pages.ts";

const schema: unknown = JSON.parse(readFileSync(join(root, "docs", "routes.schema.json"), "utf8"));
if (!isObject(schema)) throw new Error("the schema is no object");
const validate = new Ajv({ strict: true, strictTuples: false }).compile(schema);

/** Whether an editor that knows docs/routes.schema.json finds nothing wrong. */
export function fitsSchema(routes: unknown): boolean {
  return validate(routes);
}
