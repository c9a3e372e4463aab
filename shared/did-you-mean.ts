/** `did you mean "x"?` when a known word is near, otherwise the list of the known words. */
export function didYouMean(word: string, known: readonly string[]): string {
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

/** Insertions, deletions, replacements and swaps of neighbours (Damerau and Levenshtein). */
function editDistance(one: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const next = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      next.push(
        Math.min(
          (next[column - 1] ?? 0) + 1,
          (last[column] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (beforeLast[column - 2] ?? Infinity) + 1 : Infinity,
        ),
      );
    }
    [beforeLast, last] = [last, next];
  }
  return last[other.length] ?? 0;
}
