import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { crashStory, describeCrashes, startsOf, supersedeEach } from "./crashes.ts";

// The SDK waits 20 ms of real time before it ends a process; nothing else here uses timers.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync");
});
afterAll(() => {
  vi.useRealTimers();
});

/** One for each way that a start can go; crashes.end-to-end.ts has all of them. */
const SOME = ["a usual run", "503 after the start took effect, listed late", "busy, policy attach"];

describeCrashes(SOME);

it("in a lane, where nobody else starts the flow, such a run ends well at any checkpoint", async () => {
  const usual = crashStory("a usual run");
  const request = { ...usual.request, adoption: "strict" } as const;
  await supersedeEach({ ...usual, request }, ({ end, wire }) => {
    expect(end).toMatchObject({ kind: "success" });
    expect(startsOf(wire)).toBe(1);
  });
});
