import { didYouMean } from "../../shared/did-you-mean.ts";
import { exactText, isNumber } from "../../shared/exact-number.ts";
import { isObject } from "../../shared/json.ts";
import { field } from "../../shared/json-fields.ts";
import { BATCH_PLACES, type BatchPlace } from "../decision.ts";

/** A text with places to fill from an event, such as `s3://{bucket}/{key}`. */
export interface Template {
  readonly parts: readonly TemplatePart[];
  /** The names of the places that the event fills, as they are written. */
  readonly eventPlaces: readonly string[];
  readonly batchPlaces: readonly BatchPlace[];
}

/** Literal text, a place that the event fills, or one that only the batch can fill. */
export type TemplatePart = string | { readonly event: string } | { readonly batch: BatchPlace };

export type ParsedTemplate =
  | { readonly kind: "template"; readonly template: Template }
  | { readonly kind: "rejected"; readonly message: string };

/**
 * Parses a template once, at start. `{name}` is one of the short names, or a path into the event
 * such as `{detail.object.version-id}` or `{resources.0}`, or `{batch.count}` and its like. `{{` and
 * `}}` are braces.
 */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  for (const [token, name] of text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g)) {
    if (name !== undefined) {
      const place = parsePlace(name);
      if (place.kind === "rejected") return place;
      parts.push(place.part);
    } else if (token === "{" || token === "}") {
      const message = `has a single ${token}; write ${token}${token} for a brace, or {name} for a place`;
      return { kind: "rejected", message };
    } else {
      parts.push(token === "{{" || token === "}}" ? token.charAt(0) : token);
    }
  }
  const template = {
    parts,
    eventPlaces: parts.flatMap(part => (isEventPlace(part) ? [part.event] : [])),
    batchPlaces: parts.flatMap(part =>
      typeof part === "string" || isEventPlace(part) ? [] : [part.batch],
    ),
  };
  return { kind: "template", template };
}

export function isEventPlace(part: TemplatePart): part is { readonly event: string } {
  return typeof part !== "string" && "event" in part;
}

export type Filled =
  | { readonly kind: "filled"; readonly text: string }
  | { readonly kind: "rejected"; readonly message: string };

/** The text for one place of an event; another kind of value than a text or a number has none. */
export function fillPlace(name: string, event: unknown): Filled {
  const cut = KEY_PARTS.get(name);
  const path = pathOf(name);
  const value = valueAt(event, path);
  const unfilled = (why: string): Filled => ({
    kind: "rejected",
    message: `{${name}} cannot be filled: ${why}`,
  });
  let text: string;
  if (isNumber(value)) {
    const exact = exactText(value);
    if (exact.kind === "inexact") return unfilled(`${path.join(".")} ${exact.why}`);
    text = exact.text;
  } else if (typeof value === "string" || typeof value === "boolean") {
    text = String(value);
  } else {
    return unfilled(lack(value, path));
  }
  return { kind: "filled", text: cut === undefined ? text : cut(text) };
}

/** The whole text of a template that only the event fills. */
export function fillTemplate(template: Template, event: unknown): Filled {
  let text = "";
  for (const part of template.parts) {
    const filled = isEventPlace(part) ? fillPlace(part.event, event) : undefined;
    if (filled?.kind === "rejected") return filled;
    text += filled?.text ?? (typeof part === "string" ? part : "");
  }
  return { kind: "filled", text };
}

/** Whether events that have the same value for one place have the same for another, too. */
export function determines(known: string, place: string): boolean {
  const same =
    KEY_PARTS.has(known) || KEY_PARTS.has(place) ? known === place : samePath(known, place);
  if (same) return true;
  if (known === "basename") return place === "extension";
  return samePath(known, "key") && KEY_PARTS.has(place);
}

function samePath(one: string, other: string): boolean {
  return pathOf(one).join(".") === pathOf(other).join(".") && !KEY_PARTS.has(one);
}

/** Short names for what S3's events hold. */
const SHORT_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ["bucket", ["detail", "bucket", "name"]],
  ["key", ["detail", "object", "key"]],
  ["size", ["detail", "object", "size"]],
  ["etag", ["detail", "object", "etag"]],
  ["versionId", ["detail", "object", "version-id"]],
]);

/** Parts of the key, and how to cut them out. */
const KEY_PARTS: ReadonlyMap<string, (key: string) => string> = new Map([
  /** What follows the last slash. */
  ["basename", key => key.slice(key.lastIndexOf("/") + 1)],
  /** What stands before the last slash; empty for a key at the top. */
  ["dirname", key => key.slice(0, Math.max(0, key.lastIndexOf("/")))],
  /** What follows the last dot of the basename; empty when there is none, or only a leading one. */
  ["extension", key => /[^/]\.([^./]*)$/.exec(key)?.[1] ?? ""],
]);

/** All that EventBridge's envelope can hold. */
export const ENVELOPE = [
  "version",
  "id",
  "detail-type",
  "source",
  "account",
  "time",
  "region",
  "resources",
  "detail",
  "replay-name",
];

type ParsedPlace =
  | { readonly kind: "place"; readonly part: TemplatePart }
  | { readonly kind: "rejected"; readonly message: string };

function parsePlace(name: string): ParsedPlace {
  const known = [...SHORT_NAMES.keys(), ...KEY_PARTS.keys(), ...ENVELOPE];
  const [first = "", ...rest] = name.split(".");
  if (first === "batch") return parseBatchPlace(name, rest.join("."));
  if (rest.length === 0 && known.includes(name)) return { kind: "place", part: { event: name } };
  if (rest.length > 0 && ENVELOPE.includes(first) && !rest.includes("")) {
    return { kind: "place", part: { event: name } };
  }
  const message =
    rest.length === 0
      ? `{${name}} is not a known place; ${didYouMean(name, known)}`
      : `{${name}} is not a path into an event; paths begin with ${ENVELOPE.join(", ")}`;
  return { kind: "rejected", message };
}

function parseBatchPlace(name: string, member: string): ParsedPlace {
  const place = BATCH_PLACES.find(known => known === member);
  if (place !== undefined) return { kind: "place", part: { batch: place } };
  const known = didYouMean(
    name,
    BATCH_PLACES.map(one => `batch.${one}`),
  );
  return { kind: "rejected", message: `{${name}} is not a place of a batch; ${known}` };
}

function pathOf(name: string): readonly string[] {
  const source = KEY_PARTS.has(name) ? "key" : name;
  return SHORT_NAMES.get(source) ?? source.split(".");
}

function valueAt(event: unknown, path: readonly string[]): unknown {
  let value = event;
  for (const step of path) {
    value = Array.isArray(value)
      ? value[/^\d+$/.test(step) ? Number(step) : -1]
      : field(value, step);
  }
  return value;
}

function lack(value: unknown, path: readonly string[]): string {
  const name = path.join(".");
  if (Array.isArray(value)) return `${name} is a list, and a parameter is a string`;
  if (isObject(value)) return `${name} is an object, and a parameter is a string`;
  return `the event has no ${name}`;
}
