/** `did you mean "x"?` when a known word is near, otherwise the list of the known words. */
export function suggest(word: string, known: readonly string[]): string {
  let nearest: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of known) {
    const edits = editDistance(word.toLowerCase(), candidate.toLowerCase());
    const allowed = Math.max(1, Math.floor(candidate.length / 3));
    if (edits <= allowed && edits < (nearest?.edits ?? Infinity)) nearest = { candidate, edits };
  }
  return nearest === undefined
    ? `known are ${known.join(", ")}`
    : `did you mean ${JSON.stringify(nearest.candidate)}?`;
}

/** Levenshtein's edit distance, one row of the table at a time. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let index = 0; index < one.length; index++) {
    const next = [index + 1];
    for (let column = 1; column <= other.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (other[column - 1] === one[index] ? 0 : 1);
      next.push(Math.min((next[column - 1] ?? 0) + 1, (row[column] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
