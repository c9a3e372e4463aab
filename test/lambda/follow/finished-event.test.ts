import { describe, expect, it } from "vitest";
import { finishedEvent } from "../../../lambda/follow/finished-event.ts";
import type { Execution } from "../../../shared/etlworks/execution.ts";
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

describe("the event that tells of a run's end", () => {
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
