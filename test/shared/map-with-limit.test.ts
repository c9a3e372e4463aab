import * as fc from "fast-check";
import { expect, it } from "vitest";
import { mapWithLimit } from "../../shared/map-with-limit.ts";

it("maps all items in their order, and never more at a time than the limit", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3)), fc.integer({ min: 1, max: 5 }), async (turns, limit) => {
      let atATime = 0;
      let most = 0;
      const results = await mapWithLimit([...turns.entries()], limit, async ([index, wait]) => {
        atATime += 1;
        most = Math.max(most, atATime);
        for (let turn = 0; turn < wait; turn++) await Promise.resolve();
        atATime -= 1;
        return index;
      });
      expect(results).toEqual([...turns.keys()]);
      expect(most).toBeLessThanOrEqual(limit);
    }),
  );
});
