/**
 * Does work for each item, in order, at most so many at a time. Items with the same key never run
 * at the same time: a later one waits for the earlier, and others go before it meanwhile.
 */
export async function takeTurns<Item>(
  items: readonly Item[],
  rules: {
    readonly maxParallel: number;
    readonly keyOf: (item: Item) => unknown;
    readonly work: (item: Item) => Promise<void>;
    /** How much an item is to go before others, as known at that moment; equals keep their order. */
    readonly urgencyOf?: (item: Item) => number;
  },
): Promise<void> {
  const { maxParallel, keyOf, work, urgencyOf = () => 0 } = rules;
  const waiting = [...items];
  const active = new Map<unknown, Promise<void>>();
  const mostUrgent = () =>
    waiting
      .filter(item => !active.has(keyOf(item)))
      .reduce<Item | undefined>(
        (first, item) => (first === undefined || urgencyOf(item) > urgencyOf(first) ? item : first),
        undefined,
      );
  while (waiting.length > 0 || active.size > 0) {
    const item = active.size < maxParallel ? mostUrgent() : undefined;
    if (item !== undefined) {
      waiting.splice(waiting.indexOf(item), 1);
      const key = keyOf(item);
      const running = work(item).finally(() => active.delete(key));
      active.set(key, running);
    } else {
      await Promise.race(active.values());
    }
  }
}
