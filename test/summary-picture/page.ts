import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Marked } from "marked";
import sanitizeHtml from "sanitize-html";

export type Theme = "light" | "dark";

/**
 * A page that shows Markdown about as GitHub does: GitHub's style, GitHub's list of allowed HTML
 * (https://github.com/github/markup#github-markup), and `mermaid` blocks drawn. It is not GitHub's
 * own renderer, but what breaks here breaks there. When all is drawn the page carries what it
 * measured in `data-report`.
 */
export function pageOf(
  markdown: string,
  about: {
    readonly theme: Theme;
    readonly mermaidScript: string;
    /** Shows what is folded. */
    readonly unfolded?: boolean;
  },
): string {
  const { theme, mermaidScript, unfolded = false } = about;
  const style = readFileSync(fileURLToPath(STYLES[theme]), "utf8");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>summary</title>
<style>${style}
body { margin: 0; background: ${theme === "dark" ? "#0d1117" : "#ffffff"}; }
.markdown-body { padding: 24px; font-family: "DejaVu Sans", sans-serif; }
.mermaid { background: none !important; padding: 0 !important; }
</style>
<article class="markdown-body">${toHtml(markdown)}</article>
<script src="${pathToFileURL(mermaidScript).href}"></script>
<script>
  mermaid.initialize({ startOnLoad: false, theme: "${theme === "dark" ? "dark" : "default"}" });
  (async () => {
    let fault = "";
    try { await mermaid.run(); } catch (error) { fault = String(error.message ?? error); }
    const body = document.querySelector("article");
    const folded = [...body.querySelectorAll("details")].filter(({ open }) => !open);
    for (const details of folded) details.open = true;
    const tooWide = [...body.querySelectorAll("*")]
      .filter(element => element.closest("pre, svg") === null)
      .filter(element => element.getBoundingClientRect().right > innerWidth)
      .map(element => element.tagName.toLowerCase());
    if (!${unfolded}) for (const details of folded) details.open = false;
    const count = selector => body.querySelectorAll(selector).length;
    document.documentElement.dataset.report = JSON.stringify({
      title: document.title,
      text: body.textContent,
      height: Math.ceil(body.getBoundingClientRect().height),
      tooWide,
      headings: [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(heading => heading.textContent),
      tables: count("table"),
      rows: count("tr"),
      links: count("a"),
      images: count("img"),
      diagrams: count(".mermaid svg"),
      fault,
    });
  })();
</script>
</html>
`;
}

const STYLES: Readonly<Record<Theme, string>> = {
  light: import.meta.resolve("github-markdown-css/github-markdown-light.css"),
  dark: import.meta.resolve("github-markdown-css/github-markdown-dark.css"),
};

/** What a page measured of itself; its other fields are what it counted. */
export interface PageReport {
  readonly [count: string]: unknown;
  /** CSS pixels. */
  readonly height: number;
  /** All text of the article, folded or not. */
  readonly text: string;
}

export function parsePageReport(value: unknown): PageReport {
  if (typeof value === "object" && value !== null && "height" in value && "text" in value) {
    const { height, text } = value;
    if (typeof height === "number" && typeof text === "string") return { ...value, height, text };
  }
  throw new Error("The page's report has no height or text.");
}

/** Markdown as HTML, as far as GitHub lets it through. */
export function toHtml(markdown: string): string {
  const diagrams: string[] = [];
  const marked = new Marked({
    gfm: true,
    renderer: {
      code({ text, lang }) {
        if (lang !== "mermaid") return false;
        diagrams.push(text);
        return `<p>diagram ${diagrams.length - 1} stands here</p>\n`;
      },
    },
  });
  const html = sanitizeHtml(marked.parse(markdown, { async: false }), {
    allowedTags: ALLOWED_TAGS,
    allowedAttributes: {
      a: ["href"],
      details: ["open"],
      img: ["src", "alt", "width", "height"],
      td: ["colspan", "rowspan", "align"],
      th: ["colspan", "rowspan", "align"],
    },
  });
  return html.replaceAll(
    /<p>diagram (\d+) stands here<\/p>/g,
    (_, index: string) => `<pre class="mermaid">${escapeHtml(diagrams[Number(index)] ?? "")}</pre>`,
  );
}

const ALLOWED_TAGS = (
  "h1 h2 h3 h4 h5 h6 br b i strong em a pre code img tt div ins del sup sub p picture ol ul " +
  "table thead tbody tfoot blockquote dl dt dd kbd q samp var hr ruby rt rp li tr td th s strike " +
  "summary details caption figure figcaption abbr bdo cite dfn mark small source span time wbr"
).split(" ");

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
