import { isObject, type JsonObject } from "../../shared/json.ts";
import { isPlainWord } from "./vocabulary.ts";

/**
 * The fields of some objects and the kinds of their values, a line each. Only names made of words
 * that everybody's API uses are shown: a map could have a customer's names for keys.
 */
export function shapeOf(objects: readonly JsonObject[]): readonly string[] {
  const names = [...new Set(objects.flatMap(object => Object.keys(object)))];
  const shown = names.filter(isPlainWord);
  const lines = shown.map(name => {
    const values = objects.filter(object => Object.hasOwn(object, name)).map(item => item[name]);
    const kinds = [...new Set(values.map(kindOf))].join(" or ");
    return `\`${name}\`: ${kinds}${values.length < objects.length ? ", sometimes missing" : ""}`;
  });
  return shown.length === names.length ? lines : [...lines, "and fields whose names stay here"];
}

/** A kind of value, in a word or two. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) {
    const kinds = [...new Set(value.map(kindOf))];
    return kinds.length === 0 ? "empty list" : `list of ${kinds.join(" or ")}`;
  }
  if (typeof value === "boolean") return "true or false";
  if (typeof value === "bigint") return "whole number";
  if (typeof value === "number") return Number.isInteger(value) ? kindOfWhole(value) : "number";
  if (typeof value === "string") return kindOfText(value);
  return isObject(value) ? "object" : "missing";
}

/** Milliseconds from September 2001 to the year 2100. */
function kindOfWhole(value: number): string {
  return value >= 1e12 && value < 4.1e12 ? "time in milliseconds" : "whole number";
}

function kindOfText(text: string): string {
  if (text === "") return "empty text";
  if (/^\d+$/.test(text)) return "digits in quotes";
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? "ISO 8601 time" : "text";
}
