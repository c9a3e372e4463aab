import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readInputs } from "../../action/inputs/inputs.ts";
import { isObject } from "../../shared/json.ts";
import { createSecrets } from "../../shared/secrets.ts";
import { readDeclaredInputs, readDeclaredOutputs } from "../action/action-metadata.ts";
import { emptyWorkspace } from "../action/empty-workspace.ts";
import { readPages, root } from "./pages.ts";
import {
  ACTION,
  actionSteps,
  exampleWorkflows,
  expressionsIn,
  resolveExpressions,
  showsAction,
} from "./workflow-steps.ts";

const inputs = readDeclaredInputs();
const outputs = readDeclaredOutputs();
const pins: unknown = JSON.parse(readFileSync(join(root, ".github", "action-pins.json"), "utf8"));

/** Whatever file a step names, an earlier step has written it. */
const workspace = { ...emptyWorkspace, readText: () => "runDate=2026-05-09" };

/** Every workflow that a page shows or an example is. */
const workflows: readonly (readonly [string, string])[] = [
  ...exampleWorkflows(),
  ...readPages().flatMap(({ path, blocks }) =>
    blocks
      .filter(block => block.language === "yaml" && showsAction(block.text))
      .map((block, index) => [`${path}, block ${index + 1}`, block.text] as const),
  ),
];

describe.each(workflows)("%s", (_name, text) => {
  const document: unknown = parse(text, { uniqueKeys: true, strict: true });
  const steps = actionSteps(document);

  it("gives the Action only inputs that it has, with values that it takes", () => {
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) {
      const given = Object.entries(step.with).map(([name, value]): [string, string] => [
        `INPUT_${name.toUpperCase()}`,
        resolveExpressions(value, exampleValue),
      ]);
      const standard = inputs.map(({ name, defaultValue }): [string, string] => [
        `INPUT_${name.toUpperCase()}`,
        defaultValue,
      ]);
      expect(inputs.map(({ name }) => name)).toEqual(
        expect.arrayContaining(Object.keys(step.with)),
      );
      const environment: Record<string, string> = Object.fromEntries([...standard, ...given]);
      expect(() =>
        readInputs(
          environment,
          createSecrets(() => undefined),
          workspace,
        ),
      ).not.toThrow();
    }
  });

  it("uses only outputs that the Action has", () => {
    for (const expression of expressionsIn(text)) {
      for (const [, id, name = ""] of expression.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
        if (steps.some(step => step.id === id)) expect(outputs).toContain(name);
      }
    }
  });

  it("puts no expression into a script, and gives no right that is not needed", () => {
    if (!isObject(document) || document["jobs"] === undefined) return;
    expect(document["permissions"]).toEqual({});
    for (const job of Object.values(isObject(document["jobs"]) ? document["jobs"] : {})) {
      if (!isObject(job) || !Array.isArray(job["steps"])) continue;
      const all: readonly unknown[] = job["steps"];
      for (const step of all) {
        if (!isObject(step)) throw new Error("a step is not a map");
        expect(JSON.stringify(step["run"] ?? "")).not.toContain("${{");
        if (step["uses"] !== ACTION && typeof step["uses"] === "string") checkPin(step["uses"]);
      }
      const needsStatuses = JSON.stringify(all).includes("github-token");
      const permissions = isObject(job["permissions"]) ? job["permissions"] : {};
      expect("statuses" in permissions).toBe(needsStatuses);
    }
  });
});

describe("the checks above", () => {
  it("notice an unknown input and a value that is not taken", () => {
    const [step] = actionSteps(parse(`[{ uses: ${ACTION}, with: { flowid: 1, wait: maybe } }]`));
    expect(inputs.map(({ name }) => name)).not.toContain(Object.keys(step?.with ?? {})[0]);
    expect(() => actionSteps(parse("[{ uses: someone/etlworks-run-flow@v1 }]"))).toThrow(
      "write OWNER",
    );
    expect(() => actionSteps(parse("a: 1"))).toThrow("neither");
  });
});

function checkPin(uses: string): void {
  const [name = "", commit] = uses.split("@");
  const pin = isObject(pins) ? pins[name] : undefined;
  expect(isObject(pin) ? pin["commit"] : undefined, `${uses}: see .github/action-pins.json`).toBe(
    commit,
  );
}

/** Something of the right form for every expression that examples use. */
function exampleValue(expression: string): string {
  const fixed: Readonly<Record<string, string>> = {
    "secrets.ETLWORKS_API_KEY": "k".repeat(256),
    "secrets.ETLWORKS_USERNAME": "olivia@example.com",
    "secrets.ETLWORKS_PASSWORD": "a password",
    "vars.ETLWORKS_URL": "https://your-instance.etlworks.com",
    "vars.ETLWORKS_STOP_REQUEST": "",
    "github.sha": "5794ebe",
    "github.token": "ghs_token",
    "github.event.pull_request.number": "17",
    "github.event.pull_request.head.sha": "5794ebe",
    "matrix.flow": "Finance month-end close",
    "matrix.timeout": "30m",
    "secrets.GATE_CLIENT_ID": "3f1c.access",
    "secrets.GATE_CLIENT_SECRET": "9b1d2c7e5a",
    "needs.start.outputs.audit-id": "8721934",
    "steps.load.outputs.audit-id": "8721934",
    "steps.extract.outputs.audit-id": "8721934",
    "steps.extract.outputs.started-at": "2026-05-09T06:00:00.000Z",
  };
  const value = fixed[expression];
  if (value === undefined) throw new Error(`no example value for \${{ ${expression} }}`);
  return value;
}
