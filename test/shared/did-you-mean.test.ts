import { describe, expect, it } from "vitest";
import { didYouMean, nearestFirst } from "../../shared/did-you-mean.ts";

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

describe("the nearest names", () => {
  it.each([
    ["Load orders", "orders load"],
    ["load oders", "Load Orders"],
    ["INVOICES", "invoices"],
  ])("for %s begin with %s", (word, expected) => {
    const names = ["invoices", "orders load", "Load Orders", "load customers"];
    const flows = names
      .filter(name => name !== (word === "Load orders" ? "Load Orders" : ""))
      .map((name, id) => ({ id, name }));
    const nearest = nearestFirst(word, flows, flow => flow.name);
    expect(nearest[0]?.name).toBe(expected);
    expect(nearest).toHaveLength(flows.length);
  });
});
