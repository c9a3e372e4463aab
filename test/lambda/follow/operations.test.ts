import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { tellDurably } from "../../conformance/hosts.ts";
import { FLOW, SCENARIOS, type Scenario } from "../../conformance/scenarios.ts";
import { pastRuns } from "../../sandbox/flow.ts";

beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync");
});
afterAll(() => {
  vi.useRealTimers();
});

const hour = 3_600_000;
const begun = Date.UTC(2026, 10, 23, 12);

/** AWS ends an execution at 3,000 operations; a hundred are kept for what nobody thought of. */
const BUDGET = 2_900;

async function count(scenario: Omit<Scenario, "name">): Promise<{ used: number; kind: string }> {
  const { service, end } = await tellDurably({ name: "", ...scenario }, { waits: "stay" });
  return {
    used: service.operationCount,
    kind: end.kind,
  };
}

describe("operations of a run of 48 hours", () => {
  const flowWith = (past: readonly number[], runningMs = 48 * hour) => [
    { id: FLOW, name: "long", runs: [{ runningMs }], past: pastRuns(begun, 72 * hour, past) },
  ];
  const request = { timeoutMs: 72 * hour };

  // 588, 183, 145, 583 and 419 operations with the schedule of November 2026.
  it.each([
    ["without history", []],
    ["with a history of as long runs", [47, 48, 49, 48, 47.5, 48.2].map(hours => hours * hour)],
    ["with a history of twenty runs as like as eggs", Array.from({ length: 20 }, () => 48 * hour)],
    ["with a history of short runs", [60_000, 65_000, 61_000]],
    ["with a history of all lengths", [1_000, 60_000, hour, 10 * hour, 40 * hour]],
  ])("%s", async (_name, past) => {
    const { used, kind } = await count({
      request,
      world: { flows: flowWith(past) },
      ends: "success",
    });
    expect(kind).toBe("success");
    // As docs/lambda.md says.
    expect(used).toBeLessThan(600);
  });

  it("after waiting for a busy flow for 24 hours", async () => {
    const { used, kind } = await count({
      request,
      ends: "success",
      world: {
        flows: flowWith([], 24 * hour),
        afterRequest(_count, model) {
          if (model.runs.length > 0) return;
          model.begin(FLOW, { startedBy: "scheduler", plan: { runningMs: 24 * hour } });
        },
      },
    });
    expect(kind).toBe("success");
    expect(used).toBeLessThan(BUDGET);
  });

  it("against a flow that others take every time", async () => {
    const { used, kind } = await count({
      // A quarter of the time: the gaps only grow, so each other quarter takes no more.
      request: { timeoutMs: 12 * hour },
      ends: "timed-out",
      world: {
        flows: flowWith([]),
        afterRequest(_count, model) {
          model.begin(FLOW, { startedBy: "scheduler", plan: { runningMs: 20_000 } });
        },
      },
    });
    expect(kind).toBe("timed-out");
    expect(used).toBeLessThan(BUDGET / 4);
  });

  it.each([1, 60])(
    "against a server that answers 429 and Retry-After: %i for ever",
    async seconds => {
      const faults = [
        { kind: "rate-limited", seconds, method: "POST", times: Number.POSITIVE_INFINITY },
      ] as const;
      const { used, kind } = await count({
        request: { timeoutMs: 48 * hour },
        ends: "timed-out",
        world: { flows: flowWith([]), faults },
      });
      expect(kind).toBe("timed-out");
      expect(used).toBeLessThan(BUDGET);
    },
  );

  it("against a server that cannot be reached", async () => {
    const { used } = await count({
      request: { timeoutMs: 48 * hour },
      ends: "timed-out",
      world: {
        flows: flowWith([]),
        unreachable: [{ kind: "unreachable", times: Number.POSITIVE_INFINITY }],
      },
    });
    expect(used).toBeLessThan(BUDGET);
  });
});

describe("names of operations", () => {
  /** An execution that is under way replays by these names; a renamed one fails it. */
  const lists: Readonly<Record<string, readonly string[]>> = {
    "a usual run": ["history 1: step", "start 1: step", "follow: condition"],
    "the answer to the start is lost": [
      "history 1: step",
      "start 1: step",
      "resolve doubt 1: condition",
      "adopt 1: step",
      "follow: condition",
    ],
    "429 to the start, with and without a date": [
      "history 1: step",
      "start 1: step",
      "pause 1: condition",
      "history 2: step",
      "start 2: step",
      "pause 2: condition",
      "history 3: step",
      "start 3: step",
      "follow: condition",
    ],
    "busy, policy wait": [
      "history 1: step",
      "start 1: step",
      "free 1: condition",
      "history 2: step",
      "start 2: step",
      "follow: condition",
    ],
    "busy, policy attach": [
      "history 1: step",
      "start 1: step",
      "history to attach 1: step",
      "attach 1: step",
      "follow: condition",
    ],
  };

  it.each(SCENARIOS.filter(({ name }) => name in lists))("$name", async scenario => {
    const { service } = await tellDurably(scenario);
    const names = service.operations.map(
      ({ Name, SubType }) => `${Name}: ${SubType === "Step" ? "step" : "condition"}`,
    );
    expect(names).toEqual(lists[scenario.name]);
  });

  it("are never used twice", async () => {
    for (const scenario of SCENARIOS) {
      const { service } = await tellDurably(scenario, { waits: "stay" });
      const names = service.operations.map(({ Name }) => Name);
      expect(new Set(names).size, scenario.name).toBe(names.length);
    }
  });
});
