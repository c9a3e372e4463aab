import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { takeTurns } from "../../action/take-turns.ts";

/** Plays items with these keys and lengths; tells what was under way at each begin. */
async function play(
  items: readonly { readonly key: number; readonly steps: number }[],
  maxParallel: number,
) {
  const begun: number[] = [];
  const ended: number[] = [];
  const sights: { readonly index: number; readonly others: readonly number[] }[] = [];
  const active = new Set<number>();
  await takeTurns(
    items.map((item, index) => ({ ...item, index })),
    {
      maxParallel,
      keyOf: ({ key }) => key,
      work: async ({ index, steps }) => {
        sights.push({ index, others: [...active] });
        begun.push(index);
        active.add(index);
        for (let step = 0; step < steps; step++) await Promise.resolve();
        active.delete(index);
        ended.push(index);
      },
    },
  );
  return { begun, ended, sights };
}

describe("takeTurns", () => {
  it("does every item once, never too many, never two of a key, equal keys in order", async () => {
    const item = fc.record({ key: fc.nat(6), steps: fc.nat(20) });
    await fc.assert(
      fc.asyncProperty(fc.array(item), fc.integer({ min: 1, max: 8 }), async (items, most) => {
        const { begun, ended, sights } = await play(items, most);
        const all = items.map((_, index) => index);
        expect(ended.toSorted((one, other) => one - other)).toEqual(all);
        for (const { index, others } of sights) {
          expect(others.length).toBeLessThan(most);
          expect(others.map(other => items[other]?.key)).not.toContain(items[index]?.key);
        }
        const keyAt = (index: number) => items[index]?.key;
        for (const key of new Set(items.map(({ key: each }) => each))) {
          const ours = all.filter(index => keyAt(index) === key);
          expect(begun.filter(index => keyAt(index) === key)).toEqual(ours);
        }
      }),
    );
  });

  it("keeps the order when each item has a key of its own and one runs at a time", async () => {
    const items = [5, 1, 3].map((steps, key) => ({ key, steps }));
    expect((await play(items, 1)).ended).toEqual([0, 1, 2]);
  });

  it("lets others go before an item that waits for its like", async () => {
    const items = [1, 1, 2].map(key => ({ key, steps: 10 }));
    expect((await play(items, 2)).begun).toEqual([0, 2, 1]);
  });

  it("passes on what the work throws", async () => {
    const work = () => Promise.reject(new Error("no"));
    await expect(takeTurns([1], { maxParallel: 2, keyOf: key => key, work })).rejects.toThrow("no");
  });
});
