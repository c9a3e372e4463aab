import { isObject } from "../../shared/json.ts";
import { field } from "../../shared/json-fields.ts";

/**
 * The list in which AWS hands over records. It sends none that is empty: with more beside it, an empty
 * list is a field of somebody's own.
 */
export function recordsIn(value: unknown): readonly unknown[] | undefined {
  const records = field(value, "Records");
  if (!Array.isArray(records)) return undefined;
  const isAlone = isObject(value) && Object.keys(value).length === 1;
  return records.length > 0 || isAlone ? records : undefined;
}
