import { shortLine } from "../runner/plain-text.ts";

/** Short enough that forty flows make one straight column before what is said of them. */
const MAX_LABEL = 28;

/**
 * What each flow of a step is called in the log: its name, short, in one column, and no two alike.
 * A long name loses its middle, since its end often tells `… EU` from `… US`.
 */
export function flowLabels(
  flows: readonly { readonly id: number; readonly name?: string | undefined }[],
): string[] {
  const short = flows.map(({ id, name }) => shortName(name ?? "") || String(id));
  const withIds = flows.map(({ id }, index) => {
    const label = short[index] ?? "";
    const others = flows.some((other, place) => short[place] === label && other.id !== id);
    return others ? withEnd(label, ` ${id}`) : label;
  });
  const counts = new Map<string, number>();
  for (const label of withIds) counts.set(label, (counts.get(label) ?? 0) + 1);
  const taken = new Set(withIds.filter(label => counts.get(label) === 1));
  return withIds.map(label => {
    if (counts.get(label) === 1) return label;
    for (let number = 1; ; number++) {
      const numbered = withEnd(label, ` #${number}`);
      if (taken.has(numbered)) continue;
      taken.add(numbered);
      return numbered;
    }
  });
}

/** The labels, filled up with blanks to the same width. */
export function alignedLabels(labels: readonly string[]): string[] {
  const width = Math.max(0, ...labels.map(lengthOf));
  return labels.map(label => label + " ".repeat(width - lengthOf(label)));
}

function shortName(name: string): string {
  const line = shortLine(name, 400);
  const letters = Array.from(line);
  if (letters.length <= MAX_LABEL) return line;
  const end = Math.floor((MAX_LABEL - 1) / 3);
  const start = MAX_LABEL - 1 - end;
  return `${letters.slice(0, start).join("").trimEnd()}…${letters.slice(-end).join("").trimStart()}`;
}

function withEnd(label: string, end: string): string {
  return (
    Array.from(label)
      .slice(0, MAX_LABEL - end.length)
      .join("") + end
  );
}

/** In characters, not in halves of them. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
