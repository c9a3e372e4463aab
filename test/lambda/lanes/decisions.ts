import type { BatchRule, Decision } from "../../../lambda/decision.ts";

/** A decision in which only what a test is about has to be said. */
export function decisionOf(changes: Partial<Decision> & { identity: string }): Decision {
  return {
    route: "orders",
    flow: 12345,
    parameters: { file: "s3://landing/orders.csv" },
    policy: { ifRunning: "wait", timeout: 60_000, failOnWarning: false },
    origin: {
      source: "aws.s3",
      detailType: "Object Created",
      bucket: "landing",
      key: "orders.csv",
    },
    lane: "12345",
    afterFailure: "continue",
    ...changes,
  };
}

export function ruleOf(changes: Partial<BatchRule> = {}): BatchRule {
  return { quietMs: 0, longestMs: 900_000, most: 1_000, everyMs: 0, keep: "all", ...changes };
}
