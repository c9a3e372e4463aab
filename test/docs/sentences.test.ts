import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPages, root } from "./pages.ts";

/**
 * What the pages quote of the program must still be what it says. Quoted are the blockquotes of
 * troubleshooting.md and every `text` block. An ellipsis stands for what differs from run to run.
 */
const sources = globSync(["action/**/*.ts", "lambda/**/*.ts", "shared/**/*.ts"], { cwd: root })
  .map(path => readFileSync(join(root, path), "utf8"))
  .join("\n");

const quoted = readPages().flatMap(({ path, quotes, blocks }) => [
  ...(path === "docs/troubleshooting.md" ? quotes.map(quote => [path, quote] as const) : []),
  ...blocks
    .filter(({ language }) => language === "text")
    .flatMap(({ text }) => text.split("\n"))
    .map(line => [path, line.trim()] as const),
]);

describe("sentences that pages quote", () => {
  it.each(quoted)("%s: %s", (_path, sentence) => {
    expect(isSaid(sentence), "no source file says this").toBe(true);
  });

  it("are not taken for said when they are not", () => {
    expect(isSaid("Etlworks did not accept … (401: …). Check it, or make a new API key")).toBe(
      true,
    );
    expect(isSaid("Etlworks did not accept … (402: …). Check it, or make a new API key")).toBe(
      false,
    );
    expect(isSaid("…")).toBe(false);
  });
});

/** Whether a literal in the sources says this, with `${…}` wherever the sentence has an ellipsis. */
function isSaid(sentence: string): boolean {
  const fragments = sentence.split("…").map(fragment => escapeRegExp(fragment));
  if (fragments.join("").length < 10) return false;
  return new RegExp(fragments.join("(?:\\$\\{[^`]{1,150}?\\})?")).test(sources);
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
