import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelOf, readLabel } from "./label.ts";
import { toHtml } from "./page.ts";
import { failedRun, hostileRun, severalRuns, successfulRun } from "./runs.ts";

const docs = join(import.meta.dirname, "..", "..", "docs");

describe("the pictures of the job summary in docs/", () => {
  it.each([
    ["summary-light.png", successfulRun()],
    ["summary-dark.png", successfulRun()],
    ["summary-several-light.png", severalRuns()],
    ["summary-several-dark.png", severalRuns()],
  ])("show what the summary is now: %s", (name, markdown) => {
    const picture = readFileSync(join(docs, name));
    expect(
      readLabel(picture),
      "action/report writes something else now; take the pictures anew: " +
        "UPDATE_PICTURES=1 .ci/run summary-picture",
    ).toBe(labelOf(markdown));
    expect(picture.length).toBeLessThan(300_000);
  });
});

describe("a summary, as GitHub reads it", () => {
  const shape = (markdown: string) => {
    const html = toHtml(markdown);
    const count = (tag: string) => html.match(new RegExp(`<${tag}[ >]`, "g"))?.length ?? 0;
    return {
      headings: html.match(/<h[1-6]/g)?.length ?? 0,
      tables: count("table"),
      rows: count("tr"),
      links: count("a"),
      images: count("img"),
      folds: count("details"),
      diagrams: html.match(/<pre class="mermaid">/g)?.length ?? 0,
    };
  };

  it("has the same parts whatever the server says", () => {
    const expected = {
      headings: 1,
      tables: 2,
      rows: 12,
      links: 0,
      images: 0,
      folds: 2,
      diagrams: 1,
    };
    expect(shape(hostileRun())).toEqual(expected);
  });

  it("has the same parts for any text from outside", () => {
    const nasty = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 }).map(all => all.join("")),
    );
    fc.assert(
      fc.property(nasty, nasty, nasty, nasty, nasty, (flowName, message, status, name, value) => {
        const dependencies = shape(
          failedRun({ flowName, message, status, parameters: { [name]: value } }),
        );
        expect(dependencies).toMatchObject({
          headings: 1,
          tables: 2,
          rows: 9,
          links: 0,
          images: 0,
        });
        expect(dependencies.diagrams).toBe(1);
      }),
      { numRuns: 300 },
    );
  });
});

const PIECES = [
  "\n",
  "\r\n\r\n",
  "\u2028",
  "# heading",
  "```",
  "~~~mermaid",
  "</table>",
  "</pre></details>",
  "<td>",
  "<a href='https://evil.example'>",
  "![x](https://evil.example/x.png)",
  "[x](javascript:alert(1))",
  "https://evil.example",
  "<!--",
  "<![CDATA[",
  "|---|",
  "&lt;script&gt;",
  "    indented",
  "- item",
  "<https://evil.example>",
];
