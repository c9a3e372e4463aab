import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finishedEvent } from "../../lambda/follow/finished-event.ts";
import { readCommand } from "../../lambda/lanes/commands/read-command.ts";
import { isObject } from "../../shared/json.ts";
import { root } from "./pages.ts";
import { dig, templateSection } from "./template.ts";

/** Which events the rules of lambda/template.yaml let through, read as EventBridge does. */
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

describe("what the rules send the dispatcher", () => {
  it("is a sweep, every five minutes", () => {
    const input = dig(resources, "Sweep", "Properties", "Targets", 0, "Input");
    expect(readCommand(JSON.parse(String(input)), [])).toEqual({ kind: "sweep" });
  });

  it("is the execution that died", () => {
    const functionArn = `${LANE}:3`;
    const durableExecutionArn = `${functionArn}/durable-execution/a/b`;
    const event = {
      source: "aws.lambda",
      "detail-type": "Durable Execution Status Change",
      detail: { durableExecutionArn, functionArn, status: "STOPPED" },
    };
    expect(passes("ExecutionEnded", event)).toBe(true);
    expect(readCommand(event, [LANE])).toEqual({
      kind: "sweep-after",
      executionArn: durableExecutionArn,
    });
  });
});

describe("the rules that tell of runs", () => {
  /** As it arrives: the event of ours in the envelope of EventBridge. */
  const finished = (arn: string, verdict: "pass" | "fail") => {
    const batch = {
      lane: "12345",
      id: 7,
      count: 3,
      route: "orders",
      flow: 12345,
      origin: { source: "aws.s3", detailType: "Object Created", bucket: "landing", key: "a.csv" },
      parameterNames: ["file"],
    };
    const execution = { status: "error", flowName: "Load orders" };
    const counts = { polls: 3, faults: 0, rateLimits: 0 };
    const event = finishedEvent(
      batch,
      {
        kind: "error",
        flowId: 12345,
        message: "Table is missing.",
        auditId: "8721934",
        origin: "started",
        elapsedMs: 9_000,
        execution,
        counts,
      },
      verdict,
      { arn, at: Date.parse("2026-05-09T10:00:00Z") },
    );
    const { source, detailType, resources: arns, detail } = event;
    return { source, "detail-type": detailType, resources: arns, detail };
  };
  const run = `${RUNNER}:7/durable-execution/run/1`;

  it.each([
    ["a failed run", finished(run, "fail"), true, false],
    ["a run that passed", finished(run, "pass"), false, true],
    ["what the lane settled", finished(`${LANE}:7/durable-execution/lane/1`, "fail"), true, false],
    // Another stack on the same bus tells of its own runs.
    ["another stack", finished(`${RUNNER}-2:7/durable-execution/run/1`, "fail"), false, false],
    ["another source", { ...finished(run, "fail"), source: "com.example" }, false, false],
  ])("%s", (_case, event, failures, successes) => {
    expect(passes("TellFailures", event)).toBe(failures);
    expect(passes("TellSuccesses", event)).toBe(successes);
  });

  it.each(["TellFailures", "TellSuccesses"])("find in the event all that %s says", rule => {
    const target = dig(resources, rule, "Properties", "Targets", 0);
    const paths = dig(target, "InputTransformer", "InputPathsMap");
    expect(isObject(paths)).toBe(true);
    for (const path of Object.values(isObject(paths) ? paths : {})) {
      const names = String(path).replace("$.", "").split(".");
      expect(dig(finished(run, "fail"), ...names), String(path)).toBeDefined();
    }
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
  return matches(fill(dig(resources, rule, "Properties", "EventPattern")), event);
}

/** As far as these rules go: plain values, prefixes, and lists in the event, of which one must fit. */
function matches(pattern: unknown, event: unknown): boolean {
  if (!isObject(pattern)) throw new Error("The pattern is no object.");
  return Object.entries(pattern).every(([name, wanted]) => {
    const found = isObject(event) ? event[name] : undefined;
    if (!Array.isArray(wanted)) return matches(wanted, found);
    return [found].flat().some(value => wanted.some((test: unknown) => fits(test, value)));
  });
}

function fits(test: unknown, value: unknown): boolean {
  if (!isObject(test)) return test === value;
  expect(Object.keys(test)).toEqual(["prefix"]);
  return String(value).startsWith(String(test["prefix"]));
}
