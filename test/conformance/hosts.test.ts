import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { tellDurably, tellInProcess } from "./hosts.ts";
import { FLOW, SCENARIOS } from "./scenarios.ts";

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
    expect(end.kind).toBe(scenario.ends);
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

describe("a secret that may no longer be read on the way", () => {
  const scenario = {
    name: "a secret that may no longer be read on the way",
    world: {
      flows: [{ id: FLOW, name: "orders", runs: [{ queuedMs: 0, runningMs: 3_600_000 }] }],
      secretDeniedAfterSeconds: 60,
    },
    request: { timeoutMs: 1_800_000 },
    ends: "refused",
  } as const;

  it.each(["suspend", "stay"] as const)("leaves word of the run (%s)", async waits => {
    const process = await tellInProcess(scenario);
    const durable = await tellDurably(scenario, { waits });
    expect(durable.end).toEqual(process.end);
    const auditId = durable.world.model.runs[0]?.auditId;
    expect(durable.end).toMatchObject({
      kind: "refused",
      auditId,
      message: `The function may not read the secret. The run may still be running in Etlworks: audit id ${auditId}.`,
    });
  });
});
