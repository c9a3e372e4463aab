import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { type Result, toResult } from "../../action/report/outputs.ts";
import { reportOfEarlyEnd } from "../../action/report/run-report.ts";
import { readPages } from "./pages.ts";
import { exampleWorkflows } from "./workflow-steps.ts";

/** What pages and examples read of the output `result` is in it. */
const fields: Readonly<Record<keyof Result, true>> = {
  outcome: true,
  verdict: true,
  flowId: true,
  flowName: true,
  auditId: true,
  otherAuditId: true,
  status: true,
  startedAt: true,
  endedAt: true,
  durationSeconds: true,
  records: true,
  message: true,
  polls: true,
  faults: true,
  rateLimits: true,
  earlierAuditIds: true,
};

const texts: readonly (readonly [string, string])[] = [
  ...exampleWorkflows(),
  ...readPages().flatMap(({ path, blocks }) =>
    blocks.map(({ text }, index) => [`${path}, block ${index + 1}`, text] as const),
  ),
];

const reads = texts.flatMap(([name, text]) =>
  [...text.matchAll(/fromJSON\(\s*[\w.-]+\.outputs\.results?\s*\)(?:\[\d+\])?\.(\w+)/g)].map(
    ([, field = ""]) => [name, field] as const,
  ),
);

const programs = texts.flatMap(([name, text]) =>
  [...text.matchAll(/jq (?:-r )?'([^']+)' <<< "\$RESULTS?"/g)].map(
    ([, program = ""]) => [name, program] as const,
  ),
);

describe("the output result on the pages", () => {
  it.each(reads)("%s reads %s, which it has", (_name, field) => {
    expect(Object.keys(fields)).toContain(field);
  });

  it.skipIf(!hasJq()).each(programs)("%s: jq %s", (_name, program) => {
    const report = reportOfEarlyEnd("refused", "a key is missing", { clean: text => text });
    const result = toResult(report, "fail");
    const input = JSON.stringify(program.includes(".[]") ? [result] : result);
    const said = execFileSync("jq", ["-r", program], { input, encoding: "utf8" });
    expect(said).toContain("refused");
    expect(said).not.toContain("null");
  });

  it("is read somewhere", () => {
    expect(reads.length).toBeGreaterThan(0);
    expect(programs.length).toBeGreaterThan(0);
  });
});

function hasJq(): boolean {
  try {
    execFileSync("jq", ["--version"]);
    return true;
  } catch {
    return false;
  }
}
