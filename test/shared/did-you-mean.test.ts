import * as fc from "fast-check";
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

  it.each([
    ["one letter in a short word", "cap", "cat", true],
    ["two letters in a short word", "cup", "cat", false],
    ["two neighbours", "gp", "pg", true],
    ["two letters that only look like swapped", "ab", "ca", false],
    ["two letters that only look like swapped, the other way", "ab", "bc", false],
    ["nothing at all", "ab", "cd", false],
    ["two letters in six", "fxldxr", "folder", true],
    ["three letters in six", "fxlxxr", "folder", false],
    ["three letters in nine", "qfrunninq", "ifrunning", true],
    ["a letter, and two neighbours behind it", "rxnnign", "running", true],
    ["a letter too many", "floww", "flow", true],
    ["a letter too few", "fow", "flow", true],
    ["the order of the words", "failure-after", "after failure", true],
    [
      "the order of the words, and more",
      "always once after its own failures",
      "after failure",
      false,
    ],
  ])("sees or does not see %s", (_what, word, name, near) => {
    expect(didYouMean(word, [name])).toBe(near ? `did you mean "${name}"?` : `known are ${name}`);
  });

  it("is none when nothing is known", () => {
    expect(didYouMean("flow", [])).toBe("none is known");
  });

  it("is found for every word with one typing mistake", () => {
    const letter = fc.constantFrom(...Array.from("abcxyz"));
    const name = fc.string({ unit: letter, minLength: 4, maxLength: 12 });
    fc.assert(
      fc.property(name, fc.nat(), fc.nat({ max: 3 }), letter, (right, place, mistake, other) => {
        const at = place % (right.length - 1);
        const [before, one, next, after] = [
          right.slice(0, at),
          right.charAt(at),
          right.charAt(at + 1),
          right.slice(at + 2),
        ];
        const wrong = [
          before + next + one + after,
          before + one + after,
          before + one + other + next + after,
          before + other + next + after,
        ][mistake];
        expect(didYouMean(wrong ?? "", [right])).toBe(`did you mean "${right}"?`);
      }),
    );
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

  it.each(["load--orders", "orders_load", "(load orders)", " Load\tOrders "])(
    "take %j for the same words as any other way to write them",
    name => {
      const given = [name, "load orders", "load  orders"];
      expect(nearestFirst("orders load", given, same => same)).toEqual(given);
    },
  );

  it("begin with the name itself, and leave none out", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: "grapheme" }), { minLength: 1 }),
        fc.nat(),
        (names, which) => {
          const wanted = names[which % names.length] ?? "";
          const nearest = nearestFirst(wanted, names, same => same);
          expect(nearest.toSorted()).toEqual(names.toSorted());
          const equals = names.filter(
            name => nearestFirst(wanted, [wanted, name], same => same)[0] === wanted,
          );
          expect(equals).toEqual(names);
        },
      ),
    );
  });
});
