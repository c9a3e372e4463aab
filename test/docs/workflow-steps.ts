import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../shared/json.ts";
import { root } from "./pages.ts";

/** A step that uses this Action. */
export interface ActionStep {
  readonly job: string;
  readonly id: string | undefined;
  readonly condition: string | undefined;
  readonly with: Readonly<Record<string, string>>;
}

/** What the pages write for this Action; OWNER stands for the account it is published under. */
export const ACTION = "OWNER/etlworks-run-flow@v1";

/** Whether a block of YAML shows this Action, whole or in part. */
export function showsAction(text: string): boolean {
  return text.includes("etlworks-run-flow@") || /^\s*with:/.test(text);
}

/** Path and text of every example that uses the Action. */
export function exampleWorkflows(): readonly (readonly [string, string])[] {
  return globSync("examples/**/*.yml", { cwd: root })
    .map(path => path.replaceAll("\\", "/"))
    .toSorted()
    .map(path => [path, readFileSync(join(root, path), "utf8")] as const)
    .filter(([, text]) => text.includes(ACTION));
}

/**
 * The steps of this Action in a workflow, in a bare list of steps, or the one step of which only the
 * `with` is shown. Throws for any other form.
 */
export function actionSteps(document: unknown): readonly ActionStep[] {
  if (Array.isArray(document)) return stepsOf("steps", document);
  if (isObject(document) && Object.keys(document).join() === "with") {
    const common = { "api-key": "left-out-here" };
    const given = isObject(document["with"]) ? document["with"] : {};
    return stepsOf("step", [{ uses: ACTION, with: { ...common, ...given } }]);
  }
  const jobs = isObject(document) ? document["jobs"] : undefined;
  if (!isObject(jobs)) throw new Error("neither a workflow nor a list of steps");
  return Object.entries(jobs).flatMap(([name, job]) =>
    isObject(job) && Array.isArray(job["steps"]) ? stepsOf(name, job["steps"]) : [],
  );
}

function stepsOf(job: string, steps: readonly unknown[]): readonly ActionStep[] {
  return steps.flatMap((step): ActionStep[] => {
    if (!isObject(step)) throw new Error(`${job}: a step is not a map`);
    const { uses } = step;
    if (typeof uses !== "string" || !uses.includes("etlworks-run-flow")) return [];
    if (uses !== ACTION) throw new Error(`${job}: write ${ACTION} and not ${uses}`);
    const given = isObject(step["with"]) ? step["with"] : {};
    return [
      {
        job,
        id: textOf(step["id"]),
        condition: textOf(step["if"]),
        // As the runner does it: every input is a text.
        with: Object.fromEntries(
          Object.entries(given).map(([name, value]) => [name, textOf(value) ?? ""]),
        ),
      },
    ];
  });
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`${JSON.stringify(value)} is no text`);
}

/** Every `${{ expression }}` in a text, without the braces. */
export function expressionsIn(text: string): string[] {
  return [...text.matchAll(/\$\{\{\s*(.*?)\s*\}\}/g)].map(([, expression = ""]) => expression);
}

/** A text with its expressions replaced by what `resolve` says of each. */
export function resolveExpressions(text: string, resolve: (expression: string) => string): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => resolve(expression));
}
