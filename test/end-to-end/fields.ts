/** The value as an object's fields; an empty object for anything else. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** The value if it is a text, else an empty one. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
