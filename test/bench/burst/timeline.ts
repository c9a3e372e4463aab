/** Virtual time for very many who wait: the next one is found in a heap. */
export interface Timeline {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  sleep(milliseconds: number): Promise<void>;
  /** Lets time pass until nobody waits any more. */
  finish(): Promise<void>;
}

interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

export function createTimeline(begin: number): Timeline {
  let now = begin;
  let order = 0;
  const heap: Waiting[] = [];
  return {
    now: () => now,
    sleep(milliseconds) {
      return new Promise(wake => {
        push(heap, { at: now + Math.max(0, milliseconds), order: order++, wake });
      });
    },
    async finish() {
      for (;;) {
        // Everything that can happen without time has happened when this resolves.
        await new Promise(setImmediate);
        const next = pop(heap);
        if (next === undefined) return;
        now = next.at;
        next.wake();
      }
    },
  };
}

function before(one: Waiting, other: Waiting): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

function push(heap: Waiting[], item: Waiting): void {
  let index = heap.length;
  heap.push(item);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !before(item, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = item;
}

function pop(heap: Waiting[]): Waiting | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const [one, other] = [heap[left], heap[left + 1]];
    const [child, place] =
      one !== undefined && other !== undefined && before(other, one)
        ? [other, left + 1]
        : [one, left];
    if (child === undefined || !before(child, last)) break;
    heap[index] = child;
    index = place;
  }
  heap[index] = last;
  return first;
}
