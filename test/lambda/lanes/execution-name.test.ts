import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { laneExecution } from "../../../lambda/lanes/execution-name.ts";

const LANE_FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:lane";

describe("the execution of a lane", () => {
  it("is named by the function, the lane and the generation", () => {
    const text = `["${LANE_FUNCTION}","orders \\"é\\""]`;
    const hash = createHash("sha256").update(text).digest("base64url").slice(0, 43);
    const execution = laneExecution({ lane: 'orders "é"', gen: 12 }, LANE_FUNCTION);
    expect(execution).toStrictEqual({
      name: `${hash}-12`,
      payload: '{"lane":"orders \\"é\\"","gen":12}',
    });
    expect(execution.name).toMatch(/^[A-Za-z0-9_-]{43}-12$/);
  });

  it("has the same bytes whatever else an order carries", () => {
    const order = { gen: 3, lane: "orders", more: "x" };
    expect(laneExecution(order, "f").payload).toBe('{"lane":"orders","gen":3}');
  });

  it("never shares its name with another lane, generation or function", () => {
    const names = [
      laneExecution({ lane: "a", gen: 1 }, "f"),
      laneExecution({ lane: "a", gen: 2 }, "f"),
      laneExecution({ lane: "b", gen: 1 }, "f"),
      laneExecution({ lane: "a", gen: 1 }, "g"),
      laneExecution({ lane: 'f","a', gen: 1 }, ""),
    ].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("fits into a name with the largest generation", () => {
    expect(laneExecution({ lane: "x".repeat(900), gen: 10 ** 15 }, "f").name).toHaveLength(60);
  });
});
