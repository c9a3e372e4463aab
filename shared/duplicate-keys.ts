/**
 * The first member name that stands twice in one object of a JSON text, as `JSON.parse` keeps only
 * the last and says nothing. The text must be well-formed JSON.
 */
export function duplicateKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (name !== undefined) {
      const names = open.at(-1);
      const unescaped: unknown = JSON.parse(name);
      if (typeof unescaped !== "string" || names?.has(unescaped) === true) return String(unescaped);
      names?.add(unescaped);
    } else if (token === "{") {
      open.push(new Set());
    } else if (token === "[") {
      open.push(undefined);
    } else if (token === "}" || token === "]") {
      open.pop();
    }
  }
  return undefined;
}
