import { describe, expect, it } from "vitest";
import { knownFlows } from "../bench/many/night.ts";
import { createWorld, EPOCH_MS, type World } from "../bench/many/virtual-step.ts";
import type { FaultHandle } from "../sandbox/faults.ts";
import type { Flow } from "../sandbox/flow.ts";
import { runInVirtualTime } from "./step-in-virtual-time.ts";

const STOP_REQUEST = "POST /v1/flows/{flow-id}/stop?auditId={audit-id}";

function flows(count: number, more: Partial<Flow> = {}): Flow[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    name: `Load ${index + 1}`,
    tags: ["nightly"],
    runs: [{ runningMs: 600_000 }],
    ...more,
  }));
}

const world = (list: readonly Flow[]) =>
  createWorld(list, () => 0.5, { stopRequest: STOP_REQUEST });

function busiest(requests: World["requests"]): number {
  return Math.max(
    ...requests.map(from => requests.filter(at => at >= from && at < from + 60_000).length),
  );
}

describe("a cancelled step with two hundred runs under way", () => {
  it("asks Etlworks to stop each of them within 5 s, and is gone within 7", async () => {
    const stage = world(flows(200, { runs: [{ runningMs: 86_400_000 }] }));
    const { time, model, requests } = stage;
    const [stop, abandon] = [new AbortController(), new AbortController()];
    const cancelledAt = 300_000;
    time.after(cancelledAt, () => stop.abort());
    time.after(cancelledAt + 2_000, () => abandon.abort());
    const outputs = new Map<string, string>();
    const code = await time.until(
      stage.step(
        { "flow-tag": "nightly", "max-parallel": "200", "stop-request": STOP_REQUEST },
        {
          stop: stop.signal,
          abandon: abandon.signal,
          runner: {
            error: async () => undefined,
            output: async (name, value) => void outputs.set(name, value),
          },
        },
      ),
    );
    expect(code).toBe(1);
    expect(outputs.get("outcome")).toBe("aborted");
    expect(time.now() - cancelledAt).toBeLessThan(7_000);
    expect(model.runs).toHaveLength(200);
    for (const { stopRequests } of model.runs) {
      expect(stopRequests).toHaveLength(1);
      expect((stopRequests[0]?.at ?? 0) - EPOCH_MS - cancelledAt).toBeLessThan(5_000);
    }
    expect(busiest(requests.filter(at => at < cancelledAt))).toBeLessThanOrEqual(300);
    expect(busiest(requests)).toBeLessThanOrEqual(600);
  });
});

describe("the log of forty flows", () => {
  it("has one sign of life a minute for all, and few lines for each flow", async () => {
    const stage = world(knownFlows(40, { from: 5, to: 30 }, 3));
    const lines: string[] = [];
    await stage.time.until(
      stage.step(
        { "flow-tag": "nightly", "max-parallel": "10" },
        { runner: { line: text => void lines.push(text) } },
      ),
    );
    const minutes = stage.time.now() / 60_000;
    const beats = lines.filter(line => line.startsWith("40 flows · "));
    expect(beats.length).toBe(Math.floor(minutes));
    expect(beats[3]).toMatch(
      /^40 flows · 4m 0\ds · 10 running, 30 waiting, 0 ended · longest: Flow \d{3} 4m 0\ds$/,
    );
    expect(lines.length - beats.length).toBeLessThan(40 * 4);
    for (const line of lines) expect(line).toMatch(/^(40 flows|Flow \d{3} \| )/);
  });
});

describe("retry-on-error with several flows", () => {
  const failsOnce = [{ runningMs: 5_000, end: "error" as const }, { runningMs: 5_000 }];

  it("starts a flow again a minute later, and names both runs", async () => {
    const stage = world([
      ...flows(1, { runs: failsOnce }),
      { id: 2, name: "Other", tags: ["nightly"], runs: [{ runningMs: 5_000 }] },
    ]);
    const outputs = new Map<string, string>();
    const code = await stage.time.until(
      stage.step(
        { "flow-tag": "nightly", "retry-on-error": "1" },
        { runner: { output: async (name, value) => void outputs.set(name, value) } },
      ),
    );
    expect(code).toBe(0);
    expect(stage.model.runs.map(({ flowId }) => flowId)).toEqual([1, 2, 1]);
    const [first] = stage.model.runs;
    expect(outputs.get("results")).toContain(`"earlierAuditIds":["${first?.auditId}"]`);
  });

  it("starts nothing again after another flow failed, with fail-fast", async () => {
    const stage = world([
      ...flows(1, { runs: failsOnce }),
      {
        id: 2,
        name: "Other",
        tags: ["nightly"],
        runs: [{ runningMs: 20_000, end: "canceled" }],
      },
    ]);
    const code = await stage.time.until(
      stage.step(
        { "flow-tag": "nightly", "retry-on-error": "1", "fail-fast": "true" },
        { runner: { error: async () => undefined } },
      ),
    );
    expect(code).toBe(1);
    expect(stage.model.runs.map(({ flowId }) => flowId)).toEqual([1, 2]);
    expect(stage.time.now()).toBeLessThan(60_000);
  });
});

describe("a login", () => {
  it("is shared by all flows", async () => {
    const stage = world(flows(20, { runs: [{ runningMs: 5_000 }] }));
    const paths: string[] = [];
    const answer = stage.model.answer.bind(stage.model);
    const watched = (request: Parameters<typeof answer>[0]) => {
      paths.push(request.path);
      return answer(request);
    };
    Object.assign(stage.model, { answer: watched });
    const code = await stage.time.until(
      stage.step({
        "flow-tag": "nightly",
        "max-parallel": "20",
        "api-key": "",
        username: "edgar@example.com",
        password: "edgar-likes-cold-brew-7",
      }),
    );
    expect(code).toBe(0);
    expect(paths.filter(path => path.includes("token-auth"))).toHaveLength(1);
  });
});

describe("a login that is refused", () => {
  it.each([1, 3, 20])("is sent once for all flows, %d at a time", async most => {
    let logins: FaultHandle | undefined;
    const refusal = { kind: "answer", when: "before", status: 401 } as const;
    const step = await runInVirtualTime(
      { flows: flows(20) },
      {
        "flow-id": "",
        flows: Array.from({ length: 20 }, (_, index) => index + 1).join("\n"),
        "max-parallel": String(most),
        "api-key": "",
        username: "edgar@example.com",
        password: "not the right one",
      },
      {
        before: sandbox => {
          logins = sandbox.fault({ ...refusal, path: /token-auth/, times: 100 });
        },
      },
    );
    expect(step.exitCode).toBe(1);
    expect(logins?.hits).toBe(1);
    const left = most === 20 ? "" : ` · ${20 - most} skipped`;
    expect(step.lines.at(-1)).toBe(`20 flows: ${most} refused${left}`);
  });
});

describe("the longest flows of a tag", () => {
  it("start first, and a list keeps its order", async () => {
    const minutes = [2, 9, 4, 30, 1];
    const list = minutes.map((each, index) => ({
      id: index + 1,
      name: `Flow ${index + 1}`,
      tags: ["nightly"],
      runs: [{ runningMs: each * 60_000 }],
      past: [1, 2, 3, 4].map(day => ({
        startedAt: EPOCH_MS - day * 86_400_000,
        durationMs: each * 60_000,
      })),
    }));
    const order = async (inputs: Readonly<Record<string, string>>) => {
      const stage = world(list);
      await stage.time.until(stage.step({ "max-parallel": "2", ...inputs }));
      return stage.model.runs.map(({ flowId }) => flowId);
    };
    expect(await order({ "flow-tag": "nightly" })).toEqual([4, 2, 3, 1, 5]);
    expect((await order({ flows: "1\n2\n3\n4\n5" })).slice(0, 2)).toEqual([1, 2]);
  });
});

describe("one flow twice, whose first run was not followed to its end", () => {
  const TWICE = '[{"flow": 1, "parameters": {"a": 1}}, {"flow": 1, "parameters": {"a": 2}}]';
  const LIMITED = TWICE.replace("}},", '}, "timeout": "10s"},');
  const server = { flows: flows(1, { runs: [{ runningMs: 60_000 }] }) };

  it.each([
    ["attach", { flows: TWICE, wait: "false" }],
    ["skip", { flows: TWICE, wait: "false" }],
    ["attach", { flows: LIMITED }],
    ["skip", { flows: LIMITED }],
  ])("takes that run for nobody's work but its own: %s, %j", async (policy, inputs) => {
    const step = await runInVirtualTime(server, {
      "flow-id": "",
      "if-running": policy,
      ...inputs,
    });
    expect(step.exitCode).toBe(1);
    const why =
      "Flow 1 was not started: run 8721934, which this step began before, is still running. Set if-running to wait to run one after the other.";
    expect(JSON.parse(step.outputs["results"] ?? "")).toMatchObject([
      { outcome: "wait" in inputs ? "started" : "timed-out" },
      { outcome: "busy", verdict: "fail", otherAuditId: "8721934", message: why },
    ]);
    expect(step.errors.join("\n").split(why)).toHaveLength(2);
    expect(step.errors.join("\n")).not.toContain("if-running to wait,");
  });

  it("waits for it, where the policy is to wait", async () => {
    const step = await runInVirtualTime(server, {
      "flow-id": "",
      "if-running": "wait",
      flows: TWICE,
      wait: "false",
    });
    expect(step.exitCode).toBe(0);
    expect(step.sandbox.model.runs.map(({ parameters }) => parameters)).toEqual([
      { a: "1" },
      { a: "2" },
    ]);
  });

  it("leaves the run of another what the policy makes of it", async () => {
    const step = await runInVirtualTime(
      server,
      { "flow-id": "", "if-running": "skip", flows: TWICE },
      { before: ({ model }) => void model.begin(1, { startedBy: "user" }) },
    );
    expect(step.outputs["results"]).toContain('"outcome":"skipped"');
    expect(step.exitCode).toBe(0);
  });
});

describe("a step with more doubtful inputs than GitHub shows warnings", () => {
  it("leaves room for what the run itself warns of", async () => {
    const parameters = Array.from({ length: 30 }, (_, index) => `p${index}='x'`).join("\n");
    const step = await runInVirtualTime(
      { flows: flows(1) },
      { "flow-id": "1", parameters, "if-running": "attach" },
      { before: ({ model }) => void model.begin(1, { startedBy: "user" }) },
    );
    expect(step.warnings).toHaveLength(6);
    expect(step.warnings.at(-1)).toContain("was started by somebody else");
    expect(step.lines.filter(line => line.startsWith("Warning: parameters: "))).toHaveLength(25);
  });

  it("names no more empty parameters than can be read", async () => {
    const parameters = Array.from({ length: 3_000 }, (_, index) => `p${index}=`).join("\n");
    const step = await runInVirtualTime({ flows: flows(1) }, { "flow-id": "1", parameters });
    expect(step.warnings).toEqual([
      expect.stringMatching(/^Empty parameter "p0", .*, "p19" and 2980 more: Etlworks skips/),
    ]);
  });
});

describe("the annotation of several flows that were stopped", () => {
  it("says once of each what became of the stop request", async () => {
    const step = await runInVirtualTime(
      { flows: flows(2), stopRequest: STOP_REQUEST, role: "Editor" },
      { "flow-id": "", flows: "1\n2", timeout: "2m", "stop-request": STOP_REQUEST },
    );
    const [error = ""] = step.errors;
    for (const { auditId } of step.sandbox.model.runs) {
      expect(error.split(`Etlworks was asked to stop run ${auditId}`)).toHaveLength(2);
    }
    expect(error).toMatch(/\nSet a longer timeout if the flow needs it\.$/);
  });
});
