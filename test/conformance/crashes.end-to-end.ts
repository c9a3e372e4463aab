import { afterAll, beforeAll, vi } from "vitest";
import { CRASH_STORIES, describeCrashes } from "./crashes.ts";

// The SDK waits 20 ms of real time before it ends a process; nothing else here uses timers.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync");
});
afterAll(() => {
  vi.useRealTimers();
});

describeCrashes(CRASH_STORIES);
