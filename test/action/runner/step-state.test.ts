import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readState, writeState } from "../../../action/runner/step-state.ts";

describe("the state for the post step", () => {
  it("comes back as it was written, in one line", () => {
    const state = fc.record({
      flowId: fc.integer({ min: 1 }),
      auditId: fc.stringMatching(/^[1-9]\d{0,18}$/),
      origin: fc.constantFrom("started", "adopted", "attached"),
      phase: fc.constantFrom("following", "stopping", "settled"),
    });
    fc.assert(
      fc.property(state, written => {
        const text = writeState(written);
        expect(text).not.toContain("\n");
        expect(readState(text)).toEqual(written);
      }),
    );
  });

  it("is nothing where no run was known, or where it is something else", () => {
    expect(readState("")).toBeUndefined();
    fc.assert(
      fc.property(fc.json(), text => {
        expect(readState(text)).toBeUndefined();
      }),
    );
  });

  it("carries nothing besides", () => {
    const text = JSON.stringify({
      flowId: 7,
      auditId: "8",
      origin: "started",
      phase: "following",
      apiKey: "x",
    });
    expect(Object.keys(readState(text) ?? {})).toEqual(["flowId", "auditId", "origin", "phase"]);
  });
});
