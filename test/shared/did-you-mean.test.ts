import { describe, expect, it } from "vitest";
import { didYouMean } from "../../shared/did-you-mean.ts";

describe("a suggestion", () => {
  const known = ["parameters", "ifRunning", "flow"];
  it.each([
    ["parameter", 'did you mean "parameters"?'],
    ["paramters", 'did you mean "parameters"?'],
    ["ifrunning", 'did you mean "ifRunning"?'],
    ["if-running", 'did you mean "ifRunning"?'],
    ["folw", 'did you mean "flow"?'],
    ["wolf", "known are parameters, ifRunning, flow"],
    ["flows", 'did you mean "flow"?'],
    ["", "known are parameters, ifRunning, flow"],
  ])("for %j: %s", (word, expected) => {
    expect(didYouMean(word, known)).toBe(expected);
  });
});
