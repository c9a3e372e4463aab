import { describe, expect, it } from "vitest";
import type { BatchToRun, Begin } from "../../../lambda/batch-gate.ts";
import {
  RunFailed,
  type RunnerDependencies,
  runDurably,
} from "../../../lambda/follow/run-durably.ts";
import { UserError } from "../../../shared/user-error.ts";
import { createWorld } from "../../conformance/world.ts";
import { createCallerTime } from "../../virtual/caller-time.ts";
import { createRecorded } from "../stand-ins/recorded-log.ts";
import { createKeptOperations } from "./kept-operations.ts";
import { lambdaContextOf } from "./lambda-context.ts";

const runner =
  "arn:aws:lambda:eu-central-1:111122223333:function:runner:1/durable-execution/orders-1/a1b2";
const order = { lane: "1", gen: 1, batch: 7 };
const batch: BatchToRun = {
  id: 7,
  count: 1,
  route: "orders",
  flow: 1,
  policy: { ifRunning: "wait", timeout: 3_600_000, failOnWarning: false },
  afterFailure: "continue",
  origin: { source: "aws.s3", detailType: "Object Created" },
  parameterNames: [],
};

function create({
  begin = { kind: "start", batch },
  arn = runner,
  interrupted = [],
}: {
  readonly begin?: Begin;
  readonly arn?: string;
  readonly interrupted?: readonly string[];
} = {}) {
  const time = createCallerTime();
  const operations = createKeptOperations(time, interrupted);
  const world = createWorld(time, {
    flows: [
      { id: 1, name: "load" },
      { id: 2, name: "bad", runs: [{ end: "error", message: "ORA-1" }] },
    ],
  });
  const recorded = createRecorded();
  const gates: unknown[] = [];
  const dependencies: RunnerDependencies = {
    epochMs: time.now,
    random: () => 0.5,
    client: world.client,
    runQuery: "",
    logParameters: false,
    log: recorded.log,
    metrics: recorded.metrics,
  };
  const gateOf: RunnerDependencies["gateOf"] = (...asked) => {
    gates.push(asked);
    return {
      begin: async () => begin,
      readParameters: async () => ({}),
      noteAuditId: async () => "noted",
      noteOut: async () => "noted",
    };
  };
  const context = {
    ...operations.context,
    executionContext: { durableExecutionArn: arn },
    lambdaContext: lambdaContextOf("request-1"),
  };
  return {
    ...recorded,
    world,
    gates,
    run: (input: unknown) => runDurably(input, context, { ...dependencies, gateOf }),
    runWithoutLedger: (input: unknown) => runDurably(input, context, dependencies),
  };
}

describe("an execution of the runner", () => {
  it("returns the outcome of a run that passes, and names itself on every line", async () => {
    const { run, lines, gates, world } = create();
    const outcome = await run(order);
    expect(outcome).toMatchObject({ kind: "success", auditId: world.model.runs[0]?.auditId });
    expect(gates).toEqual([[order, runner]]);
    expect(lines.length).toBeGreaterThan(2);
    const about = { requestId: "request-1", durableExecutionName: "orders-1", lane: "1", batch: 7 };
    for (const line of lines) expect(line).toMatchObject(about);
  });

  it("fails with the outcome as its error when the run has failed", async () => {
    const { run, world } = create({ begin: { kind: "start", batch: { ...batch, flow: 2 } } });
    const failed: unknown = await run(order).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(RunFailed);
    if (!(failed instanceof RunFailed)) return;
    expect(failed.name).toBe("RunFailed");
    expect(JSON.parse(failed.message)).toMatchObject({
      kind: "error",
      flowId: 2,
      auditId: world.model.runs[0]?.auditId,
      message: "ORA-1",
    });
  });

  it("succeeds when it gives up what is another's", async () => {
    const begin: Begin = { kind: "given-up", reason: "it has its outcome: success" };
    expect(await create({ begin }).run(order)).toEqual(begin);
  });

  it("is named by its ARN where that has no name", async () => {
    const { run, lines } = create({ arn: "arn:aws:lambda:local" });
    await run(order);
    expect(lines[0]).toMatchObject({ durableExecutionName: "arn:aws:lambda:local" });
  });

  it.each([
    ["nothing", undefined],
    ["an event", { source: "aws.s3" }],
    ["a check that is none", { check: "true", flows: [1] }],
  ])("refuses %s in place of an order", async (_what, input) => {
    const { run, world } = create();
    await expect(run(input)).rejects.toThrow(
      new UserError(
        "The runner's input is not an order of a lane. Deploy all functions from one release, and start flows through the dispatcher.",
      ),
    );
    expect(world.wire).toEqual([]);
  });

  it("needs a ledger for an order", async () => {
    const { runWithoutLedger, world } = create();
    await expect(runWithoutLedger(order)).rejects.toThrow(
      new UserError(
        "ETLWORKS_LEDGER is not set, so the runner cannot find its batch. Set it to the name of the ledger's table.",
      ),
    );
    expect(world.wire).toEqual([]);
  });
});

describe("a check", () => {
  it("reads each flow, says so in the log, and starts nothing", async () => {
    const { runWithoutLedger, lines, world } = create();
    expect(await runWithoutLedger({ check: true, flows: [1, 2] })).toEqual({
      ok: true,
      flows: { 1: "load", 2: "bad" },
      problems: [],
    });
    expect(lines).toEqual([
      {
        level: "INFO",
        message: "the check found nothing wrong",
        flows: { 1: "load", 2: "bad" },
      },
    ]);
    expect(world.model.runs).toEqual([]);
  });

  it("has one line for each problem", async () => {
    const { run, lines } = create();
    const report = await run({ check: true, flows: [1, 98, 99] });
    expect(report).toMatchObject({ ok: false, flows: { 1: "load" } });
    expect(lines).toMatchObject([
      { level: "ERROR", message: expect.stringMatching(/^Flow 98 .*was not found/) as unknown },
      { level: "ERROR", message: expect.stringMatching(/^Flow 99 .*was not found/) as unknown },
    ]);
  });

  it.each([
    ["no list", "1", {}],
    ["what are no ids", ["1", -1, 1.5, null, 2], { 2: "bad" }],
  ])("takes for flows no %s", async (_what, flows, read) => {
    const { run } = create();
    expect(await run({ check: true, flows })).toEqual({ ok: true, flows: read, problems: [] });
  });

  it("asks to be run again when it was interrupted", async () => {
    const { run, world } = create({ interrupted: ["check"] });
    expect(await run({ check: true, flows: [1] })).toEqual({
      ok: false,
      flows: {},
      problems: ["The check was interrupted. Run it again."],
    });
    expect(world.wire).toEqual([]);
  });
});
