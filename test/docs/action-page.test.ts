import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { toResult } from "../../action/report/outputs.ts";
import { createRecorder } from "../../action/report/run-report.ts";
import { judge } from "../../shared/run/verdict.ts";
import { readDeclaredInputs, readDeclaredOutputs } from "../action/action-metadata.ts";
import { KINDS } from "../action/reports.ts";
import { root } from "./pages.ts";

const readme = read("README.md");
const page = read("docs/action.md");

describe("docs/action.md", () => {
  it.each(readDeclaredInputs().map(({ name }) => name))("explains the input %s", name => {
    expect(page).toMatch(new RegExp(`\`${name}(?:: [^\`]+)?\`|^ +${name}: `, "m"));
  });

  it("has every field of result, and no other", () => {
    const table = sectionOf(page, "## Outputs");
    const shown = [...table.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(([, cell = ""]) =>
      cell.split(", ").map(name => name.replaceAll("`", "")),
    );
    expect(shown.toSorted()).toEqual(Object.keys(fullResult()).toSorted());
  });
});

describe("README.md", () => {
  it("has every outcome, the worst last", () => {
    const table = sectionOf(readme, "## How it can end");
    const shown = [...table.matchAll(/^\| (`[\w-]+`(?:, `[\w-]+`)*) \|/gm)].flatMap(
      ([, cell = ""]) => cell.split(", ").map(name => name.replaceAll("`", "")),
    );
    const ranks = sectionOf(read("action/report/flow-result.ts"), "const RANKS");
    const known = [...ranks.matchAll(/^ {2}"?([\w-]+)"?: \d+,/gm)].map(([, name = ""]) => name);
    expect(known).toHaveLength(KINDS.length);
    expect(shown.filter(name => name !== "outcome")).toEqual(known);
  });

  it("says of every outcome whether the job passes", () => {
    const table = sectionOf(readme, "## How it can end");
    const rows = [...table.matchAll(/^\| (`[^|]*`) \| .* \| ([^|]+) \|$/gm)];
    const said = rows.flatMap(([, names = "", job = ""]) =>
      [...names.matchAll(/`([\w-]+)`/g)].map(([, name = ""]) => [name, job] as const),
    );
    const jobs = new Map(said.filter(([name]) => name !== "outcome"));
    expect(jobs.size).toBe(KINDS.length);
    for (const kind of KINDS) {
      const verdict = judge(kind, { failOnWarning: false });
      const strict = judge(kind, { failOnWarning: true });
      const job = verdict === "pass" ? "passes" : "fails";
      const word = strict === verdict ? job : `${job}; fails with `;
      expect(jobs.get(kind)?.startsWith(word), `${kind}: ${jobs.get(kind)}`).toBe(true);
    }
  });

  it("lists every call that the client can send, and no other", () => {
    const folder = "shared/etlworks";
    const client = globSync("**/*.ts", { cwd: join(root, folder) })
      .map(file => read(`${folder}/${file}`))
      .join("");
    const sent = [...client.matchAll(/["`](\/v1\/[^"`]*)["`]/g)].map(([, path = ""]) =>
      plain(path),
    );
    const table = sectionOf(readme, "## APIs used");
    const shown = [...table.matchAll(/`(?:(?:GET|POST) )?(\/v1\/[^`]+)`/g)].map(([, path = ""]) =>
      plain(path),
    );
    expect([...new Set(shown)].toSorted()).toEqual([...new Set(sent)].toSorted());
  });

  it("has badges of workflows that exist", () => {
    const badges = [...readme.matchAll(/actions\/workflows\/([\w.-]+)\/badge\.svg/g)];
    expect(badges.length).toBeGreaterThan(0);
    for (const [, file = ""] of badges) {
      expect(existsSync(join(root, ".github", "workflows", file)), file).toBe(true);
    }
  });

  it("has every field of result, and no other", () => {
    // As npm run build writes it from action.yml.
    const [, row = ""] = /^\| `result` \|(.*)\|$/m.exec(readme) ?? [];
    const shown = [...row.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
    expect(shown.toSorted()).toEqual(Object.keys(fullResult()).toSorted());
  });

  it("names every output", () => {
    for (const name of readDeclaredOutputs()) expect(readme).toContain(`| \`${name}\` |`);
  });
});

/** Without the query, and with `{id}` for what differs. */
function plain(path: string): string {
  return path
    .replace(/\$\{flowQuery.*$/, "")
    .replace(/\?.*$/, "")
    .replace(/\$\{runQuery.*$/, "")
    .replaceAll(/\$\{\w+\}/g, "{id}");
}

/** From a heading or line to the next of its kind. */
function sectionOf(text: string, beginning: string): string {
  const from = text.indexOf(beginning);
  expect(from, beginning).toBeGreaterThanOrEqual(0);
  const rest = text.slice(from + beginning.length);
  const to = rest.search(/^(?:## |\};)/m);
  return to < 0 ? rest : rest.slice(0, to);
}

/** With all that can be known. */
function fullResult() {
  const recorder = createRecorder({ monotonicMs: () => 0, epochMs: () => 0 }, text => text);
  const counts = { polls: 1, faults: 0, rateLimits: 0 };
  const execution = { status: "error", startedAt: 0, endedAt: 1_000, records: 7 };
  const report = recorder.report(
    {
      kind: "error",
      flowId: 7,
      auditId: "11",
      origin: "started",
      message: "no",
      counts,
      elapsedMs: 1_000,
      execution,
    },
    "Load orders",
  );
  const earlierRuns = [{ auditId: "10", message: "no" }];
  return toResult({ ...report, otherAuditId: "9", earlierRuns }, "fail");
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
