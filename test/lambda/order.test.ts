import { describe, expect, it } from "vitest";
import { consoleLink } from "../../lambda/follow/console-link.ts";
import { functionOfArn, laneExecution } from "../../lambda/lanes/names.ts";
import { type Decision, readDecision, readLaneOrder, readRunnerOrder } from "../../lambda/order.ts";
import { decisionOf, ruleOf } from "./lanes/decisions.ts";

const decision: Decision = decisionOf({
  identity: "a",
  parameters: { file: "s3://b/a.csv", list: ["in ", { batch: "manifest" }] },
  origin: { source: "aws.s3", detailType: "Object Deleted", key: "a.csv", deletion: "permanent" },
  batch: { ...ruleOf({ all: ["a.csv"], keep: "last" }), by: "2026" },
  file: { bucket: "b", key: "a.csv", size: 0, eventTime: "2026-11-26T21:00:00Z" },
});

describe("a decision", () => {
  it("survives JSON, and members that a later release adds", () => {
    const sent: unknown = JSON.parse(JSON.stringify({ ...decision, later: true }));
    expect(readDecision(sent)).toEqual(decision);
  });

  it.each([
    ["no lane", { lane: undefined }],
    ["an empty identity", { identity: "" }],
    ["a flow that is a text", { flow: "12345" }],
    ["a parameter that is a number", { parameters: { file: 1 } }],
    ["a place without a name", { parameters: { file: [{}] } }],
    ["another way after a failure", { afterFailure: "stop" }],
    ["a policy that is not known", { policy: { ...decision.policy, ifRunning: "whatever" } }],
    ["half a rule", { batch: { quietMs: 1, by: "" } }],
    ["a file without a key", { file: { bucket: "b" } }],
  ])("with %s is none", (_what, change) => {
    expect(readDecision({ ...decision, ...change })).toBeUndefined();
  });
});

it("orders are read as they are sent, and nothing else is", () => {
  expect(readLaneOrder({ lane: "a", gen: 3 })).toEqual({ lane: "a", gen: 3 });
  expect(readLaneOrder({ lane: "a", gen: 1.5 })).toBeUndefined();
  const order = { lane: "a", gen: 3, batch: 7 };
  expect(readRunnerOrder(order)).toEqual(order);
  expect(readRunnerOrder({ ...order, follow: "42" })).toEqual({ ...order, follow: "42" });
  expect(readRunnerOrder({ ...order, follow: "" })).toBeUndefined();
  expect(readRunnerOrder({ lane: "a", gen: 3 })).toBeUndefined();
});

describe("an execution of a lane", () => {
  const lane = "arn:aws:lambda:eu-central-1:123456789012:function:prod-lane:live";

  it("has a name that AWS takes, and one for each lane, generation and deployment", () => {
    const names = [
      ["12345", 1],
      ["12345", 2],
      ["in/2026 ümläut 😀", 1],
      ["x".repeat(1_024), 999_999_999],
    ] as const;
    const executions = names.map(([name, gen]) =>
      laneExecution({ lane: name, gen }, functionOfArn(lane)),
    );
    for (const { name } of executions) expect(name).toMatch(/^[\w-]{1,64}$/);
    const other = laneExecution({ lane: "12345", gen: 1 }, functionOfArn(`${lane}2`));
    expect(new Set(executions.map(({ name }) => name)).size).toBe(4);
    const elsewhere = laneExecution({ lane: "12345", gen: 1 }, "another function");
    expect(elsewhere.name).not.toBe(executions[0]?.name);
    // A new version or alias is the same function.
    expect(other.name).toBe(executions[0]?.name);
    expect(executions[0]?.payload).toBe('{"lane":"12345","gen":1}');
  });
});

it("a link leads to the execution in the console", () => {
  const arn =
    "arn:aws:lambda:eu-central-1:123456789012:function:runner:7/durable-execution/a name/4b-1";
  expect(consoleLink(arn)).toBe(
    "https://eu-central-1.console.aws.amazon.com/lambda/home?region=eu-central-1#/functions/runner/versions/7/executions/a%20name/4b-1",
  );
});
