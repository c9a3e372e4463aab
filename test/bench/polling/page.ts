import { readFileSync, writeFileSync } from "node:fs";

const page = new URL("../../../docs/polling-measured.md", import.meta.url);

/** Puts fresh text between `<!-- name -->` and `<!-- /name -->` on the page "How waiting works, measured". */
export function refresh(name: string, text: string): void {
  const before = readFileSync(page, "utf8");
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [before.indexOf(open), before.indexOf(close)];
  if (start < 0 || end < start)
    throw new Error(`docs/polling-measured.md has no place marked ${open}.`);
  writeFileSync(page, `${before.slice(0, start)}${open}\n\n${text}\n\n${before.slice(end)}`);
}

/** A Markdown table; the first column to the left, numbers to the right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const rule = head.map((_, index) => (index === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map(row => `| ${row.join(" | ")} |`).join("\n");
}

/** The same, for a terminal: columns of even width. */
export function plainTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map(row => (row[column] ?? "").length)));
  return all
    .map(row =>
      row
        .map((cell, column) => {
          const space = " ".repeat((widths[column] ?? 0) - cell.length);
          return column === 0 ? cell + space : space + cell;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
