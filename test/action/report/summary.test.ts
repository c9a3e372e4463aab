import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderSummary } from "../../../action/report/summary.ts";
import { anyString } from "../../any-string.ts";
import { summaryFaults } from "../check-step.ts";
import { HOSTILE_LINES, HOSTILE_TEXT } from "../hostile-text.ts";
import { KINDS, outcomeOf, reportOf } from "../reports.ts";

const hostile = fc.oneof(
  fc.constant(HOSTILE_TEXT),
  fc.array(fc.constantFrom(...HOSTILE_LINES), { maxLength: 4 }).map(lines => lines.join("")),
  anyString(),
);
/** Words that would be commands of the picture's language. */
const word = fc.oneof(
  fc.constantFrom("section", "title", "click", "end", "gantt", "dateFormat", "excludes", "queued"),
  hostile,
);

interface Texts {
  readonly message: string;
  readonly flowName: string;
  readonly status: string;
  readonly host: string;
  readonly parameters: Readonly<Record<string, string>>;
}
const texts = fc.record({
  message: hostile,
  flowName: hostile,
  status: word,
  // What a URL makes of a host holds nothing else.
  host: fc.webAuthority(),
  parameters: fc.dictionary(hostile, hostile, { maxKeys: 4 }),
});

/** Of a report: given above, or checked before they come into it. */
const OWN_TEXTS: ReadonlySet<string> = new Set([
  "flowName",
  "status",
  "auditId",
  "otherAuditId",
  "origin",
]);

function render(kind: (typeof KINDS)[number], { host, parameters, status, ...rest }: Texts) {
  const outcome = outcomeOf(kind, { ...rest, status });
  const changes = [
    { status, elapsedMs: 500 },
    { status: "running", elapsedMs: 9_000 },
    { status, elapsedMs: 61_000 },
  ];
  const report = reportOf(outcome, { flowName: rest.flowName, changes });
  // Whatever else is text in a report comes from outside as well: a field that is added is tried too.
  const others = Object.entries(report).flatMap(([name, value]) =>
    typeof value === "string" && !OWN_TEXTS.has(name) ? [[name, rest.message] as const] : [],
  );
  return renderSummary(
    { ...report, ...Object.fromEntries(others) },
    {
      verdict: "fail",
      host,
      parameters,
      nextStep: "Do this.",
    },
  );
}

const HARMLESS: Texts = {
  message: "x",
  flowName: "x",
  status: "running",
  host: "x",
  parameters: {},
};

describe("renderSummary", () => {
  it.for(KINDS)("of %s is broken by no text from outside", kind => {
    fc.assert(
      fc.property(texts, given => {
        expect(summaryFaults(render(kind, given))).toEqual([]);
      }),
    );
  });

  it.for(KINDS)("of %s has the same rows whatever the texts", kind => {
    const rows = (summary: string) => summary.match(/<tr>/g)?.length ?? 0;
    const usual = rows(render(kind, HARMLESS));
    fc.assert(
      fc.property(texts, given => {
        const own = Object.keys(given.parameters).length;
        expect(rows(render(kind, given))).toBe(usual + own);
      }),
    );
  });

  it("shows a text as it is", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]([ -~]{0,60}[!-~])?$/), flowName => {
        const summary = render("success", { ...HARMLESS, flowName });
        const shown = /<td>Flow<\/td><td>(.*) \(<code>7<\/code>\)<\/td>/.exec(summary)?.[1];
        const expected = flowName.replaceAll("##[", "## [").replace(/^:(?=:)/, ": ");
        expect(unescapeHtml(shown ?? "")).toBe(expected);
      }),
    );
  });

  it("stays small", () => {
    const long = "<&`\n".repeat(5_000);
    const parameters = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, index) => [`name ${index} ${long}`, long]),
    );
    const summary = render("error", {
      message: long,
      flowName: long,
      status: long,
      host: "h",
      parameters,
    });
    expect(Buffer.byteLength(summary)).toBeLessThan(262_144);
    expect(summary).toContain("and 1950 more");
  });

  it("shows an empty value as such", () => {
    const summary = render("success", { ...HARMLESS, parameters: { day: "" } });
    expect(summary).toContain("<code>day</code></td><td><i>empty</i></td>");
  });
});

function unescapeHtml(text: string): string {
  return text
    .replaceAll("&#96;", "`")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&gt;", ">")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}
