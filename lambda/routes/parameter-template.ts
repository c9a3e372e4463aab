import { didYouMean } from "../../shared/did-you-mean.ts";
import { isObject } from "../../shared/json.ts";
import { field } from "../../shared/json-fields.ts";

/** A parameter's value with places to fill from an event, such as `s3://{bucket}/{key}`. */
export type Template = (event: unknown) => Rendered;

type Rendered =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "rejected"; readonly message: string };

export type ParsedTemplate =
  | { readonly kind: "template"; readonly template: Template }
  | { readonly kind: "rejected"; readonly message: string };

/**
 * Parses a template once, at start. `{name}` is one of the short names, or a path into the event
 * such as `{detail.object.version-id}` or `{resources.0}`. `{{` and `}}` are braces.
 */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: Part[] = [];
  for (const [token, name] of text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g)) {
    if (name !== undefined) {
      const mistake = mistakeIn(name);
      if (mistake !== undefined) return { kind: "rejected", message: mistake };
      parts.push({ name });
    } else if (token === "{" || token === "}") {
      const message = `has a single ${token}; write ${token}${token} for a brace, or {name}`;
      return { kind: "rejected", message };
    } else {
      parts.push(token === "{{" || token === "}}" ? token.charAt(0) : token);
    }
  }
  return { kind: "template", template: event => render(parts, event) };
}

type Part = string | { readonly name: string };

/** Short names for what S3's events hold. */
const SHORT_NAMES: Readonly<Record<string, readonly string[]>> = {
  bucket: ["detail", "bucket", "name"],
  key: ["detail", "object", "key"],
  size: ["detail", "object", "size"],
  etag: ["detail", "object", "etag"],
  versionId: ["detail", "object", "version-id"],
};

/** Parts of the key, and how to cut them out. */
const KEY_PARTS: Readonly<Record<string, (key: string) => string>> = {
  /** What follows the last slash. */
  basename: key => key.slice(key.lastIndexOf("/") + 1),
  /** What stands before the last slash; empty for a key at the top. */
  dirname: key => key.slice(0, Math.max(0, key.lastIndexOf("/"))),
  /** What follows the last dot of the basename; empty when there is none, or only a leading one. */
  extension: key => /[^/]\.([^./]*)$/.exec(key)?.[1] ?? "",
};

/** All that EventBridge's envelope can hold. */
const ENVELOPE = [
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

function mistakeIn(name: string): string | undefined {
  const known = [...Object.keys(SHORT_NAMES), ...Object.keys(KEY_PARTS), ...ENVELOPE];
  const [first = "", ...rest] = name.split(".");
  if (rest.length === 0 && known.includes(name)) return undefined;
  if (rest.length > 0 && ENVELOPE.includes(first) && !rest.includes("")) return undefined;
  return rest.length === 0
    ? `{${name}} is not known; ${didYouMean(name, known)}`
    : `{${name}} is no path into an event; paths begin with ${ENVELOPE.join(", ")}`;
}

function render(parts: readonly Part[], event: unknown): Rendered {
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    const cut = KEY_PARTS[part.name];
    const name = cut === undefined ? part.name : "key";
    const path = SHORT_NAMES[name] ?? name.split(".");
    const value = valueAt(event, path);
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      return { kind: "rejected", message: `{${part.name}} cannot be filled: ${lack(value, path)}` };
    }
    // JSON's parser has rounded it: another number would be handed over.
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      const number = `${path.join(".")} is a number of more digits than can be kept`;
      return {
        kind: "rejected",
        message: `{${part.name}} cannot be filled: ${number}; send it as a text`,
      };
    }
    text += cut === undefined ? String(value) : cut(String(value));
  }
  return { kind: "text", text };
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
  if (Array.isArray(value)) return `${name} is a list, a parameter is a text`;
  if (isObject(value)) return `${name} is an object, a parameter is a text`;
  return `the event has no ${name}`;
}
