import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isObject } from "../../shared/json.ts";
import { runStep } from "../action/run-bundle.ts";
import type { Flow } from "../sandbox/flow.ts";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import {
  type ActionStep,
  actionSteps,
  exampleWorkflows,
  resolveExpressions,
} from "./workflow-steps.ts";

/**
 * The example workflows do what they say: their steps run, one after the other, as the committed
 * bundle against the sandbox. Steps with a condition are left out; all steps here succeed.
 */
describe.concurrent.each(exampleWorkflows())("%s", (_path, text) => {
  const document: unknown = parse(text);
  const steps = actionSteps(document).filter(step => step.condition === undefined);

  it("runs", { timeout: 60_000 }, async () => {
    const matrix = matrixOf(document);
    const sandbox = await startSandbox({ flows: flowsOf(steps, matrix) });
    try {
      await playAll(document, steps, matrix, sandbox);
      const started = sandbox.requests.filter(({ path }) => path.endsWith("/run")).length;
      const expected = steps.reduce((sum, step) => sum + runsOf(step), 0);
      expect(started).toBe(expected * matrix.length);
    } finally {
      await sandbox.close();
    }
  });
});

/** How many runs a step starts. */
function runsOf(step: ActionStep): number {
  if (step.with["dry-run"] !== undefined || step.with["audit-id"] !== undefined) return 0;
  if (step.with["flow-tag"] !== undefined) return TAGGED;
  return step.with["flows"] === undefined ? 1 : listedFlows(step).length;
}

async function playAll(
  document: unknown,
  steps: readonly ActionStep[],
  matrix: readonly Cell[],
  sandbox: Sandbox,
): Promise<void> {
  for (const cell of matrix) {
    const outputs: Record<string, Readonly<Record<string, string>>> = {};
    for (const step of steps) {
      const result = await runStep({ inputs: inputsOf(document, step, cell, outputs, sandbox) });
      expect(result.exitCode, result.stdout).toBe(0);
      const outcome = step.with["wait"] === "false" ? "started" : "success";
      if (step.with["dry-run"] === undefined) expect(result.outputs["outcome"]).toBe(outcome);
      if (step.id !== undefined) outputs[step.id] = result.outputs;
    }
  }
}

type Cell = Readonly<Record<string, string>>;

/** What one cell of the first matrix holds; one empty cell where there is none. */
function matrixOf(document: unknown): readonly Cell[] {
  const jobs = isObject(document) && isObject(document["jobs"]) ? document["jobs"] : {};
  for (const job of Object.values(jobs)) {
    const strategy = isObject(job) ? job["strategy"] : undefined;
    const matrix = isObject(strategy) ? strategy["matrix"] : undefined;
    const include = isObject(matrix) ? matrix["include"] : undefined;
    if (!Array.isArray(include)) continue;
    return include.map((cell: unknown) =>
      Object.fromEntries(
        Object.entries(isObject(cell) ? cell : {}).map(([name, value]) => [name, String(value)]),
      ),
    );
  }
  return [{}];
}

/** Every flow that the steps name, by id or by name. */
function flowsOf(steps: readonly ActionStep[], matrix: readonly Cell[]): readonly Flow[] {
  const runs = [{ runningMs: 20 }];
  const ids = new Set(steps.flatMap(step => step.with["flow-id"] ?? []));
  const names = new Set(
    steps.flatMap(step =>
      matrix.map(cell =>
        resolveExpressions(step.with["flow-name"] ?? "", expression => valueIn(cell, expression)),
      ),
    ),
  );
  for (const flow of steps.flatMap(listedFlows)) {
    if (typeof flow === "number") ids.add(String(flow));
    else names.add(flow);
  }
  names.delete("");
  const tags = steps.flatMap(step => step.with["flow-tag"] ?? []);
  return [
    ...tags.flatMap((tag, index) =>
      Array.from({ length: TAGGED }, (_, place) => {
        const id = 30_001 + index * TAGGED + place;
        return { id, name: `Tagged ${id}`, tags: [tag], runs };
      }),
    ),
    ...[...ids].map(id => ({ id: Number(id), name: `Flow ${id}`, runs })),
    ...[...names].map((name, index) => ({ id: 20_001 + index, name, runs })),
  ];
}

/** How many flows have the tag of an example. */
const TAGGED = 3;

/** The ids and names in `flows`, where it is JSON as in the examples. */
function listedFlows(step: ActionStep): readonly (number | string)[] {
  const list: unknown = JSON.parse(step.with["flows"] ?? "[]");
  if (!Array.isArray(list)) throw new Error("flows is no list");
  return list.map((entry: unknown) => {
    const flow = isObject(entry) ? entry["flow"] : entry;
    if (typeof flow !== "number" && typeof flow !== "string") throw new Error("no flow in flows");
    return flow;
  });
}

function valueIn(cell: Cell, expression: string): string {
  const value = cell[expression.replace("matrix.", "")];
  if (value === undefined) throw new Error(`no ${expression} in the matrix`);
  return value;
}

function inputsOf(
  document: unknown,
  step: ActionStep,
  cell: Cell,
  outputs: Readonly<Record<string, Readonly<Record<string, string>>>>,
  sandbox: Sandbox,
): Record<string, string> {
  const resolve = (expression: string): string => {
    if (expression === "secrets.ETLWORKS_API_KEY") return sandbox.apiKey;
    if (expression.startsWith("matrix.")) return valueIn(cell, expression);
    const [, job = "", output = ""] = /^needs\.([\w-]+)\.outputs\.([\w-]+)$/.exec(expression) ?? [];
    if (job !== "") return resolveExpressions(jobOutput(document, job, output), resolve);
    const [, id = "", name = ""] = /^steps\.([\w-]+)\.outputs\.([\w-]+)$/.exec(expression) ?? [];
    if (id !== "") {
      const value = outputs[id]?.[name];
      if (value === undefined) throw new Error(`step ${id} has set no ${name}`);
      return value;
    }
    return expression;
  };
  const given = Object.entries(step.with)
    // Nobody answers for GitHub here; test/action has a stand-in for it.
    .filter(([name]) => name !== "github-token")
    .map(([name, value]): [string, string] => [name, resolveExpressions(value, resolve)]);
  return { ...Object.fromEntries(given), "base-url": sandbox.baseUrl };
}

/** What a job says its output is: an expression with an output of one of its steps. */
function jobOutput(document: unknown, job: string, name: string): string {
  const jobs = isObject(document) ? document["jobs"] : undefined;
  const found = isObject(jobs) ? jobs[job] : undefined;
  const outputs = isObject(found) ? found["outputs"] : undefined;
  const value = isObject(outputs) ? outputs[name] : undefined;
  if (typeof value !== "string") throw new Error(`job ${job} has no output ${name}`);
  return value;
}
