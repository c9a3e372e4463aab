import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readPages } from "../docs/pages.ts";
import { takePicture } from "../summary-picture/browser.ts";
import { labelOf, withLabel } from "../summary-picture/label.ts";
import { pageOf, type Theme } from "../summary-picture/page.ts";
import {
  HOSTILE_MESSAGE,
  hostileRun,
  severalRuns,
  successfulRun,
} from "../summary-picture/runs.ts";
import { toolPath } from "./tool-path.ts";

/**
 * The job summary in a real browser. With UPDATE_PICTURES set, the pictures of README.md are taken
 * anew: `UPDATE_PICTURES=1 .ci/run summary-picture`.
 */
const mermaidScript = toolPath("mermaid/node_modules/mermaid/dist/mermaid.min.js");
const folder = mkdtempSync(join(tmpdir(), "etlworks-pictures-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const themes: readonly Theme[] = ["light", "dark"];

describe.each(themes)("the job summary in Chromium, %s", theme => {
  it("shows a run that went well", async () => {
    const markdown = successfulRun();
    const picture = join(folder, `summary-${theme}.png`);
    const seen = await takePicture(pageOf(markdown, { theme, mermaidScript }), picture);
    expect(seen).toMatchObject({
      headings: [starting("✅ Flow succeeded · ")],
      tooWide: [],
      tables: 2,
      diagrams: 1,
      fault: "",
    });
    expect(seen.text).not.toContain("never shown");
    keepPicture(picture, markdown);
  });

  it("shows a step with several flows", async () => {
    const markdown = severalRuns();
    const picture = join(folder, `summary-several-${theme}.png`);
    const seen = await takePicture(pageOf(markdown, { theme, mermaidScript }), picture);
    expect(seen).toMatchObject({
      headings: [starting("❌ 1 of 6 flows failed")],
      tooWide: [],
      tables: 3,
      diagrams: 1,
      fault: "",
    });
    keepPicture(picture, markdown);
  });

  it("stands whatever the server says", async () => {
    const page = pageOf(hostileRun(), { theme, mermaidScript, unfolded: true });
    const seen = await takePicture(page, join(folder, `hostile-${theme}.png`));
    expect(seen).toMatchObject({
      title: "summary",
      headings: [starting("❌ Flow failed · ")],
      tooWide: [],
      tables: 2,
      rows: 12,
      links: 0,
      images: 0,
      diagrams: 1,
      fault: "",
    });
    // Shown as it was said, and not obeyed.
    for (const line of HOSTILE_MESSAGE.split("\n").slice(0, 9)) expect(seen.text).toContain(line);
  });
});

/** For the pages, when asked: with the hash of what it shows. */
function keepPicture(picture: string, markdown: string): void {
  const bytes = readFileSync(picture);
  expect(bytes.length).toBeGreaterThan(40_000);
  if (process.env["UPDATE_PICTURES"] === undefined) return;
  const kept = join(import.meta.dirname, "..", "..", "docs", basename(picture));
  writeFileSync(kept, withLabel(bytes, labelOf(markdown)));
}

/** Vitest types its matchers as any. */
function starting(text: string): unknown {
  return expect.stringMatching(new RegExp(`^${text}`));
}

const diagrams = readPages().flatMap(({ path, blocks }) =>
  blocks.filter(({ language }) => language === "mermaid").map(({ text }) => [path, text] as const),
);

describe.each(diagrams)("the diagram in %s", (path, text) => {
  it.each(themes)("can be drawn (%s)", async theme => {
    const page = pageOf(`\`\`\`mermaid\n${text}\n\`\`\``, { theme, mermaidScript });
    const picture = join(folder, `${path.replaceAll(/\W/g, "-")}-${theme}.png`);
    expect(await takePicture(page, picture)).toMatchObject({ diagrams: 1, fault: "" });
  });
});
