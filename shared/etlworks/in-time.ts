import type { Call, Failure } from "./replies/reply.ts";

/**
 * What others have begun, for as long as this call has time: then `late`. It goes on for whoever asks
 * next, and its failure is nobody's here any more.
 */
export async function inTime<Value>(
  underWay: Promise<Value>,
  { timeLimitMs, signal }: Call,
  late: Failure,
): Promise<Value | Failure> {
  const { promise: over, resolve } = Promise.withResolvers<Failure>();
  const stop = () => resolve({ kind: "stopped", mayHaveArrived: false });
  if (signal?.aborted === true) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const timer =
    timeLimitMs === undefined ? undefined : setTimeout(() => resolve(late), timeLimitMs);
  underWay.catch(() => undefined);
  try {
    return await Promise.race([over, underWay]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
