import { StepSemantics } from "@aws/durable-execution-sdk-js";
import { describe, expect, it, vi } from "vitest";
import type { BatchGate, BatchToRun, Begin } from "../../../lambda/batch-gate.ts";
import { finishedEvent } from "../../../lambda/follow/finished-event.ts";
import { type OrderDependencies, requestOf, runOrder } from "../../../lambda/follow/run-order.ts";
import type { Execution } from "../../../shared/etlworks/replies/execution.ts";
import { field } from "../../../shared/json-fields.ts";
import { UserError } from "../../../shared/user-error.ts";
import { createWorld, type WorldOptions } from "../../conformance/world.ts";
import { createCallerTime } from "../../virtual/caller-time.ts";
import { createRecorded } from "../stand-ins/recorded-log.ts";
import { createKeptOperations } from "./kept-operations.ts";

const runner =
  "arn:aws:lambda:eu-central-1:111122223333:function:runner:1/durable-execution/orders-1/a1b2";
const batch: BatchToRun = {
  id: 7,
  count: 3,
  route: "orders",
  flow: 1,
  policy: { ifRunning: "wait", timeout: 3_600_000, failOnWarning: false },
  afterFailure: "continue",
  origin: { source: "aws.s3", detailType: "Object Created", key: "a.csv" },
  parameterNames: ["file"],
};
const start: Begin = { kind: "start", batch };
const about = { route: "orders", flow: 1 };

interface Story {
  readonly begin?: Begin;
  readonly world?: WorldOptions;
  readonly gate?: Partial<BatchGate>;
  readonly dependencies?: Partial<OrderDependencies>;
}

/** One order of a lane, with what it asked of its batch, told others, and wrote into log and metrics. */
function create({ begin = start, world: options, gate, dependencies }: Story = {}) {
  const time = createCallerTime();
  const operations = createKeptOperations(time);
  const flows = [{ id: 1, name: "load", runs: [{ runningMs: 1_500 }] }];
  const world = createWorld(time, { flows, ...options });
  const recorded = createRecorded();
  const asked: unknown[] = [];
  const put: unknown[] = [];
  const all: OrderDependencies = {
    gate: {
      async begin() {
        asked.push("begin");
        return begin;
      },
      readParameters: async () => ({ file: "customer.csv" }),
      async noteAuditId(auditId) {
        asked.push(["audit id", auditId]);
        return "noted";
      },
      async noteOut(out) {
        asked.push(["out", out]);
        return "noted";
      },
      ...gate,
    },
    lane: "1",
    runner,
    epochMs: time.now,
    random: () => 0.5,
    client: world.client,
    runQuery: "",
    logParameters: false,
    putEvent: async event => void put.push(event),
    log: recorded.log,
    metrics: recorded.metrics,
    ...dependencies,
  };
  return {
    ...operations,
    ...recorded,
    time,
    world,
    asked,
    put,
    run: () => runOrder(operations.context, all),
    runUntold: () => {
      const { putEvent: _, ...untold } = all;
      return runOrder(operations.context, untold);
    },
  };
}

describe("an order", () => {
  it("starts its batch's flow once, follows the run, and tells of the end", async () => {
    const { run, world, asked, put, lines, values, begun, time } = create();
    const end = await run();
    const [only] = world.model.runs;
    const auditId = only?.auditId;
    expect(only?.parameters).toEqual({ file: "customer.csv" });
    expect(world.model.runs).toHaveLength(1);

    if (end.kind !== "ended") throw new Error("The order was given up.");
    const { outcome, verdict } = end;
    expect(verdict).toBe("pass");
    expect(outcome).toMatchObject({ kind: "success", flowId: 1, auditId, origin: "started" });
    const { kind, message } = outcome;
    expect(asked).toEqual([
      "begin",
      ["audit id", auditId],
      ["out", { kind, verdict: "pass", message }],
    ]);
    const told = { arn: runner, at: time.now() };
    expect(put).toEqual([finishedEvent({ ...batch, lane: "1" }, outcome, "pass", told)]);

    expect(lines[0]).toEqual({ level: "INFO", message: "batch begins", ...about, events: 3 });
    expect(lines[1]).toMatchObject({ message: "run began", ...about, auditId });
    expect(lines.at(-1)).toEqual({
      level: "INFO",
      message,
      ...about,
      outcome: "success",
      auditId,
      elapsedMs: expect.any(Number) as unknown,
      ...outcome.counts,
    });
    expect(values).toEqual([
      ["Started", 1, { Route: "orders" }],
      ["Outcomes", 1, { Route: "orders", Outcome: "success" }],
      ["LatenessSeconds", expect.any(Number), { Route: "orders" }],
    ]);
    const retried = { shouldRetry: true, delay: { seconds: 2 } };
    const once = { shouldRetry: false };
    expect(begun).toEqual([
      { name: "begin", afterError: retried },
      { name: "history 1", semantics: StepSemantics.AtLeastOncePerRetry, afterError: once },
      { name: "start 1", semantics: StepSemantics.AtMostOncePerRetry, afterError: once },
      { name: "follow" },
      { name: "outcome", afterError: retried },
      { name: "report", afterError: retried },
    ]);
  });

  it("has no effect when it is replayed", async () => {
    const { run, world, asked, put, lines, values } = create();
    const end = await run();
    const before = structuredClone({ asked, put, lines, values, wire: world.wire });
    expect(await run()).toEqual(end);
    expect({ asked, put, lines, values, wire: world.wire }).toEqual(before);
  });

  it("gives up what is another's, and says why", async () => {
    const begin: Begin = { kind: "given-up", reason: "it has its outcome: success" };
    const { run, world, asked, put, lines, values, begun } = create({ begin });
    expect(await run()).toEqual(begin);
    expect(lines).toEqual([
      { level: "WARN", message: "nothing was started", reason: begin.reason },
    ]);
    expect(asked).toEqual(["begin"]);
    expect([...put, ...values, ...world.wire]).toEqual([]);
    expect(begun).toMatchObject([{ name: "begin" }]);
  });

  it("follows the run that was left behind, and starts none", async () => {
    const first = create();
    const auditId = first.world.model.begin(1, { startedBy: "user" })?.auditId ?? "";
    const begin: Begin = { kind: "follow", batch, auditId };
    const { run, world, asked, lines, values } = create({
      begin,
      dependencies: { client: first.world.client, logParameters: true },
    });
    expect(await run()).toMatchObject({ verdict: "pass", outcome: { kind: "success", auditId } });
    expect(first.world.model.runs).toHaveLength(1);
    expect(world.wire).toEqual([]);
    expect(lines[0]).toEqual({
      level: "INFO",
      message: "following the batch's run",
      ...about,
      events: 3,
    });
    expect(asked).toContainEqual(["audit id", auditId]);
    expect(values).not.toContainEqual(["Started", 1, { Route: "orders" }]);
  });

  it("ends a batch whose parameters cannot be filled without a request", async () => {
    const message = "Set ETLWORKS_MANIFESTS.";
    const begin: Begin = { kind: "refused", batch, message };
    const { run, world, asked, put, lines, values } = create({
      begin,
      dependencies: { logParameters: true },
    });
    const counts = { polls: 0, faults: 0, rateLimits: 0 };
    const outcome = { kind: "refused", flowId: 1, counts, message };
    expect(await run()).toEqual({ kind: "ended", outcome, verdict: "fail" });
    expect(world.wire).toEqual([]);
    expect(asked).toEqual(["begin", ["out", { kind: "refused", verdict: "fail", message }]]);
    expect(put).toHaveLength(1);
    expect(lines).toEqual([
      { level: "INFO", message: "batch begins", ...about, events: 3 },
      { level: "ERROR", message, ...about, outcome: "refused", ...counts },
    ]);
    expect(values).toEqual([["Outcomes", 1, { Route: "orders", Outcome: "refused" }]]);
  });

  it.each([
    [false, "pass"],
    [true, "fail"],
  ] as const)("judges a warning by its route (%s)", async (failOnWarning, verdict) => {
    const policy = { ...batch.policy, failOnWarning };
    const { run, asked, lines, put } = create({
      begin: { kind: "start", batch: { ...batch, policy } },
      world: { flows: [{ id: 1, name: "odd", runs: [{ end: "warning", message: "odd" }] }] },
    });
    expect(await run()).toMatchObject({ verdict, outcome: { kind: "warning" } });
    expect(asked).toContainEqual(["out", { kind: "warning", verdict, message: "odd" }]);
    expect(put).toMatchObject([{ detail: { verdict } }]);
    const level = verdict === "pass" ? "INFO" : "ERROR";
    expect(lines.at(-1)).toMatchObject({ level, message: "odd", outcome: "warning" });
  });

  it("leaves a batch without an outcome whose start is in doubt: the lane will know more", async () => {
    const { run, world, asked, put, lines, values, begun } = create({
      begin: { kind: "start", batch: { ...batch, policy: { ...batch.policy, sharedFlow: true } } },
      world: {
        flows: [{ id: 1, name: "load" }],
        faults: [{ kind: "reset", when: "after", method: "POST" }],
      },
    });
    const outcome = { kind: "start-unknown" };
    expect(await run()).toMatchObject({ kind: "ended", verdict: "fail", outcome });
    expect(world.model.runs).toHaveLength(1);
    expect(asked).toEqual(["begin"]);
    expect(put).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ level: "ERROR", ...about, outcome: "start-unknown" });
    expect(values).toEqual([["Outcomes", 1, { Route: "orders", Outcome: "start-unknown" }]]);
    expect(begun.at(-1)).toEqual({
      name: "report",
      afterError: { shouldRetry: true, delay: { seconds: 2 } },
    });
    expect(begun.map(({ name }) => name)).not.toContain("outcome");
  });

  it.each([
    ["another's", 1],
    ["noted before", 0],
    ["noted", 0],
  ] as const)("warns when the batch had another outcome: %s", async (noted, warnings) => {
    const { run, lines } = create({ gate: { noteOut: async () => noted } });
    await run();
    const warning = {
      level: "WARN",
      message: "the batch had got another outcome before this one",
      ...about,
    };
    expect(lines.filter(line => field(line, "level") === "WARN")).toEqual(
      Array.from({ length: warnings }, () => warning),
    );
  });

  it("tries again what the table did not take", async () => {
    let calls = 0;
    const { run, lines, values } = create({
      gate: {
        async noteOut() {
          calls += 1;
          if (calls < 3) throw new Error("throttled");
          return "noted";
        },
      },
    });
    expect(await run()).toMatchObject({ kind: "ended" });
    expect(calls).toBe(3);
    expect(values.filter(([name]) => name === "Outcomes")).toHaveLength(1);
    expect(lines.filter(line => field(line, "outcome") !== undefined)).toHaveLength(1);
  });

  it("counts and logs a run's end once, however often the bus has to be asked", async () => {
    let calls = 0;
    const { run, lines, values } = create({
      dependencies: {
        async putEvent() {
          calls += 1;
          if (calls < 3) throw new Error("throttled");
        },
      },
    });
    expect(await run()).toMatchObject({ verdict: "pass" });
    expect(calls).toBe(3);
    expect(values.filter(([name]) => name === "Outcomes")).toHaveLength(1);
    expect(lines.filter(line => field(line, "outcome") !== undefined)).toHaveLength(1);
  });

  it.each([
    ["success", "pass"],
    ["error", "fail"],
  ] as const)("has its outcome, %s, though the bus is gone", async (ending, verdict) => {
    let calls = 0;
    const { run, lines, values, asked } = create({
      world: { flows: [{ id: 1, name: "load", runs: [{ runningMs: 500, end: ending }] }] },
      dependencies: {
        putEvent() {
          calls += 1;
          return Promise.reject(new Error("There is no event bus x."));
        },
      },
    });
    expect(await run()).toMatchObject({ kind: "ended", verdict, outcome: { kind: ending } });
    expect(asked.at(-1)).toMatchObject(["out", { kind: ending, verdict }]);
    // 14 seconds of waiting: the lane's next batch comes after it.
    expect(calls).toBe(4);
    const told = lines.slice(-2);
    expect(told[0]).toMatchObject({ outcome: ending });
    expect(told[1]).toMatchObject({
      level: "ERROR",
      message: "the end of the run could not be told to the event bus",
      reason: "There is no event bus x.",
    });
    expect(values.filter(([name]) => name === "Outcomes")).toHaveLength(1);
    // The alarm on it is the only one that rings for a failed run then.
    expect(values.filter(([name]) => name === "Untold")).toEqual([["Untold", 1, {}]]);
  });

  it("is not reported again for what is no error of the step", async () => {
    const { run, context } = create();
    vi.spyOn(context, "step").mockImplementation((name, work) =>
      name === "report" ? Promise.reject(new Error("Invalid checkpoint token")) : work(),
    );
    await expect(run()).rejects.toThrow("Invalid checkpoint token");
  });

  it("tells nobody where nobody wants to know", async () => {
    const { runUntold, put } = create();
    expect(await runUntold()).toMatchObject({ verdict: "pass" });
    expect(put).toEqual([]);
  });

  it("shows parameters in the log when it is told to", async () => {
    const { run, lines } = create({ dependencies: { logParameters: true } });
    await run();
    expect(lines[0]).toEqual({
      level: "INFO",
      message: "batch begins",
      ...about,
      events: 3,
      parameters: { file: "customer.csv" },
    });
  });
});

describe("the id of a batch's run", () => {
  it("is noted with the first event that has it, and once", async () => {
    const { run, world, asked, begun } = create({
      world: {
        flows: [{ id: 1, name: "load", runs: [{ queuedMs: 60_000, runningMs: 60_000 }] }],
        faults: [{ kind: "rate-limited", seconds: 1, method: "POST" }],
      },
    });
    await run();
    // The delay before the second start has no id that could be noted.
    expect(begun.map(({ name }) => name)).toContain("pause 1");
    const notes = asked.filter(call => Array.isArray(call) && call[0] === "audit id");
    expect(notes).toEqual([["audit id", world.model.runs[0]?.auditId]]);
  });

  it.each([
    ["an error", new Error("throttled"), "throttled"],
    ["no error", "a word", "a word"],
  ])(
    "is noted with the next event when the table did not take it: %s",
    async (_what, thrown, reason) => {
      const order: unknown[] = [];
      const { run, lines, world } = create({
        gate: {
          async noteAuditId(auditId) {
            order.push(auditId);
            return order.length === 1 ? Promise.reject(thrown) : "noted";
          },
        },
      });
      expect(await run()).toMatchObject({ verdict: "pass" });
      const auditId = world.model.runs[0]?.auditId;
      expect(order).toEqual([auditId, auditId]);
      expect(lines).toContainEqual({
        level: "ERROR",
        message: "the run's id could not be noted in the ledger",
        ...about,
        reason,
      });
      expect(lines).toContainEqual(expect.objectContaining({ message: "run began" }));
    },
  );
});

describe("the start of a batch's run", () => {
  it.each([
    ["an error", new Error("throttled"), "throttled"],
    ["no error", "a word", "a word"],
  ])("waits for its parameters: %s", async (_what, thrown, reason) => {
    let reads = 0;
    const { run, world, lines } = create({
      gate: {
        async readParameters() {
          reads += 1;
          return reads < 3 ? Promise.reject(thrown) : { file: "late.csv" };
        },
      },
    });
    expect(await run()).toMatchObject({ verdict: "pass" });
    expect(world.model.runs.map(({ parameters }) => parameters)).toEqual([{ file: "late.csv" }]);
    const delays = lines.filter(line => field(line, "message") === "the start is delayed");
    expect(delays).toMatchObject([
      { ...about, reason },
      { ...about, reason },
    ]);
  });

  it("sends the query and follows the policy of its own deployment", async () => {
    const { run, world } = create({ dependencies: { runQuery: "pool=large" } });
    await run();
    expect(world.model.runs).toMatchObject([{ query: "pool=large", flowId: 1 }]);
  });

  it("counts no run that somebody else began", async () => {
    const { run, world, values } = create({
      begin: {
        kind: "start",
        batch: { ...batch, policy: { ...batch.policy, ifRunning: "attach" } },
      },
    });
    const other = world.model.begin(1, { startedBy: "user", plan: { runningMs: 60_000 } });
    expect(await run()).toMatchObject({
      verdict: "pass",
      outcome: { origin: "attached", auditId: other?.auditId },
    });
    expect(values.map(([name]) => name)).toEqual(["Outcomes", "LatenessSeconds"]);
  });

  it("survives that the secret may not be read for a while: the run goes on", async () => {
    const time = createCallerTime();
    const world = createWorld(time, { flows: [{ id: 1, name: "load" }] });
    let looks = 0;
    const { run, lines } = create({
      dependencies: {
        epochMs: time.now,
        client: {
          ...world.client,
          async execution(...question) {
            looks += 1;
            if (looks === 1) throw new UserError("Allow the role to read the secret.");
            return world.client.execution(...question);
          },
        },
      },
    });
    expect(await run()).toMatchObject({ kind: "ended" });
    expect(lines).toContainEqual(
      expect.objectContaining({
        message: "a status check failed",
        reason: "Allow the role to read the secret.",
      }),
    );
  });

  it.each([3_600_000, 0])(
    "is refused by its id when that does not end: timeout %i",
    async timeout => {
      const { world } = create();
      const policy = { ...batch.policy, timeout };
      const { run, time } = create({
        begin: { kind: "start", batch: { ...batch, policy } },
        dependencies: {
          client: {
            ...world.client,
            execution: () => Promise.reject(new UserError("Allow the role to read the secret.")),
          },
        },
      });
      const began = time.now();
      const auditId = expect.stringMatching(/^\d+$/) as unknown;
      expect(await run()).toMatchObject({
        verdict: "fail",
        outcome: {
          kind: "refused",
          auditId,
          message: expect.stringMatching(
            /^Allow the role to read the secret\. The run may still be running in Etlworks: audit id \d+\.$/,
          ) as unknown,
        },
      });
      const hours = (time.now() - began) / 3_600_000;
      expect(hours).toBeGreaterThan(timeout === 0 ? 23 : 0.9);
      expect(hours).toBeLessThan(timeout === 0 ? 30 : 1.1);
    },
  );

  it.each([1, 3])("survives that also where it was left behind: %i questions", async denied => {
    const { world } = create();
    const auditId = world.model.begin(1, { startedBy: "user" })?.auditId ?? "";
    let asked = 0;
    const deny = () => {
      asked += 1;
      if (asked <= denied) throw new UserError("Allow the role to read the secret.");
    };
    const client: typeof world.client = {
      ...world.client,
      async history(...question) {
        deny();
        return world.client.history(...question);
      },
      async execution(...question) {
        deny();
        return world.client.execution(...question);
      },
    };
    const follow = create({ begin: { kind: "follow", batch, auditId }, dependencies: { client } });
    expect(await follow.run()).toMatchObject({
      verdict: "pass",
      outcome: { kind: "success", auditId },
    });
  });
});

describe("how late an end is seen", () => {
  async function lateness(execution: Execution): Promise<unknown> {
    const time = createCallerTime();
    const world = createWorld(time, { flows: [{ id: 1, name: "load" }] });
    const { run, values } = create({
      begin: { kind: "follow", batch, auditId: "9" },
      dependencies: {
        // Time stands still, so that it is exact.
        epochMs: () => 1_000_000,
        client: {
          ...world.client,
          execution: async () => ({
            kind: "value",
            value: { auditId: "9", flowId: 1, status: "success", ...execution },
          }),
        },
      },
    });
    await run();
    return values.find(([name]) => name === "LatenessSeconds")?.slice(1);
  }

  it("is counted in seconds, by the server's end and our clock", async () => {
    expect(await lateness({ endedAt: 997_500 })).toEqual([2.5, { Route: "orders" }]);
  });

  it("is never less than nothing, though the server's clock is ahead", async () => {
    expect(await lateness({ endedAt: 1_002_500 })).toEqual([0, { Route: "orders" }]);
  });

  it("is not known without an end, or with one of a zone that nobody names", async () => {
    expect(await lateness({})).toBeUndefined();
    expect(await lateness({ endedAt: 997_500, localTimes: true })).toBeUndefined();
  });
});

describe("what the core is asked for", () => {
  const deployment = { runQuery: "pool=large", lane: "1" };
  const policy = { ifRunning: "skip", timeout: 60_000, failOnWarning: false } as const;

  it("is the batch's flow under its policy", () => {
    expect(requestOf({ flow: 1, policy }, { a: "b" }, deployment)).toEqual({
      flowId: 1,
      parameters: { a: "b" },
      runQuery: "pool=large",
      ifRunning: "skip",
      wait: true,
      adoption: "strict",
      timeoutMs: 60_000,
      patienceMs: 60_000,
    });
  });

  it("has patience for ever where there is no timeout", () => {
    const request = requestOf({ flow: 1, policy: { ...policy, timeout: 0 } }, {}, deployment);
    expect(request).toMatchObject({ timeoutMs: 0, patienceMs: Number.MAX_SAFE_INTEGER });
  });

  it.each([
    ["the lane of the flow alone", "1", {}, "strict"],
    ["the lane of the flow, which other lanes start too", "1", { sharedFlow: true }, "never"],
    ["a lane of its own", "customer", {}, "never"],
  ] as const)("takes a run for its own in %s: %s, %j, %s", (_what, lane, shared, adoption) => {
    const given = { ...policy, ...shared };
    expect(requestOf({ flow: 1, policy: given }, {}, { runQuery: "", lane })).toMatchObject({
      adoption,
    });
  });
});
