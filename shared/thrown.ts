/** What a thrown value says: anything can be thrown, and `catch` hands over all of it. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The kind of an error, such as AWS's `AccessDeniedException`; empty for what is no error. */
export function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : "";
}

/** Node's word for it, such as `ENOENT`; empty for what has none. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string"
    ? thrown.code
    : "";
}
