import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { record } from "../end-to-end/fields.ts";

/** Rules for our own workflows that the linters cannot know, read from the lines of the files. */
const root = new URL("../../", import.meta.url);
const pins = readPins();
const workflows = filesIn(".github/workflows/");
const files = [...workflows, ...filesIn(".github/actions/", "/action.yml")];

describe.each(files)("$name", ({ lines }) => {
  const uses = lines.flatMap(line => /\buses: (?<what>.*)$/.exec(line)?.groups?.["what"] ?? []);
  const foreign = uses.filter(what => !what.startsWith("./"));

  it.each(foreign)("pins %s to the commit that a person looked up", what => {
    // `github/codeql-action/init` is a folder of the repository that is pinned.
    expect(pins).toContain(what.replace(/^([^/]+\/[^/@]+)\/[^@]+/, "$1"));
  });

  it("has no expression in a script", () => {
    expect(scriptLines(lines).filter(line => line.includes("${{"))).toEqual([]);
  });
});

describe.each(workflows)("$name", ({ lines }) => {
  it("gives no permission that a job did not ask for", () => {
    expect(lines).toContain("permissions: {}");
    const jobs = jobsOf(lines);
    expect(
      jobs.filter(job => !job.lines.some(line => line.startsWith("    permissions:"))),
    ).toEqual([]);
  });

  it("leaves no credentials behind when it checks out", () => {
    const checkouts = lines.filter(line => line.includes("uses: actions/checkout@")).length;
    const without = lines.filter(line => line.trim() === "persist-credentials: false").length;
    expect(without).toBe(checkouts);
  });

  it("limits the time of every job that runs steps", () => {
    const open = jobsOf(lines).filter(
      ({ lines: job }) =>
        job.some(line => line.startsWith("    steps:")) &&
        !job.some(line => line.startsWith("    timeout-minutes:")),
    );
    expect(open.map(({ id }) => id)).toEqual([]);
  });
});

describe("the gate of ci.yml", () => {
  const jobs = jobsOf(workflow("ci.yml"));

  it("waits for every other job", () => {
    const gate = jobs.find(({ id }) => id === "all-jobs");
    const needs = gate?.lines.find(line => line.startsWith("    needs:")) ?? "";
    const named = /\[(?<names>.*)\]/.exec(needs)?.groups?.["names"]?.split(", ") ?? [];
    expect(named.toSorted()).toEqual(
      jobs
        .map(({ id }) => id)
        .filter(id => id !== "all-jobs")
        .toSorted(),
    );
  });

  it("runs whatever the others did", () => {
    expect(jobs.find(({ id }) => id === "all-jobs")?.lines).toContain("    if: always()");
  });
});

describe("the checks of ci.yml", () => {
  it("run on Linux, Windows and macOS", () => {
    const systems = workflow("ci.yml").find(line => line.trim().startsWith("system: ["));
    expect(systems).toMatch(/ubuntu-.*windows-.*macos-/);
  });
});

interface Lines {
  readonly name: string;
  readonly lines: readonly string[];
}

/** What `uses:` must say, for example `actions/checkout@3d3c… # v7.0.1`. */
function readPins(): readonly string[] {
  const text = readFileSync(new URL(".github/action-pins.json", root), "utf8");
  return Object.entries(record(JSON.parse(text))).map(([action, pin]) => {
    const { release, commit } = record(pin);
    return `${action}@${String(commit)} # ${String(release)}`;
  });
}

function filesIn(folder: string, below = ""): readonly Lines[] {
  return readdirSync(new URL(folder, root))
    .map(name => `${folder}${name}${below}`)
    .map(name => ({ name, lines: readFileSync(new URL(name, root), "utf8").split(/\r?\n/) }));
}

function workflow(name: string): readonly string[] {
  return workflows.find(file => file.name.endsWith(`/${name}`))?.lines ?? [];
}

/** The jobs of a workflow: keys with two spaces before them, below `jobs:`. */
function jobsOf(lines: readonly string[]): readonly { id: string; lines: readonly string[] }[] {
  const jobs: { id: string; lines: string[] }[] = [];
  for (const line of lines.slice(lines.indexOf("jobs:") + 1)) {
    const id = /^ {2}(?<id>[\w-]+):$/.exec(line)?.groups?.["id"];
    if (id === undefined) jobs.at(-1)?.lines.push(line);
    else jobs.push({ id, lines: [] });
  }
  return jobs;
}

/** The lines of all `run:` scripts, on the same line or in the block below. */
function scriptLines(lines: readonly string[]): readonly string[] {
  const found: string[] = [];
  let indent = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const depth = line.search(/\S/);
    if (depth >= 0 && depth <= indent) indent = Number.POSITIVE_INFINITY;
    const run = /^(?<before>\s*(?:- )?)run: ?(?<script>.*)$/.exec(line)?.groups;
    if (run !== undefined) {
      indent = run["before"]?.length ?? 0;
      found.push(run["script"] ?? "");
    } else if (indent < Number.POSITIVE_INFINITY) found.push(line);
  }
  return found;
}
