import { describe, expect, it } from "vitest";
import { finishedEvent } from "../../../lambda/follow/finished-event.ts";

const batch = {
  lane: "12345",
  id: 1,
  count: 1,
  route: "orders",
  flow: 12345,
  parameterNames: [],
};
const execution = {
  arn: "arn:aws:lambda:eu-central-1:111122223333:function:runner:1/durable-execution/a/b",
  at: 0,
};

describe("the event that tells of a run's end", () => {
  it.each([
    ["canceled", "fail"],
    ["error", "fail"],
    ["warning", "pass"],
  ] as const)("says %s and the verdict %s", (kind, verdict) => {
    const { detail } = finishedEvent(batch, { kind, message: "" }, verdict, execution);
    expect(detail).toMatchObject({ outcome: kind, verdict, flowId: 12345, message: "" });
  });

  it.each(["", "a"])("never ends its message in half a character", before => {
    const message = before + "😀".repeat(3_000);
    const { detail } = finishedEvent(batch, { kind: "error", message }, "fail", execution);
    expect(JSON.stringify(detail)).not.toMatch(/\\ud[89a-f]/i);
    expect(detail).toMatchObject({ message: expect.stringMatching(/…/) as unknown });
  });
});
