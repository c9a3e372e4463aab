import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compilePattern } from "../../lambda/routes/pattern/compile.ts";
import { collectFields, fieldPaths } from "../../lambda/routes/pattern/event-fields.ts";
import { isObject } from "../../shared/json.ts";
import { root } from "./pages.ts";
import { dig, templateSection } from "./template.ts";

/** Which events the rules of lambda/template.yaml let through, by our own reading of patterns. */
const resources = templateSection("Resources");
const LANE = "arn:aws:lambda:eu-central-1:111122223333:function:etlworks-lane";
const RUNNER = "arn:aws:lambda:eu-central-1:111122223333:function:etlworks-runner";

describe("the rule of the buckets", () => {
  const upload: unknown = JSON.parse(
    readFileSync(join(root, "test", "lambda", "samples", "eventbridge-s3.json"), "utf8"),
  );
  const bucket = String(dig(upload, "detail", "bucket", "name"));

  it("lets the named objects and kinds of events through", () => {
    const values = { Buckets: ["other", bucket], DetailTypes: ["Object Created"] };
    expect(passes("NewObjects", upload, values)).toBe(true);
    expect(passes("NewObjects", upload, { ...values, Buckets: ["other"] })).toBe(false);
    expect(passes("NewObjects", upload, { ...values, DetailTypes: ["Object Deleted"] })).toBe(
      false,
    );
  });
});

describe("the rule of dead executions", () => {
  const ended = (functionArn: string, status: string) => ({
    source: "aws.lambda",
    "detail-type": "Durable Execution Status Change",
    resources: [],
    detail: { durableExecutionArn: `${functionArn}/durable-execution/a/b`, functionArn, status },
  });

  it.each([
    [`${LANE}:3`, "STOPPED", true],
    [`${LANE}:3`, "FAILED", true],
    [`${RUNNER}:12`, "TIMED_OUT", true],
    // A lane that ended in good order has looked once more itself.
    [`${LANE}:3`, "SUCCEEDED", false],
    [`${LANE}:3`, "RUNNING", false],
    [`${LANE}-of-another-stack:3`, "FAILED", false],
    ["arn:aws:lambda:eu-central-1:111122223333:function:other:1", "FAILED", false],
  ])("%s that is %s: %s", (functionArn, status, right) => {
    expect(passes("ExecutionEnded", ended(functionArn, status))).toBe(right);
  });
});

describe("the rules that tell of runs", () => {
  const finished = (execution: string, verdict: string) => ({
    source: "etlworks.run-flow",
    "detail-type": "Etlworks Run Finished",
    resources: [execution],
    detail: { outcome: "error", verdict, flowId: 12345, route: "orders" },
  });
  const execution = `${RUNNER}:7/durable-execution/run/1`;

  it.each([
    [finished(execution, "fail"), true, false],
    [finished(execution, "pass"), false, true],
    [finished(`${LANE}:7/durable-execution/lane/1`, "fail"), true, false],
    // Another stack on the same bus tells of its own runs.
    [finished(`${RUNNER}-2:7/durable-execution/run/1`, "fail"), false, false],
    [{ ...finished(execution, "fail"), source: "com.example" }, false, false],
  ])("case %#", (event, failures, successes) => {
    expect(passes("TellFailures", event)).toBe(failures);
    expect(passes("TellSuccesses", event)).toBe(successes);
  });
});

/** Parameters and places as they are when the stack is deployed. */
function passes(
  rule: string,
  event: unknown,
  values: Readonly<Record<string, readonly string[]>> = {},
): boolean {
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fill(inner)]));
    }
    if (typeof value !== "string") return value;
    return (
      values[value] ??
      value.replace(/^\$\{(Lane|Runner)\.Arn\}/, (_all, name) => (name === "Lane" ? LANE : RUNNER))
    );
  };
  const pattern = compilePattern(fill(dig(resources, rule, "Properties", "EventPattern")), rule);
  expect(pattern).toMatchObject({ kind: "pattern" });
  if (pattern.kind !== "pattern") return false;
  return pattern.matches(collectFields(event, fieldPaths(pattern.values.keys())));
}
