import type { Clock } from "./clock.ts";
import type { Host } from "./host.ts";

/** Waits; resolves early, without an error, when the signal is aborted. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** A host that lives and dies with this process: `once` and `read` just run, `until` is a loop. */
export function createProcessHost(dependencies: {
  readonly clock: Clock;
  readonly random: () => number;
  readonly stop: AbortSignal;
  readonly abandon: AbortSignal;
  readonly sleep: Sleep;
}): Host {
  return {
    clock: dependencies.clock,
    random: dependencies.random,
    stop: dependencies.stop,
    abandon: dependencies.abandon,
    async once(_name, work) {
      return { kind: "done", value: await work() };
    },
    read: (_name, work) => work(),
    async until(_name, first, check, nextDelay) {
      let state = await check(first);
      for (;;) {
        const delay = nextDelay(state);
        if (delay === "done" || dependencies.stop.aborted) return state;
        await dependencies.sleep(delay, dependencies.stop);
        if (dependencies.stop.aborted) return state;
        state = await check(state);
      }
    },
  };
}

/** `setTimeout` fires at once above this (2^31 - 1 ms, 24.8 days), so longer waits go in parts. */
const MAX_TIMER_MS = 2_147_483_647;

export const sleepInProcess: Sleep = async (milliseconds, signal) => {
  let left = milliseconds;
  while (left > 0 && !signal.aborted) {
    const part = Math.min(left, MAX_TIMER_MS);
    await oneTimer(part, signal);
    left -= part;
  }
};

function oneTimer(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal.addEventListener("abort", finish);
  });
}

/** The real clock of a process. `performance.now` does not follow changes of the system time. */
export const processClock: Clock = {
  monotonicMs: () => performance.now(),
  epochMs: () => Date.now(),
};
