import { describe, expect, it } from "vitest";
import { consoleLink } from "../../../lambda/follow/console-link.ts";
import { finishedEvent } from "../../../lambda/follow/finished-event.ts";
import type { Execution } from "../../../shared/etlworks/replies/execution.ts";
import { field } from "../../../shared/json-fields.ts";
import type { Outcome } from "../../../shared/run/outcome.ts";

const batch = {
  lane: "12345",
  id: 1,
  count: 1,
  route: "orders",
  flow: 12345,
  parameterNames: [],
};
const execution = {
  arn: "arn:aws:lambda:eu-central-1:111122223333:function:runner:1/durable-execution/a/b",
  at: 0,
};

const arn = execution.arn;

describe("the event that tells of a run's end", () => {
  it("has all that is known of batch and run, in the names that the documentation has", () => {
    const whole = {
      ...batch,
      id: 7,
      count: 3,
      manifest: "s3://lists/7.csv",
      origin: { source: "aws.s3", detailType: "Object Created", key: "a.csv" },
      parameterNames: ["file", "day"],
    };
    const run: Outcome = {
      kind: "warning",
      flowId: 12345,
      auditId: "9",
      origin: "started",
      counts: { polls: 4, faults: 2, rateLimits: 1 },
      elapsedMs: 7_000,
      message: "one row was odd",
      execution: { flowName: "load", status: "warning", records: 40, startedAt: 0, endedAt: 1_600 },
    };
    expect(finishedEvent(whole, run, "pass", { arn, at: 5_000 })).toEqual({
      source: "etlworks.run-flow",
      detailType: "Etlworks Run Finished",
      resources: [arn],
      at: 5_000,
      detail: {
        id: "2fd0d2ee749b8716e1e539f6068e353e",
        outcome: "warning",
        verdict: "pass",
        flowId: 12345,
        flowName: "load",
        auditId: "9",
        status: "warning",
        startedAt: "1970-01-01T00:00:00.000Z",
        endedAt: "1970-01-01T00:00:01.600Z",
        durationSeconds: 2,
        records: 40,
        polls: 4,
        faults: 2,
        rateLimits: 1,
        message: "one row was odd",
        route: "orders",
        lane: "12345",
        batch: { id: 7, count: 3, manifest: "s3://lists/7.csv" },
        parameters: ["file", "day"],
        origin: { source: "aws.s3", detailType: "Object Created", key: "a.csv" },
        link: consoleLink(arn),
      },
    });
  });

  it("leaves out what is not known, of a batch that got no run", () => {
    const run = { kind: "dropped", message: "by hand" };
    const { detail } = finishedEvent(batch, run, "fail", execution);
    expect(JSON.parse(JSON.stringify(detail))).toEqual(detail);
    expect(Object.keys(detail)).toEqual([
      "id",
      "outcome",
      "verdict",
      "flowId",
      "message",
      "route",
      "lane",
      "batch",
      "parameters",
      "link",
    ]);
    expect(detail).toMatchObject({ batch: { id: 1, count: 1 }, parameters: [] });
    expect(field(detail, "batch")).not.toHaveProperty("manifest");
  });

  it("names the run that a lane has settled, and the other run that made a flow busy", () => {
    const settled = { kind: "lost", message: "", auditId: "9" };
    expect(finishedEvent(batch, settled, "fail", execution).detail).toMatchObject({ auditId: "9" });
    const counts = { polls: 0, faults: 0, rateLimits: 0 };
    const busy = { kind: "busy", flowId: 1, counts, message: "", otherAuditId: "8" } as const;
    const { detail } = finishedEvent(batch, busy, "fail", execution);
    expect(detail).toMatchObject({ otherAuditId: "8", ...counts });
    expect(detail).not.toHaveProperty("auditId");
    expect(detail).not.toHaveProperty("durationSeconds");
  });

  it("has one id for each batch of a deployment, by which a receiver knows a copy", () => {
    const idOf = (changes: object, by = arn) => {
      const run = { kind: "error", message: "" };
      const event = finishedEvent({ ...batch, ...changes }, run, "fail", { arn: by, at: 0 });
      return field(event.detail, "id");
    };
    // A release with another recipe would make a second event of each batch in flight.
    expect(idOf({})).toBe("ff6faa4a9e4e7b920cfc33e186bd60a4");
    expect(idOf({}, arn.replace("function:runner:1", "function:lane:9"))).toBe(idOf({}));
    expect(idOf({ route: "other", flow: 1, count: 2 })).toBe(idOf({}));
    const others = [
      idOf({ id: 2 }),
      idOf({ lane: "1" }),
      idOf({}, arn.replace("eu-central-1", "eu-central-2")),
      idOf({}, arn.replace("111122223333", "444455556666")),
    ];
    expect(new Set([idOf({}), ...others]).size).toBe(5);
  });

  it.each([
    ["canceled", "fail"],
    ["error", "fail"],
    ["warning", "pass"],
  ] as const)("says %s and the verdict %s", (kind, verdict) => {
    const { detail } = finishedEvent(batch, { kind, message: "" }, verdict, execution);
    expect(detail).toMatchObject({ outcome: kind, verdict, flowId: 12345, message: "" });
  });

  const ended = (times: Execution): Outcome => ({
    kind: "success",
    flowId: 12345,
    auditId: "9",
    origin: "started",
    counts: { polls: 1, faults: 0, rateLimits: 0 },
    elapsedMs: 7_000,
    message: "",
    execution: times,
  });
  const [early, late] = [Date.parse("2026-11-27T10:00:00Z"), Date.parse("2026-11-27T10:00:05Z")];
  it.each([
    [
      { startedAt: early, endedAt: late },
      ["2026-11-27T10:00:00.000Z", "2026-11-27T10:00:05.000Z", 5],
    ],
    // Of a zone that nobody names: how long it took is right, and when it began is not known.
    [{ startedAt: early, endedAt: late, localTimes: true as const }, [undefined, undefined, 5]],
    [
      { startedAt: late, endedAt: early },
      ["2026-11-27T10:00:05.000Z", "2026-11-27T10:00:00.000Z", 7],
    ],
    [{}, [undefined, undefined, 7]],
  ])("tells the times of %j as far as they are known", (times, told) => {
    const { detail } = finishedEvent(batch, ended(times), "pass", execution);
    const names = ["startedAt", "endedAt", "durationSeconds"];
    expect(names.map(name => field(detail, name))).toEqual(told);
  });

  it.each(["", "a"])("never ends its message in half a character", before => {
    const message = before + "😀".repeat(3_000);
    const { detail } = finishedEvent(batch, { kind: "error", message }, "fail", execution);
    expect(JSON.stringify(detail)).not.toMatch(/\\ud[89a-f]/i);
    expect(detail).toMatchObject({ message: expect.stringMatching(/…/) as unknown });
  });
});
