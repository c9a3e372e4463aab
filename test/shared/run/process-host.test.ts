import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  createProcessHost,
  processClock,
  sleepInProcess,
} from "../../../shared/run/process-host.ts";
import { createVirtualTime } from "../../virtual/virtual-time.ts";

describe("a process host", () => {
  function create() {
    const time = createVirtualTime();
    const stop = new AbortController();
    const abandon = new AbortController();
    const clock = { monotonicMs: time.now, epochMs: () => 1_000 + time.now() };
    const dependencies = { clock, random: () => 0.25, stop: stop.signal, abandon: abandon.signal };
    return {
      time,
      stop,
      dependencies,
      host: createProcessHost({ ...dependencies, sleep: time.sleep }),
    };
  }

  it("hands out what it was given", () => {
    const { host, dependencies } = create();
    expect(host).toMatchObject(dependencies);
  });

  it("does the work once and gives its result", async () => {
    const { host } = create();
    let times = 0;
    const work = async () => {
      times += 1;
      return "done";
    };
    expect(await host.once("a", work)).toEqual({ kind: "done", value: "done" });
    expect(times).toBe(1);
  });

  it("passes on what the work throws", async () => {
    const { host } = create();
    await expect(host.once("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  });

  it("checks, waits, and checks again until it is done", async () => {
    const { host, time } = create();
    const checkedAt: number[] = [];
    const last = await time.until(
      host.until(
        "a",
        0,
        async state => {
          checkedAt.push(time.now());
          return state + 1;
        },
        state => (state === 4 ? "done" : state * 100),
      ),
    );
    expect(last).toBe(4);
    expect(checkedAt).toEqual([0, 100, 300, 600]);
  });

  it("leaves at once when it is told to stop while it waits", async () => {
    const { host, time, stop } = create();
    time.after(250, () => stop.abort());
    const checkedAt: number[] = [];
    const check = async (state: number) => {
      checkedAt.push(time.now());
      return state + 1;
    };
    expect(await time.until(host.until("a", 0, check, () => 100))).toBe(3);
    expect(time.now()).toBe(250);
    expect(checkedAt).toEqual([0, 100, 200]);
  });

  it("checks once and does not wait when it was told to stop before", async () => {
    const { host, time, stop } = create();
    stop.abort();
    expect(
      await time.until(
        host.until(
          "a",
          0,
          async state => state + 1,
          () => 100,
        ),
      ),
    ).toBe(1);
    expect(time.now()).toBe(0);
  });

  it("asks how long to wait even when told to stop, since the answer may be that it is done", async () => {
    const { host, stop } = create();
    const asked: number[] = [];
    stop.abort();
    await host.until(
      "a",
      0,
      async state => state + 1,
      state => {
        asked.push(state);
        return "done";
      },
    );
    expect(asked).toEqual([1]);
  });
});

describe("sleepInProcess", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("resolves after the time, and not before", async () => {
    const { signal } = new AbortController();
    const done = watched(sleepInProcess(1_000, signal));
    await vi.advanceTimersByTimeAsync(999);
    expect(done()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(done()).toBe(true);
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("resolves at once when it is aborted, and leaves nothing behind", async () => {
    const controller = new AbortController();
    const done = watched(sleepInProcess(1_000, controller.signal));
    await vi.advanceTimersByTimeAsync(400);
    controller.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(done()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  it.each([
    [0, new AbortController().signal],
    [-5, new AbortController().signal],
    [1_000, AbortSignal.abort()],
  ])("of %d ms sets no timer", async (milliseconds, signal) => {
    await sleepInProcess(milliseconds, signal);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("goes in parts where setTimeout would fire at once", async () => {
    const longest = 2 ** 31 - 1;
    const set = vi.spyOn(globalThis, "setTimeout");
    const done = watched(sleepInProcess(longest * 2 + 5, new AbortController().signal));
    await vi.advanceTimersByTimeAsync(longest * 2 + 4);
    expect(done()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(done()).toBe(true);
    expect(set.mock.calls.map(([, delay]) => delay)).toEqual([longest, longest, 5]);
    set.mockRestore();
  });

  it("stops between the parts too", async () => {
    const controller = new AbortController();
    const done = watched(sleepInProcess(2 ** 33, controller.signal));
    await vi.advanceTimersByTimeAsync(2 ** 31);
    controller.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(done()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("processClock", () => {
  it("never goes back, and knows the date", () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 4, 9) });
    expect(processClock.epochMs()).toBe(Date.UTC(2026, 4, 9));
    const before = processClock.monotonicMs();
    vi.setSystemTime(Date.UTC(2020, 0, 1));
    vi.advanceTimersByTime(5);
    expect(processClock.monotonicMs() - before).toBeCloseTo(5, 3);
    expect(processClock.epochMs()).toBe(Date.UTC(2020, 0, 1) + 5);
    vi.useRealTimers();
  });
});

function watched(work: Promise<void>): () => boolean {
  let done = false;
  void work.finally(() => {
    done = true;
  });
  return () => done;
}
