/** `did you mean "x"?` when a known word is near, otherwise all known words: the end of a sentence. */
export function didYouMean(given: string, known: readonly string[]): string {
  const word = beginning(given);
  const [nearest] = nearestFirst(word, known, name => name);
  if (nearest === undefined) return "none is known";
  return isNear(word, nearest)
    ? `did you mean ${JSON.stringify(nearest)}?`
    : `known are ${known.join(", ")}`;
}

/**
 * The candidates, the most alike names first. Capitals do not count. A name is alike when few
 * letters were mistyped, and also when its words stand in another order.
 */
export function nearestFirst<Candidate>(
  word: string,
  candidates: readonly Candidate[],
  nameOf: (candidate: Candidate) => string,
): Candidate[] {
  const wanted = beginning(word).toLowerCase();
  const pairs = letterPairs(wanted);
  return candidates
    .map(candidate => {
      const name = nameOf(candidate).toLowerCase();
      return { candidate, alike: likeness(wanted, pairs, name) };
    })
    .toSorted((one, other) => other.alike - one.alike)
    .map(({ candidate }) => candidate);
}

/** Each letter is compared with each of every known word, and a message may have a word of 1 MB. */
function beginning(word: string): string {
  return word.slice(0, 1_000);
}

/** Whether a word may be another one: a typing mistake for each three letters, or most pairs of them. */
export function isNear(word: string, known: string): boolean {
  const [one, other] = [word.toLowerCase(), known.toLowerCase()];
  const allowed = Math.max(1, Math.floor(known.length / 3));
  return (
    editDistance(one, other) <= allowed || sharedPairs(letterPairs(one), letterPairs(other)) >= 0.7
  );
}

function likeness(one: string, pairs: ReadonlySet<string>, other: string): number {
  const longest = Math.max(one.length, other.length, 1);
  const shared = sharedPairs(pairs, letterPairs(other));
  // A distance is never less than the difference of the lengths.
  const most = 1 - Math.abs(one.length - other.length) / longest;
  return most <= shared ? shared : Math.max(1 - editDistance(one, other) / longest, shared);
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

/** Which share of their pairs of letters two texts have in common (Dice's coefficient). */
export function sharedPairs(pairs: ReadonlySet<string>, others: ReadonlySet<string>): number {
  return (2 * pairs.intersection(others).size) / Math.max(1, pairs.size + others.size);
}

/** Of the letters and digits, as they are written. */
export function letterPairs(text: string): ReadonlySet<string> {
  const plain = ` ${text.replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
  return new Set(
    Array.from({ length: plain.length - 1 }, (_, index) => plain.slice(index, index + 2)),
  );
}
