import { describe, expect, it } from "vitest";
import type { DispatcherDependencies } from "../../lambda/dispatch-record.ts";
import { planRuns, takeDryRun } from "../../lambda/dry-run.ts";
import type { RouteResult } from "../../lambda/routes/route.ts";
import { UserError } from "../../shared/user-error.ts";
import { decisionOf } from "./lanes/decisions.ts";
import { createRecorded } from "./stand-ins/recorded-log.ts";

describe("the word for a dry run", () => {
  it.each([
    { flow: 1 },
    { force: "1", event: {} },
    { Records: [] },
    { source: "s", "detail-type": "t", detail: {} },
    { check: true },
  ])("is taken from %j", event => {
    for (const dryRun of [true, false]) {
      expect(takeDryRun({ ...event, dryRun })).toStrictEqual({ dryRun, event });
    }
    for (const dryRun of [undefined, null, "true", 1]) {
      expect(() => takeDryRun({ ...event, dryRun })).toThrow(
        new UserError("dryRun must be true or false. Nothing was started."),
      );
    }
    expect(takeDryRun(event)).toStrictEqual({ dryRun: false, event });
  });

  it.each([
    {},
    { force: "1" },
    { event: {} },
    { source: "s", "detail-type": "t" },
    { source: "s", detail: {} },
    { "detail-type": "t", detail: {} },
    { check: true, more: 1 },
    { check: "true" },
    { order: 1 },
  ])("is a field of somebody's own in %j", fields => {
    const event = { ...fields, dryRun: true };
    expect(takeDryRun(event)).toStrictEqual({ dryRun: false, event });
  });

  it.each([undefined, null, "dryRun", ["dryRun"], 1])("is not in %j", event => {
    expect(takeDryRun(event)).toStrictEqual({ dryRun: false, event });
  });
});

describe("a plan", () => {
  const run = (identity: string): RouteResult => ({
    kind: "run",
    ...decisionOf({ identity, parameters: { file: "secret", keys: [{ batch: "keys" }] } }),
    warnings: [],
  });
  const plan = async (
    event: unknown,
    decisions: readonly RouteResult[] = [],
    given: Partial<DispatcherDependencies> = {},
  ) => {
    const { log, metrics, values } = createRecorded();
    const dependencies: DispatcherDependencies = {
      route: () => decisions,
      launch: () => Promise.reject(new Error("Nothing is launched.")),
      ownFunctions: [],
      routedFlows: new Set([7]),
      startsOnce: true,
      check: async () => "checked",
      remainingMs: () => 60_000,
      logParameters: false,
      log,
      metrics,
      ...given,
    };
    const answer = await planRuns(event, "request-1", dependencies);
    // The alarms count what was to be delivered.
    expect(values).toEqual([]);
    return answer;
  };
  const planned = (identity: string) => ({
    route: "orders",
    flow: 12_345,
    lane: "12345",
    identity,
    parameters: ["file", "keys"],
  });
  const event = { id: "1", source: "s", "detail-type": "t", detail: {} };

  it("has each run once, without the values of its parameters", async () => {
    expect(await plan(event, [run("a"), run("b"), run("a")])).toStrictEqual({
      dryRun: true,
      runs: [planned("a"), planned("b")],
      failures: [],
    });
  });

  it("leaves out what came before, and says what became of it", async () => {
    const asked: unknown[] = [];
    const knownEvents = async (identities: readonly string[]) => {
      asked.push(identities);
      return new Map([
        ["a", "waiting"],
        ["b", "success"],
      ]);
    };
    const decisions = [run("a"), run("b"), run("c"), run("a")];
    expect(await plan(event, decisions, { knownEvents })).toStrictEqual({
      dryRun: true,
      runs: [planned("c")],
      failures: [],
      remarks: [
        "orders: delivered before, by another copy of the event. It is waiting.",
        "orders: delivered before, by another copy of the event. It ended as success.",
      ],
    });
    expect(asked).toEqual([["a", "b", "c"]]);
  });

  it("is empty when no route wants the event, and says so", async () => {
    const remarks = ["No route matches this t of s."];
    expect(await plan(event)).toStrictEqual({ dryRun: true, runs: [], failures: [], remarks });
  });

  it("tells why a route starts nothing, and warns", async () => {
    const skipped = { kind: "skipped", route: "orders", reason: "a.csv is empty" } as const;
    const warned = { ...run("a"), warnings: ["The key has a blank at its end."] };
    expect(await plan(event, [skipped, warned])).toStrictEqual({
      dryRun: true,
      runs: [planned("a")],
      failures: [],
      remarks: ["orders: a.csv is empty", "orders: The key has a blank at its end."],
    });
  });

  it("tells why a record starts nothing", async () => {
    const test = { Service: "Amazon S3", Event: "s3:TestEvent", Time: "t", Bucket: "landing" };
    const answer = await plan(test);
    expect(answer).toMatchObject({ runs: [], failures: [], remarks: [expect.any(String)] });
  });

  it("tells what could not be started", async () => {
    const rejected = { kind: "rejected", route: "orders", message: "It has no key." } as const;
    expect(await plan(event, [run("a"), rejected])).toMatchObject({
      dryRun: true,
      runs: [planned("a")],
      failures: [expect.stringContaining("It has no key.")],
    });
  });

  it("of a direct invoke is its run", async () => {
    expect(await plan({ flow: 7, parameters: { a: "1" } })).toMatchObject({
      dryRun: true,
      runs: [{ route: "direct", flow: 7, lane: "7", parameters: ["a"] }],
      failures: [],
    });
  });

  it("of a check is the check", async () => {
    expect(await plan({ check: true })).toBe("checked");
  });

  it("of what is refused is its sentence", async () => {
    await expect(plan({ flow: "seven" })).rejects.toThrow(UserError);
  });
});
