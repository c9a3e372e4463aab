import { didYouMean } from "../../shared/did-you-mean.ts";
import type { Refuse } from "../refuse.ts";
import { unknownFields } from "../unknown-fields.ts";
import { parseTemplate, type Template } from "./parameter-template.ts";

/** `parent` stands before each name, such as `batch.` */
export function refuseUnknown(
  value: unknown,
  known: readonly string[],
  parent: string,
  refuse: Refuse,
): void {
  for (const name of unknownFields(value, known)) {
    refuse(`${parent}${name}`, `is not known; ${didYouMean(name, known)}`);
  }
}

export function readFlag(value: unknown, path: string, refuse: Refuse): boolean {
  if (value !== undefined && typeof value !== "boolean") refuse(path, "must be true or false");
  return value === true;
}

/** One of some words; the first of them where nothing is given. */
export function readWord<Word extends string>(
  value: unknown,
  words: readonly [Word, ...Word[]],
  path: string,
  refuse: Refuse,
): Word {
  const [usual] = words;
  const known = value === undefined ? usual : words.find(word => word === value);
  if (known === undefined) {
    const near = typeof value === "string" ? `; ${didYouMean(value, words)}` : "";
    refuse(path, `${JSON.stringify(value)} is not one of ${words.join(", ")}${near}`);
  }
  return known ?? usual;
}

/** A template that is filled before there is a batch. */
export function readEventTemplate(
  value: unknown,
  path: string,
  refuse: Refuse,
): Template | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value === "") {
    refuse(path, "must be a template, such as {dirname}");
    return undefined;
  }
  const parsed = parseTemplate(value);
  if (parsed.kind === "rejected") {
    refuse(path, parsed.message);
    return undefined;
  }
  if (parsed.template.batchPlaces.length > 0) {
    refuse(path, "must not have {batch.…} places: they are known only when the run begins");
    return undefined;
  }
  return parsed.template;
}
