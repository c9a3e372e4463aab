import { describe, expect, it } from "vitest";
import { type KnownSettings, nextStep } from "../../../action/report/advice.ts";
import { writeOutputs } from "../../../action/report/outputs.ts";
import {
  createRecorder,
  type RunReport,
  reportOfEarlyEnd,
} from "../../../action/report/run-report.ts";
import { visibleText } from "../../../action/runner/plain-text.ts";
import { isObject } from "../../../shared/json.ts";
import { IF_RUNNING } from "../../../shared/run/if-running.ts";
import type { Outcome, OutcomeKind } from "../../../shared/run/outcome.ts";
import type { Verdict } from "../../../shared/run/verdict.ts";
import { readDeclaredOutputs } from "../action-metadata.ts";
import { fakeRunner } from "../fake-runner.ts";
import { KINDS, outcomeOf, reportOf } from "../reports.ts";

const HOUR = 3_600_000;

const unchanged = (text: string) => text;
const hide = (text: string) => text.replaceAll("the-key", "***");

async function outputsOf(report: RunReport, verdict: Verdict = "fail") {
  const outputs: Record<string, string> = {};
  const runner = fakeRunner({
    output: async (name, value) => {
      outputs[name] = value;
    },
  });
  await writeOutputs(runner, report, verdict);
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
    const recorder = createRecorder(clock, unchanged);
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

  it("takes only the length from times of a zone that nobody names", () => {
    const recorder = createRecorder(clock, unchanged);
    recorder.note(begun);
    const execution = { startedAt: 10 * HOUR, endedAt: 12 * HOUR, localTimes: true } as const;
    expect(recorder.report(outcomeOf("success", {}, execution), undefined)).toMatchObject({
      startedAt: clock.epochMs(),
      endedAt: clock.epochMs() + 2 * HOUR,
      durationMs: 2 * HOUR,
    });
  });

  it("does not believe a run that ended before it started", () => {
    const recorder = createRecorder(clock, unchanged);
    recorder.note(begun);
    const execution = { startedAt: 12 * HOUR, endedAt: 10 * HOUR };
    const outcome = outcomeOf("success", {}, execution);
    expect(recorder.report(outcome, undefined).durationMs).toBe(61_000);
  });

  it.for(["timed-out", "aborted", "lost", "started"] as const)(
    "gives a run that was not seen to end no end: %s",
    kind => {
      const recorder = createRecorder(clock, unchanged);
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
      const report = createRecorder(clock, unchanged).report(outcomeOf(kind), undefined);
      expect([report.auditId, report.startedAt, report.endedAt, report.durationMs]).toEqual(
        Array(4).fill(undefined),
      );
    },
  );

  it("cuts a message to 4 KB and counts what delayed the start", () => {
    const recorder = createRecorder(clock, unchanged);
    for (const _ of [1, 2]) recorder.note({ kind: "start-delayed", reason: "429", delayMs: 1 });
    const report = recorder.report(outcomeOf("error", { message: "é".repeat(4_000) }), undefined);
    expect(Buffer.byteLength(report.message)).toBeLessThanOrEqual(4_096);
    expect(report.startDelays).toBe(2);
  });
});

describe("the outputs", () => {
  it.for(KINDS)("of %s are declared, and their result is flat", async kind => {
    const outputs = await outputsOf(reportOf(outcomeOf(kind)));
    for (const name of Object.keys(outputs)) expect(readDeclaredOutputs()).toContain(name);
    expect(outputs["outcome"]).toBe(kind);
    const result: unknown = JSON.parse(outputs["result"] ?? "");
    expect(result).toMatchObject({ outcome: kind, verdict: "fail", flowId: 7, polls: 3 });
    expect(JSON.parse(outputs["results"] ?? "")).toEqual([result]);
    const values = isObject(result) ? Object.values(result) : [result];
    for (const value of values) expect(value).not.toBeTypeOf("object");
  });

  it("are all that are declared, where everything is known", async () => {
    const outputs = await outputsOf(reportOf(outcomeOf("success", { status: "success" })));
    expect(Object.keys(outputs).toSorted()).toEqual(readDeclaredOutputs().toSorted());
  });

  it("are a result of these fields, and of no other", async () => {
    const ended = await outputsOf(reportOf(outcomeOf("success", { status: "success" })), "pass");
    expect(JSON.parse(ended["result"] ?? "")).toEqual({
      outcome: "success",
      verdict: "pass",
      flowId: 7,
      flowName: "Load orders",
      auditId: "8721934",
      status: "success",
      startedAt: "2026-05-09T10:00:00.000Z",
      endedAt: "2026-05-09T10:01:01.000Z",
      durationSeconds: 61,
      records: 1_234,
      message: "the message",
      polls: 3,
      faults: 1,
      rateLimits: 2,
    });
    const busy = await outputsOf(
      createRecorder({ monotonicMs: () => 0, epochMs: () => 0 }, unchanged).report(
        outcomeOf("busy"),
        undefined,
      ),
    );
    expect(JSON.parse(busy["result"] ?? "")).toEqual({
      outcome: "busy",
      verdict: "fail",
      flowId: 7,
      otherAuditId: "8721933",
      message: "the message",
      polls: 3,
      faults: 1,
      rateLimits: 2,
    });
  });

  it("of an end without a run have a result too", async () => {
    const report = reportOfEarlyEnd("refused", "wait: use true or false.", { clean: unchanged });
    const outputs = await outputsOf(report);
    expect(outputs).toEqual({
      outcome: "refused",
      message: "wait: use true or false.",
      result:
        '{"outcome":"refused","verdict":"fail","message":"wait: use true or false.","polls":0,"faults":0,"rateLimits":0}',
      results:
        '[{"outcome":"refused","verdict":"fail","message":"wait: use true or false.","polls":0,"faults":0,"rateLimits":0}]',
    });
  });

  it("name the runs that ended in error before", async () => {
    const earlierRuns = [
      { auditId: "1", message: "no" },
      { auditId: "2", message: "no" },
    ];
    const outputs = await outputsOf(reportOf(outcomeOf("success"), { earlierRuns }));
    expect(JSON.parse(outputs["result"] ?? "")).toMatchObject({ earlierAuditIds: ["1", "2"] });
  });

  it("are those of a run, whole", async () => {
    const outputs = await outputsOf(reportOf(outcomeOf("warning", { status: "warning" })));
    expect({ ...outputs, result: undefined, results: undefined }).toEqual({
      "flow-id": "7",
      "flow-name": "Load orders",
      "audit-id": "8721934",
      status: "warning",
      outcome: "warning",
      "duration-seconds": "61",
      "started-at": "2026-05-09T10:00:00.000Z",
      "ended-at": "2026-05-09T10:01:01.000Z",
      records: "1234",
      message: "the message",
      result: undefined,
      results: undefined,
    });
  });

  it("hold no secret, also where one would be cut in two or is kept apart", async () => {
    const message = `${"x".repeat(4_080)}the-key and more that is cut`;
    const clean = (text: string) => hide(visibleText(text));
    const recorder = createRecorder({ monotonicMs: () => 0, epochMs: () => 0 }, clean);
    for (const text of [message, "the\u0000-\u001b[1mk\u202eey", "the-key"]) {
      const report = recorder.report(outcomeOf("error", { message: text, flowName: text }), text);
      for (const value of Object.values(await outputsOf(report))) {
        expect(value).not.toContain("the-");
      }
    }
  });

  it("hold no token that the message quotes, whole or kept apart", async () => {
    const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
    const clean = (text: string) => visibleText(text);
    const recorder = createRecorder({ monotonicMs: () => 0, epochMs: () => 0 }, clean);
    for (const shown of [token, token.replace("J", "\u0000J").replace(".", ".\u200f")]) {
      const message = `GET failed with Authorization: Bearer ${shown} after 3 s`;
      const outputs = await outputsOf(recorder.report(outcomeOf("error", { message }), undefined));
      for (const value of Object.values(outputs)) expect(value).not.toContain("c2lnbmF0dXJl");
    }
  });

  it("leave out a time that is none", async () => {
    const outputs = await outputsOf(
      reportOf(outcomeOf("success"), { startedAt: 9e15, endedAt: Number.NaN }),
    );
    expect(Object.keys(outputs)).not.toContain("started-at");
    expect(Object.keys(outputs)).not.toContain("ended-at");
  });
});

const NOTHING_SET: KnownSettings = { logShown: false, logFile: undefined };

function advice(
  outcome: Outcome,
  known: Partial<KnownSettings> = {},
  more: Partial<RunReport> = {},
): string {
  return nextStep(reportOf(outcome, more), { ...NOTHING_SET, ...known }) ?? "";
}

describe("what to do next", () => {
  it.for(KINDS)("after %s is some sentences, or nothing", kind => {
    const text = advice(outcomeOf(kind));
    if (text !== "") expect(text).toMatch(/^[A-Z].*\.$/);
    const enough: readonly OutcomeKind[] = ["success", "started", "start-unknown", "refused"];
    expect(text === "").toBe(enough.includes(kind));
  });

  it("never speaks of stopping a run that was not started", () => {
    for (const kind of ["timed-out", "aborted"] as const) {
      const counts = { polls: 0, faults: 0, rateLimits: 0 };
      expect(advice({ kind, flowId: 7, message: "", counts })).not.toMatch(/running|stop/);
    }
  });

  it("never tells to stop the run of another", () => {
    for (const kind of ["timed-out", "aborted"] as const) {
      const outcome: Outcome = { ...outcomeOf(kind), kind, origin: "attached" };
      expect(advice(outcome)).not.toContain("stop");
    }
  });

  it("never tells to set what is set", () => {
    const error = outcomeOf("error");
    expect(advice(error)).toContain("set show-log");
    expect(advice(error, { logShown: true })).not.toContain("show-log");
    expect(advice(error, { logFile: "logs/run.txt" })).toBe("The run's log is in logs/run.txt.");
    // It is set, and the log could not be read.
    expect(advice(error, { logWanted: true })).toBe("Open the run's log in Etlworks.");
    const others = IF_RUNNING.filter(policy => policy !== "fail");
    for (const policy of others) {
      const told = advice(outcomeOf("busy"), { ifRunning: "fail" });
      expect(told).toMatch(new RegExp(` if-running to .*\\b${policy}\\b`));
    }
    expect(advice(outcomeOf("busy"), { ifRunning: "attach" })).not.toContain("attach");
    expect(advice(outcomeOf("aborted"))).toContain("Set stop-request");
    expect(advice(outcomeOf("skipped"), { dryRun: true })).toBe("");
  });

  it("says what became of the stop request", () => {
    const stop = { kind: "failed", sentence: "Etlworks refused to stop run 8721934." } as const;
    for (const kind of ["timed-out", "aborted"] as const) {
      expect(advice(outcomeOf(kind), {}, { stop })).toContain(stop.sentence);
      expect(advice(outcomeOf(kind), {}, { stop })).not.toContain("stop-request");
    }
  });

  it("does not recommend more time where more time does not help", () => {
    const early = { auditId: undefined, changes: [] };
    const late = outcomeOf("timed-out");
    expect(advice(late, {}, { ...early, startDelays: 5 })).not.toContain("timeout");
    expect(advice(late, {}, { ...early, startDelays: 0, waited: true })).toContain("timeout");
    expect(advice(late, {}, { ...early, startDelays: 0, unreachable: true })).not.toContain(
      "longer",
    );
    expect(advice(late, {}, { ...early, startDelays: 0 })).toContain("longer timeout");
    // A 429 comes from the right address.
    const limited = advice(late, {}, { ...early, startDelays: 5, rateLimited: true });
    expect(limited).toContain("longer timeout");
    expect(limited).not.toContain("base-url");
    expect(advice(late, {}, { changes: [] })).not.toContain("timeout");
    const failing = { ...late, failing: true } as const;
    expect(advice(failing, {}, { ...early, waited: true })).toBe(
      "Check the connection to Etlworks, and run the job again later.",
    );
    expect(advice(failing)).toBe(
      "Look at the run in Etlworks. Check the server, and that this machine can reach it.",
    );
    expect(advice(late)).toContain("longer timeout");
  });

  it("blames no connection over which Etlworks has answered", () => {
    const unheard = (counts: { polls: number; faults: number; rateLimits: number }) =>
      advice({ ...outcomeOf("timed-out"), counts }, {}, { changes: [] });
    expect(unheard({ polls: 6, faults: 0, rateLimits: 0 })).toBe(
      "Look for the run in Etlworks by its audit id.",
    );
    const wrong = { ...outcomeOf("timed-out"), counts: { polls: 6, faults: 0, rateLimits: 0 } };
    const check = "Check audit-id and flow-id (or flow-name), and look for the run in Etlworks.";
    expect(advice(wrong, { runGiven: true }, { changes: [] })).toBe(check);
    expect(advice(outcomeOf("lost"), { runGiven: true })).toContain(check);
    expect(unheard({ polls: 6, faults: 0, rateLimits: 2 })).toContain("fewer runs");
    expect(unheard({ polls: 6, faults: 1, rateLimits: 0 })).toContain("can reach it");
    // The start took all the time.
    expect(unheard({ polls: 0, faults: 0, rateLimits: 0 })).toContain("longer timeout");
  });
});
