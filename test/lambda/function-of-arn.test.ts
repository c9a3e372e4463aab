import { describe, expect, it } from "vitest";
import { functionOfArn } from "../../lambda/function-of-arn.ts";

const LANE_FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:lane";

describe("the function of an ARN", () => {
  it.each([
    LANE_FUNCTION,
    `${LANE_FUNCTION}:7`,
    `${LANE_FUNCTION}:live`,
    `${LANE_FUNCTION}:7/durable-execution/name/id`,
    `${LANE_FUNCTION}:7:more`,
  ])("of %s is the function without its version", arn => {
    expect(functionOfArn(arn)).toBe(LANE_FUNCTION);
  });
});
