import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  describeResults,
  type FlowResult,
  worstFirst,
} from "../../../action/report/flow-result.ts";
import { renderFlowsSummary } from "../../../action/report/flows-summary.ts";
import type { RunReport } from "../../../action/report/run-report.ts";
import type { OutcomeKind } from "../../../shared/run/outcome.ts";
import { judge } from "../../../shared/run/verdict.ts";
import { anyString } from "../../any-string.ts";
import { summaryFaults } from "../check-step.ts";
import { HOSTILE_LINES } from "../hostile-text.ts";
import { KINDS, outcomeOf, reportOf } from "../reports.ts";

const ABOUT = {
  host: "etl.example",
  durationMs: 61_000,
  parameters: {},
  nextStep: "Do this.",
  dryRun: false,
};

function result(
  kind: OutcomeKind,
  more: Partial<RunReport> & { readonly label?: string } = {},
): FlowResult {
  const { label = `flow ${more.flowId ?? 7}`, ...report } = more;
  const verdict = judge(kind, { failOnWarning: false });
  return { label, verdict, report: reportOf(outcomeOf(kind), report) };
}

describe("the summary of several flows", () => {
  it("has the worst first, with duration against usual and why", () => {
    const results = [
      result("success", { flowId: 1, flowName: "Good" }),
      result("error", { flowId: 2, flowName: "Bad", message: "ERROR: no\nmore" }),
      result("skipped", {
        flowId: 3,
        flowName: "Left out",
        durationMs: undefined,
        message: "fast",
      }),
    ];
    expect(renderFlowsSummary(results, ABOUT)).toMatchInlineSnapshot(`
      "### ❌ 1 of 3 flows failed

      <p><b>Next:</b> Do this.</p>

      <table>
      <tr><td>Instance</td><td>etl.example</td></tr>
      <tr><td>Outcomes</td><td>1 error · 1 skipped · 1 success</td></tr>
      <tr><td>Duration</td><td>1m 01s for all</td></tr>
      </table>

      <table>
      <tr><td><b>Flow</b></td><td><b>Outcome</b></td><td><b>Audit id</b></td><td><b>Duration</b></td><td><b>Usually</b></td><td><b>Message</b></td></tr>
      <tr><td>Bad (<code>2</code>)</td><td>❌ <b>error</b></td><td><code>8721934</code></td><td>1m 01s</td><td>1m 00s</td><td>ERROR: no</td></tr>
      <tr><td>Left out (<code>3</code>)</td><td>⏭️ skipped</td><td></td><td></td><td>1m 00s</td><td>fast</td></tr>
      <tr><td>Good (<code>1</code>)</td><td>✅ success</td><td><code>8721934</code></td><td>1m 01s</td><td>1m 00s</td><td></td></tr>
      </table>

      \`\`\`mermaid
      gantt
        dateFormat x
        axisFormat %H:%M:%S
        section Runs
        1. flow 1 1m 01s :1778320800000, 1778320861000
        2. flow 2 1m 01s :crit, 1778320800000, 1778320861000
      \`\`\`
      "
    `);
  });

  it("names every run of a flow that was started again, and what became of a stop", () => {
    const earlierRuns = [
      { auditId: "8721930", message: "no" },
      { auditId: "8721931", message: "no" },
    ];
    const stop = { kind: "failed", sentence: "Etlworks refused to stop it." } as const;
    const text = renderFlowsSummary(
      [result("success", { earlierRuns }), result("aborted", { message: "Cancelled.", stop })],
      ABOUT,
    );
    expect(text).toContain(
      "<td><code>8721930</code> error, <code>8721931</code> error, <code>8721934</code></td>",
    );
    expect(text).toContain("<td>Cancelled. Etlworks refused to stop it.</td>");
  });

  it("says at a glance that all passed", () => {
    const text = renderFlowsSummary([result("success"), result("skipped")], ABOUT);
    expect(text).toMatch(/^### ✅ All 2 flows passed\n/);
    expect(text).not.toContain("Next:");
  });

  it("stays whole and below 64 KB with 200 flows of hostile names and messages", () => {
    const hostile = fc.oneof(
      fc.array(fc.constantFrom(...HOSTILE_LINES), { maxLength: 12 }).map(lines => lines.join("")),
      fc.constant("`".repeat(4_000)),
      fc.constant("\u{1f9ff}".repeat(4_000)),
      anyString({ maxLength: 200 }),
      fc.constantFrom("section", "title x", "2026-01-01", "click", "a:b;c#d%%e"),
    );
    const one = fc.record({
      kind: fc.constantFrom(...KINDS),
      name: hostile,
      message: hostile,
      startedAt: fc.integer({ min: 1, max: 2e12 }),
      durationMs: fc.option(fc.integer({ min: 0, max: 1e8 }), { nil: undefined }),
    });
    const lists = fc.array(one, { minLength: 1, maxLength: 200, size: "max" });
    const parameters = fc.dictionary(hostile, hostile, { maxKeys: 60, size: "max" });
    fc.assert(
      fc.property(lists, parameters, hostile, (list, given, nextStep) => {
        const results = list.map(({ kind, name, ...report }, index) =>
          result(kind, { ...report, flowId: index + 1, flowName: name, label: name }),
        );
        expect(
          summaryFaults(renderFlowsSummary(results, { ...ABOUT, parameters: given, nextStep })),
        ).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

describe("worstFirst", () => {
  it("puts what failed before what passed, then goes by the table of outcomes", () => {
    const order = worstFirst(KINDS.map(kind => result(kind))).map(
      ({ report }) => report.outcome.kind,
    );
    expect(order).toEqual([
      "refused",
      "aborted",
      "lost",
      "timed-out",
      "start-unknown",
      "not-started",
      "busy",
      "canceled",
      "error",
      "skipped",
      "started",
      "warning",
      "success",
    ]);
  });
});

describe("describeResults", () => {
  it("names what failed, the worst first", () => {
    const results = [
      result("success", { flowId: 1 }),
      result("error", { flowId: 2, flowName: "Bad", message: "ERROR: no\nmore" }),
      result("timed-out", { flowId: 3, flowName: undefined, message: "too late" }),
    ];
    expect(describeResults(results, 4_096)).toBe(
      '2 of 3 flows failed.\nFlow 3: timed-out: too late\n"Bad" (2): error: ERROR: no',
    );
  });

  it("says how many ended in which way when none failed", () => {
    const results = [result("success"), result("warning"), result("success")];
    expect(describeResults(results, 4_096)).toBe("All 3 flows passed: 1 warning · 2 success.");
  });

  it("names each that failed, however long their names and reasons are", () => {
    const results = Array.from({ length: 25 }, (_, index) =>
      result("error", {
        flowId: index + 1,
        flowName: index === 0 ? "x".repeat(9_000) : `Load ${index + 1}`,
        message: `ORA-${index}: ${"no such table ".repeat(300)}`,
      }),
    );
    const text = describeResults(results, 4_096);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096);
    expect(text.split("\n")).toHaveLength(26);
    for (const [index, line] of text.split("\n").slice(1).entries()) {
      expect(line).toContain(`(${index + 1}): error: ORA-${index}: no such table`);
    }
  });

  it("has a line for each that failed, whatever its name is", () => {
    const forged = 'A" (1): success\n::error::All 2 flows passed';
    const text = describeResults([result("error", { flowId: 2, flowName: forged })], 4_096);
    expect(text.split("\n")).toHaveLength(2);
  });
});
