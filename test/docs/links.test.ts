import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { type Page, readPage, readPages, root } from "./pages.ts";

const pages = readPages();

describe.each(pages.map(page => [page.path, page] as const))("%s", (path, page) => {
  it("has only links that lead somewhere", () => {
    expect(page.links.flatMap(link => problemOf(page, link))).toEqual([]);
  });

  // GitHub itself puts the template into each pull request.
  it.skipIf(path.endsWith("pull_request_template.md"))("is linked from another page", () => {
    const linked = pages.some(
      other => other !== page && other.links.some(link => targetOf(other, link) === path),
    );
    expect(linked || path === "README.md", "nobody will find this page").toBe(true);
  });
});

function problemOf(page: Page, link: string): string[] {
  if (/^https:\/\/[^/\s]+\.[a-z]+(\/|$)/.test(link)) return [];
  if (/^[a-z]+:/i.test(link)) return [`${link} is not an https link`];
  const target = targetOf(page, link);
  if (target.startsWith("..") || !existsSync(join(root, target))) return [`${link} leads nowhere`];
  const anchor = link.split("#")[1];
  if (anchor === undefined) return [];
  if (!statSync(join(root, target)).isFile() || !target.endsWith(".md"))
    return [`${link}: no anchors`];
  return readPage(target).anchors.has(anchor) ? [] : [`${link}: no such heading`];
}

/** The file a link leads to, from the root. */
function targetOf(page: Page, link: string): string {
  const [file = ""] = link.split("#");
  const path = file === "" ? page.path : join(dirname(page.path), file);
  return relative(".", normalize(path)).replaceAll("\\", "/");
}
