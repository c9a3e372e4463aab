import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { tellDurably, tellInProcess } from "./hosts.ts";
import { SCENARIOS } from "./scenarios.ts";

// The SDK waits 20 ms of real time before it ends a process; nothing else here uses timers.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync");
});
afterAll(() => {
  vi.useRealTimers();
});

describe.each(SCENARIOS)("$name", scenario => {
  it("ends as it should, in a process", async () => {
    const { end } = await tellInProcess(scenario);
    expect(end.kind === "outcome" ? end.outcome.kind : end.kind).toBe(scenario.ends);
  });

  it.each(["suspend", "stay"] as const)(
    "ends the same way with the same requests in a durable execution (%s)",
    async waits => {
      const process = await tellInProcess(scenario);
      const durable = await tellDurably(scenario, { waits });
      expect(durable.wire).toEqual(process.wire);
      expect(durable.end).toEqual(process.end);
      expect(durable.events).toEqual(process.events);
    },
  );
});
