import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../shared/etlworks/http/http.ts";
import type { Fault } from "../sandbox/faults.ts";
import { createVirtualEtlworks } from "./virtual-etlworks.ts";
import { createVirtualTime } from "./virtual-time.ts";

/** What its wire does to each fault, the agreement suite compares with sockets; this is its network. */
function createWorld(requestsPerMinute?: number) {
  const time = createVirtualTime(Date.UTC(2026, 10, 27));
  const etlworks = createVirtualEtlworks({
    now: time.now,
    flows: [{ id: 7, name: "orders", runs: [{ runningMs: 10_000 }] }],
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
  });
  const send = etlworks.connect({ sleep: time.sleep, thereMs: 100, backMs: 50 });
  const client = etlworks.client(send);
  return { time, etlworks, client, start: () => time.until(client.start(7, {}, "")) };
}

describe("an Etlworks without sockets", () => {
  it("is asked after the way there, and has answered after the way back", async () => {
    const { time, etlworks, client, start } = createWorld();
    const begun = time.now();
    const started = await start();
    expect(started).toMatchObject({ kind: "value", value: { code: "0", auditId: "8721934" } });
    expect(time.now() - begun).toBe(150);
    expect(etlworks.arrivals).toEqual([
      { at: begun + 100, method: "POST", path: "/rest/v1/flows/7/run", status: 200 },
    ]);
    await time.finish(begun + 60_000);
    expect(await time.until(client.execution(7, "8721934"))).toMatchObject({
      value: { status: "success" },
    });
  });

  it("refuses a second run, and more requests than its limit", async () => {
    const { etlworks, start } = createWorld(2);
    await start();
    expect(await start()).toMatchObject({ value: { code: "1" } });
    expect(await start()).toMatchObject({ kind: "rate-limited" });
    expect(etlworks.arrivals.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(etlworks.model.runs).toHaveLength(1);
  });

  it.each<{
    fault: Fault;
    runs: number;
    afterMs: (request: Pick<HttpRequest, "timeLimitMs">) => number;
  }>([
    { fault: { kind: "reset", when: "before" }, runs: 0, afterMs: () => 150 },
    { fault: { kind: "reset", when: "after" }, runs: 1, afterMs: () => 150 },
    {
      fault: { kind: "hang", when: "after" },
      runs: 1,
      afterMs: ({ timeLimitMs }) => 100 + timeLimitMs,
    },
  ])(
    "lets a request take effect or not as the fault says: $fault",
    async ({ fault, runs, afterMs }) => {
      const { time, etlworks, client } = createWorld();
      etlworks.fault(fault);
      const begun = time.now();
      const call = { timeLimitMs: 5_000 };
      const reply = await time.until(client.start(7, {}, "", call));
      expect(reply.kind).toBe("fault");
      expect(etlworks.model.runs).toHaveLength(runs);
      expect(time.now() - begun).toBe(afterMs(call));
      expect(await time.until(client.start(7, {}, ""))).toMatchObject({
        value: { code: runs === 0 ? "0" : "1" },
      });
    },
  );
});
