/**
 * Does work for each item, in order, at most so many at a time. Items with the same key never run
 * at the same time: a later one waits for the earlier, and others go before it meanwhile.
 */
export async function takeTurns<Item, Key>(
  items: readonly Item[],
  rules: {
    readonly maxParallel: number;
    readonly keyOf: (item: Item) => Key;
    readonly work: (item: Item) => Promise<void>;
  },
): Promise<void> {
  const { maxParallel, keyOf, work } = rules;
  const waiting = [...items];
  const active = new Map<Key, Promise<void>>();
  while (waiting.length > 0 || active.size > 0) {
    const next = waiting.findIndex(item => !active.has(keyOf(item)));
    if (next >= 0 && active.size < maxParallel) {
      const [item] = waiting.splice(next, 1);
      if (item === undefined) continue;
      const key = keyOf(item);
      const running = work(item).finally(() => active.delete(key));
      active.set(key, running);
    } else {
      await Promise.race(active.values());
    }
  }
}
