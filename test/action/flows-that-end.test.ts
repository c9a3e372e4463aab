import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../shared/etlworks/http/http.ts";
import type { Flow } from "../sandbox/flow.ts";
import { type Played, playOnWire } from "./step-on-wire.ts";

const flow = (id: number, runs: NonNullable<Flow["runs"]>): Flow => ({
  id,
  name: `Load ${id}`,
  runs,
});
const fails = (id: number, runningMs: number) => flow(id, [{ runningMs, end: "error" }]);
const works = (id: number, runningMs: number) => flow(id, [{ runningMs }]);

const results = ({ outputs }: Played): unknown => JSON.parse(outputs["results"] ?? "");

const isLog = ({ url }: HttpRequest) => url.pathname.endsWith("/console/download");
const usual = { travelMs: 40, returnMs: 40 };

describe("a failure with fail-fast", () => {
  it.each(["success", "warning", "canceled"] as const)(
    "lets a run of somebody else, which the step follows, come to its end: %s",
    async end => {
      const played = await playOnWire({
        server: { flows: [works(1, 1_000), fails(2, 5_000)] },
        inputs: { flows: "1\n2", "if-running": "attach", "fail-fast": "true" },
        strangers: [
          { at: -1_000, flowId: 1, run: { startedBy: "user", plan: { runningMs: 120_000, end } } },
        ],
      });
      expect(results(played)).toMatchObject([{ outcome: end }, { outcome: "error" }]);
      expect(played.outputs["message"]).not.toContain("Cancelled");
    },
  );

  it("starts no further flow while the log of the failed one is read", async () => {
    const played = await playOnWire({
      server: { flows: [fails(1, 4_000), works(2, 5_000), works(3, 1_000)] },
      inputs: {
        flows: "1\n2\n3",
        "max-parallel": "2",
        "fail-fast": "true",
        "show-log": "on-failure",
      },
      // Ten seconds, while the second flow ends and leaves its place.
      fateOf: request => (isLog(request) ? { ...usual, returnMs: 10_000 } : usual),
    });
    expect(results(played)).toMatchObject([
      { outcome: "error" },
      { outcome: "success" },
      { outcome: "skipped" },
    ]);
    expect(played.etlworks.model.runs.map(({ flowId }) => flowId)).toEqual([1, 2]);
  });
});

describe("a cancelled job with several flows", () => {
  it("ends within 7 s in the middle of a doubt, though a 429 makes all requests wait", async () => {
    const played = await playOnWire({
      server: { flows: [works(1, 300_000)] },
      inputs: { flows: "1", "stop-request": "POST /v1/flows/{flow-id}/stop?auditId={audit-id}" },
      cancelAt: 6_000,
      fateOf(request, at) {
        if (request.url.pathname.endsWith("/run")) {
          return { ...usual, fault: { kind: "answer", when: "after", status: 500 } };
        }
        // The first search finds nothing, and is told to come back in a minute.
        return at > 100 && at < 5_000
          ? { ...usual, fault: { kind: "rate-limited", seconds: 60 } }
          : usual;
      },
    });
    expect(played.outputs["outcome"]).toBe("aborted");
    expect(played.endedAt).toBeLessThan(6_000 + 7_000);
    // It was found, so that it could be stopped.
    expect(played.outputs["audit-id"]).toBe(played.etlworks.model.runs[0]?.auditId);
  });
});

describe("what a step says of a run", () => {
  it("of somebody else that it does not wait for: not that it was started", async () => {
    const played = await playOnWire({
      server: { flows: [works(1, 1_000)] },
      inputs: { "flow-id": "1", "if-running": "attach", wait: "false" },
      strangers: [
        { at: -1_000, flowId: 1, run: { startedBy: "user", plan: { runningMs: 60_000 } } },
      ],
    });
    expect(played.outputs["outcome"]).toBe("started");
    expect(played.outputs["message"]).toMatch(/^Flow 1 was not started, because run \d+ of some/);
    expect(played.summary).toContain("Flow not started: another run is running");
    expect(played.warnings).toHaveLength(1);
  });

  it("that has ended behind failing checks: a last look shows it", async () => {
    const played = await playOnWire({
      server: { flows: [works(1, 1_000)] },
      inputs: {
        "flow-id": "1",
        timeout: "20s",
        "stop-request": "POST /v1/flows/{flow-id}/stop?auditId={audit-id}",
      },
      fateOf: ({ method, url }, at) =>
        method === "GET" && url.searchParams.has("auditId") && at < 20_050
          ? { ...usual, fault: { kind: "answer", when: "before", status: 502 } }
          : usual,
    });
    expect(played.outputs["outcome"]).toBe("timed-out");
    expect(played.errors).toHaveLength(1);
    expect(played.errors[0]).toContain(
      "A last look shows that run 8721934 has ended (success), so there is nothing to stop.",
    );
    expect(played.sentByPost).toEqual([]);
  });
});
