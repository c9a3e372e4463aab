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
 * the last and says nothing. The text must be well-formed JSON.
 */
export function findDuplicateKey(text: string): DuplicateKey | undefined {
  const outer: Container[] = [];
  let inner = newContainer();
  for (const [token, name] of text.matchAll(TOKEN)) {
    if (name !== undefined) {
      const member = String(JSON.parse(name));
      inner.at = member;
      if (inner.names.has(member)) return { name: member, path: pathOf([...outer, inner]) };
      inner.names.add(member);
    } else if (token === "{" || token === "[") {
      outer.push(inner);
      inner = newContainer();
    } else if (token === "}" || token === "]") {
      inner = outer.pop() ?? inner;
    } else if (token === "," && typeof inner.at === "number") {
      inner.at += 1;
    }
  }
  return undefined;
}

/** Strings in one run each, so that a long one cannot exhaust the expression's stack. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")\s*:|"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},]/g;

/** An object or a list; the outermost one is the whole text. */
interface Container {
  readonly names: Set<string>;
  /** The last member of an object, or the index in a list. */
  at: string | number;
}

function newContainer(): Container {
  return { names: new Set(), at: 0 };
}

function pathOf([, ...containers]: readonly Container[]): string {
  return containers
    .map(({ at }) => (typeof at === "number" ? `[${at}]` : `.${at}`))
    .join("")
    .replace(/^\./, "");
}
