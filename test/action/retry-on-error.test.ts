import { describe, expect, it } from "vitest";
import { isObject } from "../../shared/json.ts";
import type { Plan } from "../sandbox/run.ts";
import type { SandboxOptions } from "../sandbox/server.ts";
import type { VirtualEtlworks } from "../virtual/virtual-etlworks.ts";
import { runInVirtualTime } from "./step-in-virtual-time.ts";

/** `retry-on-error`: another run only after one that Etlworks says to have ended in error. */
const BROKEN: Plan = { runningMs: 5_000, end: "error", message: "no such table\nat line 2" };
const FINE: Plan = { runningMs: 5_000 };

const server = (...runs: readonly Plan[]): SandboxOptions => ({
  flows: [{ id: 7, name: "Load orders", runs }],
});

/** Somebody starts the flow by hand in the minute between, and for longer than that. */
function otherRunInThePause(flowId: number) {
  return (milliseconds: number, _stop: AbortController, { model }: VirtualEtlworks) => {
    if (milliseconds !== 60_000) return;
    model.begin(flowId, { startedBy: "user", plan: { runningMs: 600_000 } });
  };
}

function fieldOf(result: string | undefined, name: string): unknown {
  const value: unknown = JSON.parse(result ?? "null");
  return isObject(value) ? value[name] : undefined;
}

describe("retry-on-error", () => {
  it("starts the flow again a minute later, and names every run everywhere", async () => {
    const step = await runInVirtualTime(server(BROKEN, BROKEN, FINE), { "retry-on-error": "2" });
    expect(step.exitCode).toBe(0);
    expect(step.sandbox.model.runs.map(run => run.auditId)).toEqual([
      "8721934",
      "8721935",
      "8721936",
    ]);
    const waits = step.lines.filter(line => line.includes("Starting the flow again in 1m 00s"));
    expect(waits).toEqual([
      "Run 8721934 ended in error (no such table). Starting the flow again in 1m 00s (retry 1 of 2)",
      "Run 8721935 ended in error (no such table). Starting the flow again in 1m 00s (retry 2 of 2)",
    ]);
    expect(step.elapsedMs).toBeGreaterThanOrEqual(120_000);
    expect(step.outputs).toMatchObject({ outcome: "success", "audit-id": "8721936" });
    expect(fieldOf(step.outputs["result"], "earlierAuditIds")).toEqual(["8721934", "8721935"]);
    expect(step.summary).toContain("<code>8721934</code> error, <code>8721935</code> error");
    expect(step.errors).toEqual([]);
    expect(Object.keys(step.state).filter(name => name.startsWith("run-"))).toHaveLength(3);
    for (const name of ["run-1", "run-2", "run-3"]) {
      expect(step.state[name]).toContain('"phase":"settled"');
    }
    // So that the post step, should it have to conclude a commit status, goes by the last one.
    const retried = ["run-1", "run-2", "run-3"].map(name =>
      /"retried":true/.test(step.state[name] ?? ""),
    );
    expect(retried).toEqual([true, true, false]);
  });

  it("ends with the last error when no run succeeds", async () => {
    const step = await runInVirtualTime(server(BROKEN), { "retry-on-error": "3" });
    expect(step.exitCode).toBe(1);
    expect(step.sandbox.model.runs).toHaveLength(4);
    expect(step.outputs["outcome"]).toBe("error");
    expect(step.errors).toHaveLength(1);
  });

  it("is 0 by default", async () => {
    const step = await runInVirtualTime(server(BROKEN, FINE), {});
    expect(step.exitCode).toBe(1);
    expect(step.sandbox.model.runs).toHaveLength(1);
  });

  it.each(["canceled", "warning"] as const)("never follows a run that ended %s", async end => {
    const step = await runInVirtualTime(server({ ...FINE, end }, FINE), {
      "retry-on-error": "2",
      "fail-on-warning": "true",
    });
    expect(step.exitCode).toBe(1);
    expect(step.outputs["outcome"]).toBe(end);
    expect(step.sandbox.model.runs).toHaveLength(1);
  });

  it.each([2, 3, 5, 9])("never follows a start that was answered with code %i", async code => {
    const flow = { id: 7, name: "Load orders", starts: [{ code }, {}] };
    const step = await runInVirtualTime({ flows: [flow] }, { "retry-on-error": "2" });
    expect(step.outputs["outcome"]).toBe("not-started");
    expect(step.sandbox.model.runs).toHaveLength(0);
  });

  it("never follows a start in doubt, nor a run that was adopted after one", async () => {
    for (const rule of [{ kind: "reset", when: "after" }, { kind: "empty-body" }] as const) {
      const step = await runInVirtualTime(
        server(BROKEN, FINE),
        { "retry-on-error": "2" },
        { before: sandbox => void sandbox.fault({ ...rule, path: /run$/ }) },
      );
      expect(step.exitCode).toBe(1);
      expect(step.sandbox.model.runs).toHaveLength(1);
    }
  });

  it.each([
    ["start-unknown", { kind: "reset", when: "before" }],
    ["refused", { kind: "answer", when: "before", status: 403 }],
    ["not-started", { kind: "body", body: '{"status":5,"exception":"locked"}' }],
  ] as const)("leaves no id of the run before, when the next ends %s", async (outcome, fault) => {
    const step = await runInVirtualTime(
      server(BROKEN, FINE),
      { "retry-on-error": "1" },
      { before: sandbox => void sandbox.fault({ ...fault, path: /run$/, skip: 1 }) },
    );
    expect(step.outputs).toMatchObject({ outcome, "audit-id": "" });
    expect(fieldOf(step.outputs["result"], "earlierAuditIds")).toEqual(["8721934"]);
  });

  it("never follows the run of another", async () => {
    const step = await runInVirtualTime(
      server(BROKEN, FINE),
      { "retry-on-error": "2", "if-running": "attach" },
      { before: ({ model }) => void model.begin(7, { startedBy: "user", plan: BROKEN }) },
    );
    expect(step.outputs).toMatchObject({ outcome: "error", "audit-id": "8721934" });
    expect(step.sandbox.model.runs).toHaveLength(1);
  });

  it.each(["30s", "64s"])("never goes beyond a timeout of %s", async timeout => {
    const step = await runInVirtualTime(server(BROKEN, FINE), { "retry-on-error": "2", timeout });
    expect(step.exitCode).toBe(1);
    expect(step.outputs["outcome"]).toBe("error");
    expect(step.sandbox.model.runs).toHaveLength(1);
    expect(step.lines.at(-1)).toBe(
      "Run 8721934 ended in error (no such table). There is no time left for another run",
    );
  });

  it("gives the second run what is left of the time", async () => {
    const endless = { runningMs: Number.POSITIVE_INFINITY };
    const step = await runInVirtualTime(server(BROKEN, endless), {
      "retry-on-error": "2",
      timeout: "5m",
    });
    expect(step.outputs["outcome"]).toBe("timed-out");
    expect(step.elapsedMs).toBeLessThanOrEqual(301_000);
  });

  it.each([
    ["skip", {}],
    ["fail", {}],
    ["wait", { timeout: "5m" }],
  ])(
    "ends with the error when another run keeps it from starting again: %s",
    async (policy, more) => {
      const step = await runInVirtualTime(
        server(BROKEN, FINE),
        { "retry-on-error": "1", "if-running": policy, ...more },
        { onSleep: otherRunInThePause(7) },
      );
      expect(step.exitCode).toBe(1);
      expect(step.outputs).toMatchObject({ outcome: "error", "audit-id": "8721934" });
      expect(step.errors).toHaveLength(1);
      expect(step.errors[0]).toContain("no such table");
      expect(step.lines.at(-1)).toMatch(/^The flow was not started again: .*another run/i);
    },
  );

  it("passes with no flow whose retry was skipped", async () => {
    const step = await runInVirtualTime(
      { flows: [1, 2].map(id => ({ id, name: `Load ${id}`, runs: id === 1 ? [BROKEN] : [FINE] })) },
      { "flow-id": "", flows: "1\n2", "retry-on-error": "1", "if-running": "skip" },
      { onSleep: otherRunInThePause(1) },
    );
    expect(step.exitCode).toBe(1);
    expect(step.outputs).toMatchObject({ outcome: "error", "flow-id": "1" });
  });

  it("tells of the run that failed when fail-fast keeps its retry back", async () => {
    const slow: Plan = { runningMs: 100_000, end: "canceled" };
    const step = await runInVirtualTime(
      { flows: [1, 2].map(id => ({ id, name: `Load ${id}`, runs: id === 1 ? [BROKEN] : [slow] })) },
      {
        "flow-id": "",
        flows: "1\n2",
        "retry-on-error": "1",
        "if-running": "wait",
        "fail-fast": "true",
      },
      { onSleep: otherRunInThePause(1) },
    );
    const results: unknown = JSON.parse(step.outputs["results"] ?? "[]");
    expect(results).toMatchObject([
      { flowId: 1, outcome: "error", verdict: "fail", auditId: "8721934" },
      { flowId: 2, outcome: "canceled", verdict: "fail" },
    ]);
    expect(step.outputs["message"]).toContain("2 of 2 flows failed.");
  });

  it("ends with the error when the job is cancelled while the next start waits", async () => {
    const step = await runInVirtualTime(
      server(BROKEN, FINE),
      { "retry-on-error": "1", "if-running": "wait" },
      {
        onSleep(milliseconds, stop, sandbox) {
          if (sandbox.model.runs.length === 2) stop.abort();
          otherRunInThePause(7)(milliseconds, stop, sandbox);
        },
      },
    );
    expect(step.outputs).toMatchObject({ outcome: "error", "audit-id": "8721934" });
    expect(step.lines.at(-1)).toBe("The flow was not started again: nothing more is to be started");
  });

  it("starts nothing when the job is cancelled in the minute between", async () => {
    const step = await runInVirtualTime(
      server(BROKEN, FINE),
      { "retry-on-error": "2" },
      { onSleep: (milliseconds, stop) => milliseconds === 60_000 && stop.abort() },
    );
    expect(step.exitCode).toBe(1);
    expect(step.outputs["outcome"]).toBe("error");
    expect(step.sandbox.model.runs).toHaveLength(1);
  });
});
