/**
 * The member by which a record says two things of a run: `JSON.parse` keeps the last and says
 * nothing, and nobody can tell which one is meant. Records are the outermost object, or those of an
 * outermost list; what lies deeper decides nothing. The text must be well-formed JSON.
 *
 * In one pass without an expression, as an answer may have 10 MB of anything.
 */
export function findContradiction(text: string): string | undefined {
  const said = new Map<string, string>();
  const recordDepth = text.trimStart().startsWith("[") ? 2 : 1;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "{" || character === "[") {
      depth += 1;
      if (depth === recordDepth) said.clear();
    } else if (character === "}" || character === "]") depth -= 1;
    else if (character === '"') {
      const end = endOfString(text, index);
      const member = depth === recordDepth ? decidingMember(text, index, end) : undefined;
      if (member !== undefined) {
        const { name, value } = member;
        const before = said.get(name);
        if (before !== undefined && (before !== value || value === COMPOSITE)) return name;
        said.set(name, value);
      }
      index = end - 1;
    }
  }
  return undefined;
}

/** A run must not end by the wrong one of these. */
const DECIDING: ReadonlySet<string> = new Set(["status", "auditId", "success"]);

/** With each letter as an escape of six. */
const MAX_QUOTED = 2 + 6 * "auditId".length;

/** The member that begins with the text from `start` to `end`, where that is the name of a deciding one. */
function decidingMember(text: string, start: number, end: number) {
  const colon = skipSpace(text, end);
  if (text[colon] !== ":" || end - start > MAX_QUOTED) return undefined;
  const name = String(JSON.parse(text.slice(start, end)));
  return DECIDING.has(name)
    ? { name, value: meaningAt(text, skipSpace(text, colon + 1)) }
    : undefined;
}

/** Two objects or two lists are not compared. */
const COMPOSITE = "{}";

/** The value that begins there, in one form: our reader takes `"Success"` for `"success"` and `"7"` for 7. */
function meaningAt(text: string, start: number): string {
  if (text[start] === "{" || text[start] === "[") return COMPOSITE;
  const isText = text[start] === '"';
  const source = text.slice(start, isText ? endOfString(text, start) : endOfLiteral(text, start));
  // Not parsed where it is a number: two ids beyond 2^53 would become one.
  return (isText ? String(JSON.parse(source)) : source).trim().toLowerCase();
}

/** Behind the closing quote. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index + 1;
}

function endOfLiteral(text: string, start: number): number {
  let index = start;
  while (index < text.length && !END_OF_LITERAL.has(text[index] ?? "")) index += 1;
  return index;
}

function skipSpace(text: string, start: number): number {
  let index = start;
  while (SPACE.has(text[index] ?? "")) index += 1;
  return index;
}

const SPACE: ReadonlySet<string> = new Set(" \t\r\n");
const END_OF_LITERAL: ReadonlySet<string> = new Set(" \t\r\n,]}");
