/** Time that passes only when everybody waits, so that an hour costs nothing and never varies. */
export interface VirtualTime {
  /** Milliseconds since the beginning, or since 1970 where time began there. Never jumps. */
  readonly now: () => number;
  /** Does something later; returns how to call it off. */
  after(milliseconds: number, work: () => void): () => void;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Lets time pass until the work is done; throws when it waits for something that never comes. */
  until<T>(work: Promise<T>): Promise<T>;
  /** Lets time pass until `limit`; without one, until nobody waits any more. */
  finish(limit?: number): Promise<void>;
}

/** A request takes about five, so this is a run with thousands of them. */
const MAX_STEPS = 50_000;

interface Appointment {
  readonly at: number;
  readonly work: () => void;
}

export function createVirtualTime(begin = 0): VirtualTime {
  let now = begin;
  // Sorted, the next one last; of those at the same time the one that was made first.
  const appointments: Appointment[] = [];

  const after = (milliseconds: number, work: () => void) => {
    const appointment = { at: now + Math.max(0, milliseconds), work };
    appointments.splice(placeOf(appointment.at, appointments), 0, appointment);
    return () => {
      const index = appointments.indexOf(appointment);
      if (index >= 0) appointments.splice(index, 1);
    };
  };

  /** Does the next thing that is planned. */
  const step = (): boolean => {
    const next = appointments.pop();
    if (next === undefined) return false;
    now = next.at;
    next.work();
    return true;
  };

  return {
    now: () => now,
    after,
    sleep: (milliseconds, signal) =>
      new Promise(resolve => {
        if (signal?.aborted === true) return resolve();
        const finish = () => {
          cancel();
          signal?.removeEventListener("abort", finish);
          resolve();
        };
        const cancel = after(milliseconds, finish);
        signal?.addEventListener("abort", finish);
      }),
    async until(work) {
      let done = false;
      const settle = () => {
        done = true;
      };
      work.then(settle, settle);
      for (let steps = 0; steps < MAX_STEPS; steps++) {
        await quiet();
        if (done) return work;
        if (!step()) throw new Error("It waits for something that will never happen.");
      }
      throw new Error(`It has not ended after ${MAX_STEPS} steps, at ${now} ms.`);
    },
    async finish(limit) {
      if (limit === undefined) {
        do await quiet();
        while (step());
        return;
      }
      while ((appointments.at(-1)?.at ?? Number.POSITIVE_INFINITY) <= limit) {
        step();
        await quiet();
      }
      now = limit;
    },
  };
}

/** Before all that come as soon, so that they are done first. */
function placeOf(at: number, appointments: readonly Appointment[]): number {
  let low = 0;
  let high = appointments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((appointments[middle]?.at ?? at) > at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Resolves when every promise that can go on has gone on: Node runs its tick queue only after the
 * queue of promise reactions is empty. A hundred times cheaper than a turn of the event loop.
 */
function quiet(): Promise<void> {
  return new Promise(resolve => {
    process.nextTick(resolve);
  });
}
