import { isObject } from "../shared/json.ts";
import { beginningOf } from "./cut-text.ts";

/** A message may have thousands, and to compare each with those that are known takes seconds. */
const MAX_FIELDS = 20;
const MAX_NAME = 100;

/** The first fields of an object that nobody knows, for the sentences that refuse them. */
export function unknownFields(value: unknown, known: readonly string[]): readonly string[] {
  return Object.keys(isObject(value) ? value : {})
    .filter(name => !known.includes(name))
    .slice(0, MAX_FIELDS)
    .map(name => beginningOf(name, MAX_NAME));
}
