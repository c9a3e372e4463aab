import { describe, expect, it } from "vitest";
import { isActive, isTerminal } from "../../../../shared/etlworks/replies/run-status.ts";

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

  it.each(["queued", "running"])("%s means that it is active", status => {
    expect(isActive(status)).toBe(true);
  });

  it.each(["success", "Running", "paused", "", undefined])("%j does not", status => {
    expect(isActive(status)).toBe(false);
  });
});
