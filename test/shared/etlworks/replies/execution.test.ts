import { describe, expect, it } from "vitest";
import { isTerminal, startOf } from "../../../../shared/etlworks/replies/execution.ts";

describe("the status of a run", () => {
  it.each(["success", "warning", "error", "canceled"])("%s is its end", status => {
    expect(isTerminal(status)).toBe(true);
  });

  it.each(["queued", "running", "cancelled", "Success", "success ", "", "a new word", undefined])(
    "%j is not",
    status => {
      expect(isTerminal(status)).toBe(false);
    },
  );
});

describe("when a run began", () => {
  it("is what the server says, but for the local time of a zone that nobody names", () => {
    expect(startOf({ startedAt: 5 })).toBe(5);
    expect(startOf({ startedAt: 5, localTimes: true })).toBeUndefined();
    expect(startOf({})).toBeUndefined();
  });
});
