import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readInvocation } from "../../lambda/events/invocation.ts";
import { root } from "./pages.ts";

/** The tables of docs/lambda.md and the code name the same things. */
const page = read("docs/lambda.md");

describe("docs/lambda.md", () => {
  it("lists every environment variable, and no other", () => {
    const known = read("lambda/environment.ts").matchAll(/"(ETLWORKS_[A-Z_]+)"/g);
    expect(firstColumn("ETLWORKS_")).toEqual(
      [...new Set([...known].map(([, name = ""]) => name))].toSorted(),
    );
  });

  it("lists every metric, and no other", () => {
    const [, units = ""] =
      /const UNITS = \{(.*?)\} as const/s.exec(read("lambda/metrics.ts")) ?? [];
    const known = [...units.matchAll(/^ {2}(\w+): "/gm)].map(([, name = ""]) => name);
    expect(firstColumn("(?=[A-Z][a-z])")).toEqual(known.toSorted());
    const [, namespace] = /NAMESPACE = "(\w+)"/.exec(read("lambda/metrics.ts")) ?? [];
    expect(page).toContain(`\`${namespace}\``);
  });

  it("shows a direct invoke that is taken", () => {
    const event: unknown = JSON.parse(read("examples/lambda/direct-invoke.json"));
    expect(readInvocation(event, "request-1")).toEqual({
      kind: "direct",
      run: {
        flow: 12345,
        parameters: { runDate: "2026-05-09" },
        policy: { ifRunning: "wait", timeout: 7_200_000, failOnWarning: false },
        id: "ticket-4711",
      },
    });
  });

  it("shows how to run an event again", () => {
    const event: unknown = JSON.parse(read("examples/lambda/run-again.json"));
    const triggers = [{ event: { source: "aws.s3" }, origin: { force: "again-1" } }];
    expect(readInvocation(event, "request-1")).toMatchObject({
      kind: "batch",
      reply: "none",
      records: [{ kind: "triggers", triggers }],
    });
  });
});

describe("examples/lambda", () => {
  it("gives a schedule the input that docs/routes.md shows", () => {
    const [, input = ""] =
      /Input: >-\n((?: {10}.*\n)+)/.exec(read("examples/lambda/schedule/template.yaml")) ?? [];
    const shown: unknown = JSON.parse(read("examples/routes/schedule-input.json"));
    expect(JSON.parse(input)).toEqual(shown);
  });

  it("hands over the events that the route waits for", () => {
    const template = read("examples/lambda/own-events/template.yaml");
    const routes: unknown = JSON.parse(read("examples/routes/own-events.json"));
    const [, source] = / source: \[(.*)\]/.exec(template) ?? [];
    const [, detailType] = / detail-type: \[(.*)\]/.exec(template) ?? [];
    const when = { source: [source], "detail-type": [detailType] };
    expect(routes).toMatchObject({ routes: [{ when }] });
  });
});

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The first cells of the page's tables that begin so, sorted. */
function firstColumn(beginning: string): string[] {
  const cells = page.matchAll(new RegExp(`^\\| \`(${beginning}\\w+)\` \\|`, "gm"));
  return [...cells].map(([, cell = ""]) => cell).toSorted();
}
