import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "vitest";
import { startGithub } from "../github-stand-in.ts";
import { HOSTILE_LINES } from "../hostile-text.ts";
import type { RunningStep } from "../run-bundle.ts";
import {
  busiestMinute,
  count,
  flowsRun,
  mostAtOnce,
  playNight,
  RUN,
  STOP,
  tagged,
} from "./many-flows.ts";
import { STOP_REQUEST } from "./play.ts";

/** The limit is 300. On a busy machine the two fast clocks differ, so some fall into the next minute. */
const MOST_A_MINUTE = 350;

/** By the runner; see being-stopped.test.ts. */
const KILLED_AFTER_MS = 10_000;

const WITH_STOP = { "stop-request": STOP_REQUEST };

describe.concurrent("three flows in one step", () => {
  it("run by name and id, each with its parameters, under one report", async ({ expect }) => {
    const [one, two, three] = tagged(3, 30);
    const { main, sandbox, requests, results } = await playNight({
      flows: [one, two, three].filter(flow => flow !== undefined),
      inputs: {
        flows: JSON.stringify([
          "Load 001",
          2,
          { flow: "Load 003", parameters: { region: "eu" }, timeout: "5m" },
        ]),
        parameters: "day=2026-11-26",
      },
    });
    expect(main.exitCode).toBe(0);
    expect(count(requests, /\/v1\/flows(\?|$)/)).toBe(1);
    const given = new Map(sandbox.model.runs.map(run => [run.flowId, run.parameters]));
    expect(Object.fromEntries(given)).toEqual({
      1: { day: "2026-11-26" },
      2: { day: "2026-11-26" },
      3: { day: "2026-11-26", region: "eu" },
    });
    expect(sandbox.model.runs).toHaveLength(3);
    expect(results.map(({ flowId, outcome, verdict }) => [flowId, outcome, verdict])).toEqual([
      [1, "success", "pass"],
      [2, "success", "pass"],
      [3, "success", "pass"],
    ]);
    expect(main.outputs).toMatchObject({
      outcome: "success",
      message: "All 3 flows passed: 3 success.",
    });
    expect(main.summary).toContain("### ✅ All 3 flows passed");
    expect(main.summary).toContain("section Runs");
    for (const name of ["Load 001", "Load 002", "Load 003"]) {
      const about = main.lines.filter(line => line.startsWith(`${name} | `));
      expect(about.join("\n")).toMatch(/Started flow \d "Load 00\d" .*\n.*success/s);
    }
  });

  it("fail with one annotation that names what failed, the worst in the single outputs", async ({
    expect,
  }) => {
    const flows = tagged(3, 20);
    const failing = { runningMs: 20, end: "error", message: "ERROR: no\nline two" } as const;
    const { main, results } = await playNight({
      flows: flows.map((flow, index) => (index === 1 ? { ...flow, runs: [failing] } : flow)),
      inputs: { flows: "1\n2\n3", "show-log": "on-failure" },
    });
    expect(main.exitCode).toBe(1);
    expect(main.outputs).toMatchObject({ "flow-id": "2", outcome: "error", status: "error" });
    expect(main.outputs["message"]).toContain("1 of 3 flows failed");
    expect(main.outputs["message"]).toContain("ERROR: no");
    expect(JSON.parse(main.outputs["result"] ?? "{}")).toMatchObject({ flowId: 2 });
    expect(results.map(({ outcome }) => outcome)).toEqual(["success", "error", "success"]);
    const errors = main.commands.filter(({ name }) => name === "error");
    expect(errors).toHaveLength(1);
    expect(errors[0]?.properties).toContain("1 of 3 flows failed");
    expect(main.summary).toMatch(/^### ❌ 1 of 3 flows failed/);
    const groups = main.commands.filter(({ name }) => name === "group");
    expect(groups).toHaveLength(1);
  });
});

describe.concurrent("one flow in the list", () => {
  it("is a list all the same", async ({ expect }) => {
    const { main, results } = await playNight({ flows: tagged(1, 20), inputs: { flows: "1" } });
    expect(main.exitCode).toBe(0);
    expect(results).toHaveLength(1);
    expect(main.outputs).toMatchObject({ "flow-id": "1", outcome: "success" });
  });
});

describe.concurrent("sixty flows by tag", () => {
  it("run at most ten at a time, each once, under the limit of requests", async ({ expect }) => {
    const { main, sandbox, requests, results } = await playNight({
      flows: [...tagged(60, 4_000), { id: 99, name: "Not meant", tags: ["weekly"] }],
      inputs: { "flow-tag": "nightly", "max-parallel": "10" },
      speed: 8,
    });
    expect(main.exitCode).toBe(0);
    expect(flowsRun(sandbox)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(mostAtOnce(sandbox)).toBeLessThanOrEqual(10);
    expect(busiestMinute(requests)).toBeLessThanOrEqual(MOST_A_MINUTE);
    expect(results).toHaveLength(60);
  }, 60_000);
});

describe.concurrent("two hundred flows at once", () => {
  it("stay below 300 requests a minute, with hostile names, and fit every file", async ({
    expect,
  }) => {
    const names = HOSTILE_LINES.filter(line => line.trim() !== "");
    const flows = tagged(200, 60_000).map((flow, index) => ({
      ...flow,
      name: `${names[index % names.length] ?? ""} ${index}`,
      runs: [
        index % 9 === 0
          ? { runningMs: 60_000, end: "error" as const, message: HOSTILE_LINES.join(" ") }
          : { runningMs: 60_000 },
      ],
    }));
    const { main, sandbox, requests, results } = await playNight({
      flows,
      inputs: { "flow-tag": "nightly", "max-parallel": "200", ...WITH_STOP },
      sandbox: { requestsPerMinute: 600 },
      speed: 12,
    });
    expect(main.exitCode).toBe(1);
    expect(sandbox.model.runs).toHaveLength(200);
    expect(results).toHaveLength(200);
    expect(busiestMinute(requests)).toBeLessThanOrEqual(MOST_A_MINUTE);
    expect(requests.filter(({ status }) => status === 429)).toEqual([]);
    expect(Buffer.byteLength(main.outputs["results"] ?? "")).toBeLessThan(128_000);
  }, 60_000);
});

describe.concurrent("fail-fast", () => {
  it("starts nothing more after a failure, follows what runs, and tells what was left out", async ({
    expect,
  }) => {
    const flows = tagged(6, 3_000).map((flow, index) => ({
      ...flow,
      runs: [index === 0 ? { runningMs: 10, end: "error" as const } : { runningMs: 3_000 }],
    }));
    const { main, sandbox, results } = await playNight({
      flows,
      inputs: { "flow-tag": "nightly", "max-parallel": "2", "fail-fast": "true" },
      speed: 4,
    });
    expect(main.exitCode).toBe(1);
    expect(flowsRun(sandbox)).toEqual([1, 2]);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      "error",
      "success",
      "skipped",
      "skipped",
      "skipped",
      "skipped",
    ]);
    expect(results[5]?.["message"]).toContain("fail-fast");
    expect(main.outputs).toMatchObject({ outcome: "error", "flow-id": "1" });
    expect(main.summary).toContain("skipped");
  });

  it("follows a run whose start was under way when another flow failed", async ({ expect }) => {
    const flows = tagged(3, 20).map((flow, index) => ({
      ...flow,
      runs: [index === 0 ? { runningMs: 10, end: "error" as const } : { runningMs: 3_500 }],
    }));
    const { main, results } = await playNight({
      flows,
      inputs: { flows: "1\n2\n3", "max-parallel": "2", "fail-fast": "true" },
      faults: [{ kind: "delay", ms: 2_500, when: "after", path: /\/flows\/2\/run$/ }],
    });
    expect(main.exitCode).toBe(1);
    expect(results.map(({ outcome }) => outcome)).toEqual(["error", "success", "skipped"]);
  });

  it("does not keep a flow waiting for its turn in Etlworks", async ({ expect }) => {
    const flows = tagged(3, 20).map((flow, index) => ({
      ...flow,
      runs: [{ runningMs: 1_500, ...(index === 0 ? { end: "error" as const } : {}) }],
    }));
    const { main, sandbox, results } = await playNight({
      flows,
      inputs: {
        flows: "1\n2\n3",
        "max-parallel": "2",
        "fail-fast": "true",
        "if-running": "wait",
        timeout: "20s",
      },
      whileRunning: async (_, { model }) => {
        model.begin(2, { startedBy: "user", plan: { runningMs: Number.POSITIVE_INFINITY } });
      },
    });
    expect(main.exitCode).toBe(1);
    expect(sandbox.model.runs.filter(({ startedBy }) => startedBy === "api")).toHaveLength(1);
    expect(results.map(({ outcome }) => outcome)).toEqual(["error", "skipped", "skipped"]);
  });
});

describe.concurrent("the same flow twice", () => {
  it("runs one after the other, since its parameters differ", async ({ expect }) => {
    const { main, sandbox, results } = await playNight({
      flows: tagged(2, 300),
      inputs: {
        flows: JSON.stringify([
          { flow: 1, parameters: { region: "eu" } },
          { flow: "Load 001", parameters: { region: "us" } },
          2,
        ]),
      },
    });
    expect(main.exitCode).toBe(0);
    const [first, second] = sandbox.model.runs.filter(({ flowId }) => flowId === 1);
    expect(second?.startedAt).toBeGreaterThanOrEqual(first?.endsAt ?? Number.POSITIVE_INFINITY);
    expect(new Set(results.map(({ auditId }) => auditId)).size).toBe(3);
    expect(main.lines.some(line => line.startsWith("Load 001 #2 | "))).toBe(true);
  });

  it("never takes its first run for the second one, whose start was lost", async ({ expect }) => {
    const { main, sandbox, results } = await playNight({
      // The history lists a run only when it has been over for a while.
      flows: tagged(1, 0, { runs: [{ runningMs: 500, listedAfterMs: 8_000 }] }),
      inputs: {
        flows: JSON.stringify([
          { flow: 1, parameters: { region: "eu" } },
          { flow: 1, parameters: { region: "us" } },
        ]),
      },
      faults: [
        { kind: "reset", when: "before", path: RUN, skip: 1, times: Number.POSITIVE_INFINITY },
      ],
      speed: 5,
    });
    expect(main.exitCode).toBe(1);
    expect(sandbox.model.runs).toHaveLength(1);
    expect(results.map(({ outcome }) => outcome)).toEqual(["success", "start-unknown"]);
  }, 60_000);

  it("is refused before a start when only the list shows that it is the same", async ({
    expect,
  }) => {
    const { main, requests } = await playNight({
      flows: tagged(2, 20),
      inputs: { flows: "1\nLoad 001" },
    });
    expect(main.exitCode).toBe(1);
    expect(main.outputs["outcome"]).toBe("refused");
    expect(main.outputs["message"]).toContain("given twice");
    expect(count(requests, RUN)).toBe(0);
  });
});

describe.concurrent("names and tags", () => {
  it("refuses a tag that no flow has, and names those in use", async ({ expect }) => {
    const { main, requests } = await playNight({
      flows: tagged(2, 20),
      inputs: { "flow-tag": "nightly\nnihgtly" },
    });
    expect(main.exitCode).toBe(1);
    expect(main.outputs["message"]).toContain('"nihgtly"');
    expect(main.outputs["message"]).toContain('"nightly"');
    expect(count(requests, RUN)).toBe(0);
  });

  it("runs only the tagged ones where the server ignores the filter", async ({ expect }) => {
    const { main, sandbox } = await playNight({
      flows: [...tagged(2, 20), { id: 9, name: "Other", tags: ["nightly-full"] }],
      inputs: { "flow-tag": "nightly" },
      sandbox: { ignoresFilters: true },
    });
    expect(main.exitCode).toBe(0);
    expect(flowsRun(sandbox)).toEqual([1, 2]);
  });

  it("names every name that no flow has, at once", async ({ expect }) => {
    const { main, requests } = await playNight({
      flows: tagged(2, 20),
      inputs: { flows: "Load 01\nLoad 001\nLaod 002" },
    });
    expect(main.exitCode).toBe(1);
    expect(main.outputs["message"]).toMatch(/"Load 01"[\s\S]*"Laod 002"/);
    expect(count(requests, RUN)).toBe(0);
  });
});

describe.concurrent("a storm of 429", () => {
  it("slows all, and ends well", async ({ expect }) => {
    const { main, requests } = await playNight({
      flows: tagged(12, 2_000),
      inputs: { "flow-tag": "nightly", "max-parallel": "12" },
      faults: [
        { kind: "rate-limited", seconds: 20, path: /\/run$/, times: 3 },
        { kind: "rate-limited", seconds: 2, path: /\?auditId=/, times: 3 },
      ],
      speed: 5,
    });
    expect(main.exitCode).toBe(0);
    const limited = requests.filter(({ fault }) => fault === "rate-limited");
    expect(limited.length).toBeLessThanOrEqual(6);
    // Between the first 429 and its end only what was under way goes out, within two seconds here.
    const first = limited[0]?.at ?? 0;
    expect(requests.filter(({ at }) => at > first + 10_000 && at < first + 19_000)).toEqual([]);
  });
});

describe.concurrent("a step that is ended from outside", () => {
  const endless = () => tagged(12, Number.POSITIVE_INFINITY);
  const tenRun = async ({ files }: RunningStep) => {
    const saved = () =>
      Object.values(files().state).filter(state => state.includes('"following"')).length;
    while (saved() < 10) await sleep(50);
  };

  it("by SIGINT stops every run that it began, and no other, within seconds", async ({
    expect,
  }) => {
    const { main, sandbox, requests, results } = await playNight({
      flows: endless(),
      inputs: { "flow-tag": "nightly", "max-parallel": "10", ...WITH_STOP },
      async whileRunning(step, { model }) {
        await tenRun(step);
        model.begin(12, { startedBy: "user" });
        step.signal("SIGINT");
      },
    });
    expect(main.exitCode).toBe(1);
    expect(count(requests, RUN)).toBe(10);
    expect(count(requests, STOP)).toBe(10);
    for (const { startedBy, stopRequests } of sandbox.model.runs) {
      expect(stopRequests).toHaveLength(startedBy === "api" ? 1 : 0);
    }
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(12).fill("aborted"));
    const signalledAt = Math.min(...requests.filter(({ path }) => STOP.test(path)).map(r => r.at));
    expect(Date.now() - signalledAt).toBeLessThan(KILLED_AFTER_MS);
  });

  it("by SIGKILL leaves the runs to the post step, which stops each of them", async ({
    expect,
  }) => {
    const { post, sandbox, postRequests } = await playNight({
      flows: endless(),
      inputs: { "flow-tag": "nightly", "max-parallel": "10", ...WITH_STOP },
      async whileRunning(step, { model }) {
        await tenRun(step);
        model.begin(12, { startedBy: "user" });
        step.signal("SIGKILL");
      },
      post: true,
    });
    expect(post?.exitCode).toBe(0);
    expect(count(postRequests, STOP)).toBe(10);
    for (const { startedBy, stopRequests } of sandbox.model.runs) {
      expect(stopRequests).toHaveLength(startedBy === "api" ? 1 : 0);
    }
  });

  it("by its timeout stops the runs, and starts nothing more", async ({ expect }) => {
    const { main, sandbox, requests, results } = await playNight({
      flows: endless().slice(0, 4),
      inputs: { "flow-tag": "nightly", "max-parallel": "2", timeout: "5s", ...WITH_STOP },
    });
    expect(main.exitCode).toBe(1);
    expect(count(requests, RUN)).toBe(2);
    expect(sandbox.model.runs.every(({ stopRequests }) => stopRequests.length === 1)).toBe(true);
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(4).fill("timed-out"));
  });
});

describe.concurrent("a flow's own timeout", () => {
  it("counts from its turn, and ends no other flow", async ({ expect }) => {
    const lengths = [300, Number.POSITIVE_INFINITY, 300];
    const { main, results } = await playNight({
      flows: lengths.map((runningMs, index) => ({
        id: index + 1,
        name: `Load ${index}`,
        runs: [{ runningMs }],
      })),
      inputs: {
        // Flow 3 has less time than flow 2 takes.
        flows: '[1, {"flow": 2, "timeout": "3s"}, {"flow": 3, "timeout": "2s"}]',
        "max-parallel": "1",
        "poll-interval": "1s",
      },
    });
    expect(main.exitCode).toBe(1);
    expect(results.map(({ flowId, outcome }) => [flowId, outcome])).toEqual([
      [1, "success"],
      [2, "timed-out"],
      [3, "success"],
    ]);
  });
});

describe.concurrent("around several flows", () => {
  it("a dry run checks each of them and starts nothing", async ({ expect }) => {
    const { main, requests } = await playNight({
      flows: tagged(3, 20),
      inputs: { "flow-tag": "nightly", "dry-run": "true" },
    });
    expect(main.exitCode).toBe(0);
    expect(count(requests, RUN)).toBe(0);
    for (const name of ["Load 001", "Load 002", "Load 003"]) {
      expect(main.lines.join("\n")).toContain(name);
    }
  });

  it("a dry run asks nothing more when its time is over", async ({ expect }) => {
    const flows = Array.from({ length: 30 }, (_, index) => index + 1).join("\n");
    const { main, requests } = await playNight({
      flows: tagged(30, 20),
      inputs: { flows, "dry-run": "true", timeout: "4s" },
      faults: [{ kind: "hang", when: "before", times: Number.POSITIVE_INFINITY }],
    });
    expect(main.exitCode).toBe(1);
    expect(main.outputs["outcome"]).toBe("refused");
    expect(main.outputs["message"]).toContain(
      "The dry run took too long: 29 flows could not be checked before the timeout. Set a longer timeout.",
    );
    expect(requests.length).toBeLessThan(4);
  });

  it("a dry run tells every flow that is not there", async ({ expect }) => {
    const { main } = await playNight({
      flows: tagged(1, 20),
      inputs: { flows: "1\n404\n405", "dry-run": "true" },
    });
    expect(main.exitCode).toBe(1);
    expect(main.outputs["message"]).toMatch(/404[\s\S]*405/);
  });

  it("without waiting starts all and leaves them running", async ({ expect }) => {
    const { main, sandbox, results } = await playNight({
      flows: tagged(3, 60_000),
      inputs: { "flow-tag": "nightly", wait: "false" },
    });
    expect(main.exitCode).toBe(0);
    expect(sandbox.model.runs).toHaveLength(3);
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(3).fill("started"));
  });

  it("credentials that are refused end it after the first flows, not after all", async ({
    expect,
  }) => {
    const { main, requests, results } = await playNight({
      flows: tagged(40, 20),
      inputs: {
        flows: Array.from({ length: 40 }, (_, index) => index + 1).join("\n"),
        "api-key": "wrong-key-1234567890",
      },
    });
    expect(main.exitCode).toBe(1);
    expect(main.outputs["outcome"]).toBe("refused");
    expect(requests.length).toBeLessThan(12);
    expect(results).toHaveLength(40);
  });

  it("one commit status tells of the whole", async ({ expect }) => {
    const github = await startGithub();
    try {
      const { main } = await playNight({
        flows: tagged(2, 20),
        inputs: { "flow-tag": "nightly", "github-token": "ghs_example_token" },
        environment: {
          GITHUB_API_URL: github.url,
          GITHUB_SERVER_URL: "https://github.example",
          GITHUB_REPOSITORY: "acme/etl",
          GITHUB_SHA: "5794ebe",
          GITHUB_RUN_ID: "1",
          GITHUB_JOB: "load",
        },
      });
      expect(main.exitCode).toBe(0);
      const states = github.requests.map(({ body }) => body);
      expect(states).toMatchObject([
        { state: "pending", context: expect.stringMatching(/^etlworks\/.*\/load\//) as unknown },
        { state: "success", description: "2 flows: 2 success" },
      ]);
    } finally {
      await github.close();
    }
  });
});
