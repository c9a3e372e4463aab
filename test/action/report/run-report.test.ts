import { describe, expect, it } from "vitest";
import { nextStep } from "../../../action/report/advice.ts";
import { writeOutputs } from "../../../action/report/outputs.ts";
import { createRecorder, type RunReport } from "../../../action/report/run-report.ts";
import type { Outcome, OutcomeKind } from "../../../shared/run/outcome.ts";
import { readDeclaredOutputs } from "../action-metadata.ts";
import { fakeRunner } from "../fake-runner.ts";
import { KINDS, outcomeOf, reportOf } from "../reports.ts";

const HOUR = 3_600_000;

async function outputsOf(
  report: RunReport,
  redact = (text: string) => text.replaceAll("the-key", "***"),
) {
  const outputs: Record<string, string> = {};
  const runner = fakeRunner({
    output: async (name, value) => {
      outputs[name] = value;
    },
  });
  await writeOutputs(runner, report, redact);
  return outputs;
}

describe("the report of a run", () => {
  const clock = { monotonicMs: () => 0, epochMs: () => Date.UTC(2026, 4, 9) };
  const begun = {
    kind: "started",
    auditId: "8721934",
    origin: "started",
    pastSeconds: [1],
  } as const;

  it("takes times from the server where it says both, and from our clock otherwise", () => {
    const recorder = createRecorder(clock);
    recorder.note(begun);
    const outcome = outcomeOf("error");
    expect(recorder.report(outcome, undefined)).toMatchObject({
      startedAt: clock.epochMs(),
      endedAt: clock.epochMs() + 61_000,
      durationMs: 61_000,
      flowName: "Load orders",
      status: "running",
      pastSeconds: [1],
    });
    const execution = { startedAt: 10 * HOUR, endedAt: 12 * HOUR };
    const told = outcomeOf("success", {}, execution);
    expect(recorder.report(told, "By name")).toMatchObject({
      startedAt: 10 * HOUR,
      endedAt: 12 * HOUR,
      durationMs: 2 * HOUR,
      flowName: "By name",
    });
  });

  it("does not believe a run that ended before it started", () => {
    const recorder = createRecorder(clock);
    recorder.note(begun);
    const execution = { startedAt: 12 * HOUR, endedAt: 10 * HOUR };
    const outcome = outcomeOf("success", {}, execution);
    expect(recorder.report(outcome, undefined).durationMs).toBe(61_000);
  });

  it.for(["timed-out", "aborted", "lost", "started"] as const)(
    "gives a run that was not seen to end no end: %s",
    kind => {
      const recorder = createRecorder(clock);
      recorder.note(begun);
      const report = recorder.report(outcomeOf(kind), undefined);
      expect(report.endedAt).toBeUndefined();
      expect(report.durationMs).toBeUndefined();
      expect(report.startedAt).toBe(clock.epochMs());
    },
  );

  it.for(["busy", "skipped", "not-started", "start-unknown"] as const)(
    "gives no run, no times: %s",
    kind => {
      const report = createRecorder(clock).report(outcomeOf(kind), undefined);
      expect([report.auditId, report.startedAt, report.endedAt, report.durationMs]).toEqual(
        Array(4).fill(undefined),
      );
    },
  );

  it("cuts a message to 4 KB and counts what delayed the start", () => {
    const recorder = createRecorder(clock);
    for (const _ of [1, 2]) recorder.note({ kind: "start-delayed", reason: "429", delayMs: 1 });
    const report = recorder.report(outcomeOf("error", { message: "é".repeat(4_000) }), undefined);
    expect(Buffer.byteLength(report.message)).toBeLessThanOrEqual(4_096);
    expect(report.startDelays).toBe(2);
  });
});

describe("the outputs", () => {
  it.for(KINDS)("of %s are declared, and their result is the outcome", async kind => {
    const outcome = outcomeOf(kind);
    const outputs = await outputsOf(reportOf(outcome));
    for (const name of Object.keys(outputs)) expect(readDeclaredOutputs()).toContain(name);
    expect(outputs["outcome"]).toBe(kind);
    expect(JSON.parse(outputs["result"] ?? "")).toEqual(outcome);
  });

  it("are those of a run, whole", async () => {
    const outputs = await outputsOf(reportOf(outcomeOf("warning", { status: "warning" })));
    expect({ ...outputs, result: undefined }).toEqual({
      "flow-id": "7",
      "flow-name": "Load orders",
      "audit-id": "8721934",
      status: "warning",
      outcome: "warning",
      "duration-seconds": "61",
      "started-at": "2026-05-09T10:00:00.000Z",
      "ended-at": "2026-05-09T10:01:01.000Z",
      message: "the message",
      result: undefined,
    });
  });

  it("hold no secret, also where one would be cut in two", async () => {
    const message = `${"x".repeat(4_080)}the-key and more that is cut`;
    const outputs = await outputsOf(
      reportOf(outcomeOf("error", { flowName: "the-key" }), { message, flowName: "the-key" }),
    );
    for (const value of Object.values(outputs)) expect(value).not.toContain("the-");
  });

  it("keep ids whole, also where a short secret is a part of one", async () => {
    const outputs = await outputsOf(reportOf(outcomeOf("success")), text =>
      text.replaceAll("8721", "***"),
    );
    expect(outputs["audit-id"]).toBe("8721934");
    expect(JSON.parse(outputs["result"] ?? "")).toMatchObject({ auditId: "8721934" });
  });

  it("leave out a time that is none", async () => {
    const outputs = await outputsOf(
      reportOf(outcomeOf("success"), { startedAt: 9e15, endedAt: Number.NaN }),
    );
    expect(Object.keys(outputs)).not.toContain("started-at");
    expect(Object.keys(outputs)).not.toContain("ended-at");
  });
});

describe("what to do next", () => {
  it.for(KINDS)("after %s is one or two sentences, or nothing", kind => {
    for (const stopped of [true, false]) {
      const advice = nextStep(outcomeOf(kind), stopped);
      if (advice !== undefined) expect(advice).toMatch(/^[A-Z].*\.$/);
      const enough: readonly OutcomeKind[] = ["success", "started", "start-unknown", "refused"];
      expect(advice === undefined).toBe(enough.includes(kind));
    }
  });

  it("never says of a run that was not started that it goes on", () => {
    for (const kind of ["timed-out", "aborted"] as const) {
      const outcome: Outcome = {
        kind,
        flowId: 7,
        message: "",
        counts: { polls: 0, faults: 0, rateLimits: 0 },
      };
      for (const stopped of [true, false]) {
        expect(nextStep(outcome, stopped) ?? "").not.toMatch(/goes on|stop request/);
      }
    }
  });

  it("never says of another's run that it was stopped", () => {
    for (const kind of ["timed-out", "aborted"] as const) {
      const outcome: Outcome = { ...outcomeOf(kind), kind, origin: "attached" };
      expect(nextStep(outcome, true)).toContain("goes on");
      expect(nextStep(outcome, true)).not.toContain("stop request");
    }
  });
});
