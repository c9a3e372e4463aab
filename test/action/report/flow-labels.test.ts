import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignedLabels, flowLabels } from "../../../action/report/flow-labels.ts";
import { HOSTILE_LINES } from "../hostile-text.ts";

describe("flowLabels", () => {
  it.each([
    [
      "short names",
      [
        [1, "Orders"],
        [2, "Refunds"],
      ],
      ["Orders", "Refunds"],
    ],
    [
      "an id where no name is known",
      [
        [12345, undefined],
        [2, ""],
      ],
      ["12345", "2"],
    ],
    [
      "long names that differ at their end",
      [
        [1, "Orders: landing bucket to warehouse EU"],
        [2, "Orders: landing bucket to warehouse US"],
      ],
      ["Orders: landing bu…ehouse EU", "Orders: landing bu…ehouse US"],
    ],
    [
      "equal names",
      [
        [1, "Orders"],
        [2, "Orders"],
      ],
      ["Orders 1", "Orders 2"],
    ],
    [
      "one flow twice",
      [
        [7, "Orders"],
        [7, "Orders"],
      ],
      ["Orders #1", "Orders #2"],
    ],
    ["several lines", [[1, "a\nb"]], ["a · b"]],
  ] as const)("%s", (_, flows, labels) => {
    expect(flowLabels(flows.map(([id, name]) => ({ id, name })))).toEqual(labels);
  });

  it("gives every flow a label of its own, all of one width, whatever the names", () => {
    const name = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom(...HOSTILE_LINES));
    const flows = fc.uniqueArray(fc.record({ id: fc.integer({ min: 1, max: 500 }), name }), {
      maxLength: 60,
      selector: ({ id }) => id,
    });
    fc.assert(
      fc.property(flows, list => {
        const labels = flowLabels(list);
        expect(new Set(labels).size).toBe(list.length);
        const widths = new Set(alignedLabels(labels).map(label => Array.from(label).length));
        expect(widths.size).toBeLessThanOrEqual(1);
        for (const label of labels) {
          expect(Array.from(label).length).toBeLessThanOrEqual(28);
          expect(label).not.toMatch(/[\r\n]|##\[|^::/);
        }
      }),
    );
  });
});
