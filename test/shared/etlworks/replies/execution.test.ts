import { describe, expect, it } from "vitest";
import { durationOf, endOf, startOf } from "../../../../shared/etlworks/replies/execution.ts";

describe("when a run began", () => {
  it("is what the server says, but for the local time of a zone that nobody names", () => {
    expect(startOf({ startedAt: 5 })).toBe(5);
    expect(startOf({ startedAt: 5, localTimes: true })).toBeUndefined();
    expect(startOf({})).toBeUndefined();
  });
});

describe("when it ended", () => {
  it("is known in the same way", () => {
    expect(endOf({ endedAt: 5 })).toBe(5);
    expect(endOf({ endedAt: 5, localTimes: true })).toBeUndefined();
    expect(endOf({})).toBeUndefined();
  });
});

describe("how long it took", () => {
  it("is known by any clock that tells both times", () => {
    expect(durationOf({ startedAt: 5, endedAt: 12 })).toBe(7);
    expect(durationOf({ startedAt: 5, endedAt: 12, localTimes: true })).toBe(7);
    expect(durationOf({ startedAt: 5, endedAt: 5 })).toBe(0);
  });

  it.each([{ startedAt: 5 }, { endedAt: 5 }, {}, { startedAt: 12, endedAt: 5 }])(
    "is not known of %j",
    execution => {
      expect(durationOf(execution)).toBeUndefined();
    },
  );
});
