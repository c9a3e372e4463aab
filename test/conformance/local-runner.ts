import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import { LocalDurableTestRunner } from "@aws/durable-execution-sdk-js-testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../../shared/run/host.ts";
import type { Outcome } from "../../shared/run/outcome.ts";
import type { RunEvent } from "../../shared/run/run-request.ts";
import { type CallerTime, createCallerTime } from "../virtual/caller-time.ts";
import { attempt, durable, tellInProcess } from "./hosts.ts";
import type { Scenario } from "./scenarios.ts";
import { createWorld } from "./world.ts";

/** Tells these stories on the runner that AWS gives to developers, and in a process. */
export function describeOnLocalRunner(scenarios: readonly Scenario[]): void {
  beforeAll(() => LocalDurableTestRunner.setupTestEnvironment({ skipTime: true }));
  afterAll(() => LocalDurableTestRunner.teardownTestEnvironment());

  describe.each(scenarios)("on AWS's local runner: $name", scenario => {
    it("ends the same way with the same requests as in a process", async () => {
      const process = await tellInProcess(scenario);
      const time = createCallerTime();
      const world = createWorld(time, scenario.world);
      const events: RunEvent[] = [];
      let end: Outcome | undefined;
      const passing = createPassing(time);
      const runner = new LocalDurableTestRunner({
        handlerFunction: withDurableExecution(async (_input, context) => {
          end = await attempt(scenario, world, passing(durable(context, time)), events);
          return end;
        }),
      });
      const result = await runner.run({ payload: {} });
      expect(result.getStatus()).toBe("SUCCEEDED");
      expect(world.wire).toEqual(process.wire);
      expect(end).toEqual(process.end);
      expect(events).toEqual(process.events);
    });
  });
}

/**
 * The runner skips waits and tells no clock of it, so the clock is moved on here by what was asked
 * for, rounded as AWS takes it. That it is asked for so is shown in hosts.test.ts.
 */
function createPassing(time: CallerTime): (host: Host) => Host {
  let owed = 0;
  return host => ({
    ...host,
    until: (name, first, check, nextDelay) =>
      host.until(
        name,
        first,
        async state => {
          await time.sleep(owed);
          owed = 0;
          return check(state);
        },
        state => {
          const delay = nextDelay(state);
          if (delay !== "done") owed = Math.max(1, Math.ceil(delay / 1_000)) * 1_000;
          return delay;
        },
      ),
  });
}
