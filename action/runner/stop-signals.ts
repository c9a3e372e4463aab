import type { Clock } from "../../shared/run/clock.ts";

/** The runner sends SIGINT, after 7.5 s SIGTERM, and kills 2.5 s later (actions/runner, ProcessInvoker.cs). */
const LEAVE_AFTER_MS = 6_300;

/** A start that is under way may still be answered; then its run can be stopped too. */
const ABANDON_AFTER_MS = 2_000;

const LAST_REQUEST_MS = 5_000;

/** What the last of all gets when nothing is left. With it the step is gone before 7 s, as promised. */
const LEAST_REQUEST_MS = 500;

/** What is used of `process`. */
interface SignalSource {
  readonly platform: NodeJS.Platform;
  readonly on: (signal: NodeJS.Signals, act: () => void) => unknown;
}

/** Turns the signals that tell a step to stop into abort signals. `close` lets the process end. */
export function listenForStop(
  process: SignalSource,
  clock: Clock,
): {
  readonly stop: AbortSignal;
  readonly abandon: AbortSignal;
  readonly timeLeftMs: () => number;
  readonly close: () => void;
} {
  const stop = new AbortController();
  const abandon = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let stoppedAt: number | undefined;
  let closed = false;

  const onSignal = () => {
    if (closed || stoppedAt !== undefined) return;
    stoppedAt = clock.monotonicMs();
    stop.abort();
    timer = setTimeout(() => abandon.abort(), ABANDON_AFTER_MS);
  };
  const signals: NodeJS.Signals[] =
    process.platform === "win32" ? ["SIGINT", "SIGTERM", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
  // Stays on for all signals, to the last: a second one must not kill the step in the middle of its
  // stop request, and none may change the exit code of a step that is over. It holds no process.
  for (const signal of signals) process.on(signal, onSignal);
  return {
    stop: stop.signal,
    abandon: abandon.signal,
    timeLeftMs() {
      if (stoppedAt === undefined) return LAST_REQUEST_MS;
      const left = stoppedAt + LEAVE_AFTER_MS - clock.monotonicMs();
      return Math.max(LEAST_REQUEST_MS, Math.min(LAST_REQUEST_MS, left));
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
