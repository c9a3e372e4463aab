/** A member name that stands twice in one object. */
export interface DuplicateKey {
  readonly name: string;
  /** The path of the second, such as `routes[1].parameters.file`. */
  readonly path: string;
}

/** The name alone, for a flat object. */
export function duplicateKey(text: string): string | undefined {
  return findDuplicateKey(text)?.name;
}

/**
 * The first member name that stands twice in one object of a JSON text, as `JSON.parse` keeps only
 * the last and says nothing. The text must be well-formed JSON. `matters`: only these names.
 */
export function findDuplicateKey(
  text: string,
  matters: (name: string) => boolean = () => true,
): DuplicateKey | undefined {
  const open: Container[] = [];
  for (const [token, name] of text.matchAll(TOKEN)) {
    const inner = open.at(-1);
    if (name !== undefined) {
      const unescaped: unknown = JSON.parse(name);
      if (inner?.kind !== "object" || typeof unescaped !== "string") continue;
      inner.current = unescaped;
      if (inner.names.has(unescaped) && matters(unescaped))
        return { name: unescaped, path: pathOf(open) };
      inner.names.add(unescaped);
    } else if (token === "{") {
      open.push({ kind: "object", names: new Set(), current: "" });
    } else if (token === "[") {
      open.push({ kind: "list", index: 0 });
    } else if (token === "," && inner?.kind === "list") {
      inner.index++;
    } else if (token === "}" || token === "]") {
      open.pop();
    }
  }
  return undefined;
}

/** Strings in one run each, so that a long one cannot exhaust the expression's stack. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")\s*:|"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},]/g;

type Container =
  | { readonly kind: "object"; readonly names: Set<string>; current: string }
  | { readonly kind: "list"; index: number };

function pathOf(open: readonly Container[]): string {
  return open
    .map(one => (one.kind === "list" ? `[${one.index}]` : `.${one.current}`))
    .join("")
    .replace(/^\./, "");
}
