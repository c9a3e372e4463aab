import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listenForStop } from "../../../action/runner/stop-signals.ts";

function listen(platform: NodeJS.Platform = "linux") {
  const process = Object.assign(new EventEmitter(), { platform });
  const clock = { monotonicMs: () => performance.now(), epochMs: () => Date.now() };
  return { process, ...listenForStop(process, clock) };
}

describe("listenForStop", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.for(["SIGINT", "SIGTERM"] as const)("stops at once at %s, and gives up after 2 s", signal => {
    const { process, stop, abandon } = listen();
    expect([stop.aborted, abandon.aborted]).toEqual([false, false]);
    process.emit(signal);
    expect([stop.aborted, abandon.aborted]).toEqual([true, false]);
    vi.advanceTimersByTime(1_999);
    expect(abandon.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(abandon.aborted).toBe(true);
  });

  it("counts from the first signal, whatever follows", () => {
    const { process, abandon, timeLeftMs } = listen();
    process.emit("SIGINT");
    vi.advanceTimersByTime(1_500);
    process.emit("SIGTERM");
    process.emit("SIGINT");
    vi.advanceTimersByTime(500);
    expect(abandon.aborted).toBe(true);
    expect(timeLeftMs()).toBe(4_300);
  });

  it("leaves 5 s for a last request, and never more than the runner does", () => {
    const { process, timeLeftMs } = listen();
    expect(timeLeftMs()).toBe(5_000);
    vi.advanceTimersByTime(60_000);
    expect(timeLeftMs()).toBe(5_000);
    process.emit("SIGTERM");
    expect(timeLeftMs()).toBe(5_000);
    vi.advanceTimersByTime(3_000);
    expect(timeLeftMs()).toBe(3_300);
    vi.advanceTimersByTime(10_000);
    expect(timeLeftMs()).toBe(500);
  });

  it("lets the process end, but not by a signal", () => {
    const { process, close } = listen();
    process.emit("SIGINT");
    expect(vi.getTimerCount()).toBe(1);
    close();
    expect(vi.getTimerCount()).toBe(0);
    // Without a listener the next one would kill the process, and its exit code would be lost.
    expect(process.eventNames()).toEqual(["SIGINT", "SIGTERM"]);
  });

  it("waits for nothing when a signal comes after the end", () => {
    const { process, close, stop } = listen();
    close();
    process.emit("SIGTERM");
    expect(vi.getTimerCount()).toBe(0);
    expect(stop.aborted).toBe(false);
  });

  it("knows the signal of Windows", () => {
    const { process, stop } = listen("win32");
    process.emit("SIGBREAK");
    expect(stop.aborted).toBe(true);
    expect(listen("linux").process.eventNames()).not.toContain("SIGBREAK");
  });
});
