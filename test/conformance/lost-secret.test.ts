import { describe, expect, it } from "vitest";
import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import { createProcessHost } from "../../shared/run/process-host.ts";
import type { RunEvent } from "../../shared/run/run-request.ts";
import { UserError } from "../../shared/user-error.ts";
import { createCallerTime } from "../virtual/caller-time.ts";
import { attempt } from "./hosts.ts";
import { scenarioNamed } from "./scenarios.ts";
import { createWorld } from "./world.ts";

const DENIED = "The function may not read the secret.";

/** A usual run, whose client cannot read its secret in these calls for a status. */
async function follow(isLost: (poll: number) => boolean) {
  const scenario = scenarioNamed("a usual run");
  const time = createCallerTime();
  const world = createWorld(time, scenario.world);
  const never = new AbortController().signal;
  const host = createProcessHost({
    clock: { monotonicMs: time.now, epochMs: time.now },
    random: () => 0.5,
    stop: never,
    abandon: never,
    sleep: milliseconds => time.sleep(milliseconds),
  });
  const begun = time.now();
  let polls = 0;
  const client: EtlworksClient = {
    ...world.client,
    async execution(...request) {
      polls += 1;
      if (isLost(polls)) throw new UserError(DENIED);
      return world.client.execution(...request);
    },
  };
  const events: RunEvent[] = [];
  const end = await attempt(scenario, { client }, host, events);
  return { end, events, starts: world.model.runs.length, lastedMs: time.now() - begun };
}

describe("a secret that is lost while a run goes on", () => {
  it("is a fault to survive: the run is asked for again and followed to its end", async () => {
    const { end, events, starts } = await follow(poll => poll <= 3);
    expect(end).toMatchObject({ kind: "success", counts: { faults: 3 } });
    expect(events).toContainEqual(expect.objectContaining({ kind: "poll-failed", reason: DENIED }));
    expect(starts).toBe(1);
  });

  it("for good ends as refused at the deadline, and not before", async () => {
    const { end, lastedMs } = await follow(() => true);
    expect(end).toMatchObject({ kind: "refused" });
    expect(JSON.stringify(end)).toContain(DENIED);
    // The timeout of all scenarios that name none.
    expect(lastedMs).toBe(24 * 3_600_000);
  });
});
