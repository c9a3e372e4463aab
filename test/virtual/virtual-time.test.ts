import { describe, expect, it } from "vitest";
import { createVirtualTime } from "./virtual-time.ts";

describe("virtual time", () => {
  it("does first what comes first, and of two at the same time what was planned first", async () => {
    const time = createVirtualTime();
    const done: string[] = [];
    for (const [name, at] of [
      ["late", 9],
      ["one", 5],
      ["two", 5],
      ["soon", 1],
      ["three", 5],
    ] as const) {
      time.after(at, () => done.push(`${name} ${time.now()}`));
    }
    await time.finish();
    expect(done).toEqual(["soon 1", "one 5", "two 5", "three 5", "late 9"]);
    expect(time.now()).toBe(9);
  });

  it("lets those go on whom it has woken before it passes further", async () => {
    const time = createVirtualTime(1_000);
    const seen: number[] = [];
    const walk = async () => {
      for (const step of [3, 3, 3]) {
        await time.sleep(step);
        seen.push(time.now());
      }
    };
    const walking = walk();
    time.after(4, () => seen.push(-1));
    await time.until(walking);
    expect(seen).toEqual([1_003, -1, 1_006, 1_009]);
  });

  it("does nothing that was called off, and wakes a sleeper who is told to stop", async () => {
    const time = createVirtualTime();
    const stop = new AbortController();
    time.after(5, () => expect.fail("it was called off"))();
    time.after(2, () => stop.abort());
    await time.until(time.sleep(60_000, stop.signal));
    expect(time.now()).toBe(2);
    await time.finish(70_000);
    expect(time.now()).toBe(70_000);
  });

  it("says so when somebody waits for what never comes", async () => {
    const never = new Promise<void>(() => {});
    await expect(createVirtualTime().until(never)).rejects.toThrow("will never happen");
  });
});
