import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lexer, walkTokens } from "marked";
import { isObject } from "../../shared/json.ts";

/** The folder of the project. */
export const root = join(import.meta.dirname, "..", "..");

/** One Markdown page, as far as tests read it. */
export interface Page {
  /** From the root, with `/`. */
  readonly path: string;
  readonly blocks: readonly Block[];
  /** What a link's `#` may name. */
  readonly anchors: ReadonlySet<string>;
  /** Where its links and pictures lead, as written. */
  readonly links: readonly string[];
  readonly quotes: readonly string[];
}

/** A fenced block. */
interface Block {
  readonly language: string;
  readonly text: string;
  /** The file it is a copy of: `<!-- from FILE -->` on the line before it. */
  readonly source: string | undefined;
}

/** All pages that are written by hand. */
export function readPages(): readonly Page[] {
  const patterns = [
    "*.md",
    "docs/**/*.md",
    "examples/**/*.md",
    "lambda/**/*.md",
    ".github/**/*.md",
    "test/*.md",
  ];
  return globSync(patterns, { cwd: root })
    .map(path => path.replaceAll("\\", "/"))
    .toSorted()
    .map(readPage);
}

export function readPage(path: string): Page {
  const text = readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n");
  const blocks: Block[] = [];
  const slugs: string[] = [];
  const links: string[] = [];
  const quotes: string[] = [];
  let comment = "";
  void walkTokens(lexer(text), token => {
    if (token.type === "html") {
      comment = token.raw;
      links.push(
        ...[...comment.matchAll(/\b(?:href|src|srcset)="([^"]*)"/g)].map(([, to = ""]) => to),
      );
      slugs.push(...[...comment.matchAll(/\b(?:id|name)="([^"]*)"/g)].map(([, id = ""]) => id));
      return;
    }
    if (token.type === "space") return;
    if (token.type === "code") {
      const source = /<!-- from (\S+) -->/.exec(comment)?.[1];
      blocks.push({ language: String(token["lang"] ?? ""), text: String(token["text"]), source });
    }
    if (token.type === "heading") slugs.push(slugOf(plainText(token), slugs));
    if (token.type === "link" || token.type === "image") links.push(String(token["href"]));
    if (token.type === "blockquote") quotes.push(plainText(token));
    comment = "";
  });
  return { path, blocks, links, quotes, anchors: new Set(slugs) };
}

/** As GitHub makes anchors of headings: https://github.com/gjtorikian/html-pipeline. */
function slugOf(heading: string, taken: readonly string[]): string {
  const slug = heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
  const same = taken.filter(other => other === slug || new RegExp(`^${slug}-\\d+$`).test(other));
  return same.length === 0 ? slug : `${slug}-${same.length}`;
}

/** The text of a token without its marks. */
function plainText(token: unknown): string {
  if (!isObject(token)) return "";
  const { tokens, text } = token;
  if (Array.isArray(tokens) && tokens.length > 0) return tokens.map(plainText).join("");
  if (typeof text !== "string") return "";
  // marked leaves these escaped in the text of a code span, and a soft break is a blank.
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .replaceAll("\n", " ");
}
