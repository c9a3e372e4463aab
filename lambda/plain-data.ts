/** A text that says something. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Also for milliseconds: none of ours is negative or has a fraction. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
