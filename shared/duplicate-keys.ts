/** A member name that JSON's parser would pass over. */
export interface KeyInText {
  readonly name: string;
  /** Where it stands, such as `routes[1].parameters.file`; of two the second. */
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
export function findDuplicateKey(text: string): KeyInText | undefined {
  return findKey(text, (name, before) => before.has(name));
}

/**
 * The first member named `__proto__`, which whoever parses safely drops and says nothing. The text
 * must be well-formed JSON.
 */
export function findPrototypeKey(text: string): KeyInText | undefined {
  return findKey(text, name => name === "__proto__");
}

/** `before` are the names that stood before it in its object. */
function findKey(
  text: string,
  isSought: (name: string, before: ReadonlySet<string>) => boolean,
): KeyInText | undefined {
  const outer: Container[] = [];
  let inner = newContainer();
  for (const [token, name] of text.matchAll(TOKEN)) {
    if (name !== undefined) {
      const member = String(JSON.parse(name));
      inner.at = member;
      if (isSought(member, inner.names)) return { name: member, path: pathOf([...outer, inner]) };
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
