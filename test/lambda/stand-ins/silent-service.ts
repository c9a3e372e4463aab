import { vi } from "vitest";
import { startLoopback } from "./loopback.ts";

/** A service that takes every request and answers none. */
export interface SilentService {
  readonly origin: string;
  /** Resolves when the first request is there. */
  readonly asked: Promise<void>;
  close(): Promise<void>;
}

export async function startSilentService(): Promise<SilentService> {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const server = await startLoopback(() => {
    resolve();
    return new Promise(() => undefined);
  });
  return { ...server, asked };
}

/**
 * What a call of such a service ends with, and whether it has ended one millisecond before the
 * limit. The clock of its time limits is ours; the test takes it back with `vi.useRealTimers`.
 */
export async function endedBy(
  limitMs: number,
  service: SilentService,
  call: () => Promise<unknown>,
): Promise<{ readonly before: boolean; readonly end: unknown }> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let over = false;
  const outcome = async (): Promise<unknown> => {
    try {
      return { value: await call() };
    } catch (error) {
      return error;
    } finally {
      over = true;
    }
  };
  const ended = outcome();
  await service.asked;
  await vi.advanceTimersByTimeAsync(limitMs - 1);
  const before = over;
  await vi.advanceTimersByTimeAsync(1);
  return { before, end: await ended };
}
