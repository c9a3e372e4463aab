import { describe, it } from "vitest";
import type { FaultRule } from "../../sandbox/faults.ts";
import { HISTORY, look, play, START, STOP_REQUEST, started } from "./play.ts";

const LOOK = { method: "GET", path: /\?auditId=/ };
const ENDLESS = { runningMs: Number.POSITIVE_INFINITY };

describe.concurrent("following a run", () => {
  it("survives eight different faults in a row without a word", async ({ expect }) => {
    // The gaps double after each fault that follows another, up to a minute; the records that are
    // missing in between keep them short here.
    const faults: readonly FaultRule[] = [
      { kind: "reset", when: "after" },
      { kind: "answer", when: "before", status: 500 },
      { kind: "empty-body" },
      { kind: "html", when: "before", status: 502 },
      { kind: "half-body" },
      { kind: "null" },
      { kind: "other-audit-id" },
      { kind: "rate-limited", seconds: 1 },
    ];
    const { exitCode, log, wire, summary, outputs } = await play({
      faults: faults.map(fault => ({ ...fault, ...LOOK })),
    });
    expect(log).toEqual([started(), "success · Ns"]);
    expect(exitCode).toBe(0);
    expect(wire).toEqual([HISTORY, START, ...Array<string>(9).fill(look())]);
    expect(outputs["outcome"]).toBe("success");
    expect(summary).toContain("8 status checks, 4 failed and were retried, 1 rate limit (429)");
  }, 50_000);

  const alone: readonly FaultRule[] = [
    { kind: "html", when: "before" },
    { kind: "cut-json" },
    { kind: "null" },
    { kind: "answer", when: "before", status: 404 },
    { kind: "answer", when: "before", status: 409 },
    { kind: "body", body: "[]" },
    { kind: "body", body: '{"status":5}' },
    { kind: "rate-limited", seconds: 1, as: "date" },
    { kind: "redirect", when: "before", location: "https://elsewhere.example.com/" },
    { kind: "endless-body" },
  ];
  it.for(alone)("survives $kind $status $body $as", async (fault, { expect }) => {
    const { exitCode, log, wire } = await play({ faults: [{ ...fault, ...LOOK }] });
    expect(log).toEqual([started(), "success · Ns"]);
    expect(exitCode).toBe(0);
    expect(wire).toEqual([HISTORY, START, look(), look()]);
  });

  it("never takes another run's success for ours", async ({ expect }) => {
    const { exitCode, log, outputs } = await play({
      run: { end: "error", message: "ours" },
      faults: [
        { kind: "body", body: '{"auditId": 4711, "flowId": 7, "status": "success"}', ...LOOK },
      ],
    });
    expect(exitCode).toBe(1);
    expect(outputs["message"]).toBe("ours");
    expect(log[1]).toBe("error · Ns");
  });

  it("waits for a record that appears late", async ({ expect }) => {
    const { exitCode, log, polls } = await play({
      run: {
        runningMs: 20,
        missing: [
          { untilMs: 1_500, answer: "not-found" },
          { untilMs: 3_500, answer: "empty-body" },
        ],
      },
    });
    expect(exitCode).toBe(0);
    expect(log).toEqual([started(), "success · Ns"]);
    expect(polls).toBeGreaterThanOrEqual(3);
  });

  it("looks when it is told to look, and not at once", async ({ expect }) => {
    const { sandbox } = await play({
      inputs: { "poll-interval": "2s" },
      run: { runningMs: 5_000 },
    });
    const [, start, ...polls] = sandbox.requests.map(({ at }) => at);
    const gaps = polls.map((at, index) => at - ((index === 0 ? start : polls[index - 1]) ?? 0));
    expect(gaps.length).toBeGreaterThanOrEqual(2);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(1_990);
    // Some may be longer on a busy machine.
    expect(Math.min(...gaps)).toBeLessThan(3_900);
  });

  it("returns to its interval and its silence after a 429", async ({ expect }) => {
    const { log, sandbox } = await play({
      inputs: { "poll-interval": "1s" },
      run: { runningMs: 8_500, log: "hidden" },
      faults: [{ kind: "rate-limited", seconds: 2, ...LOOK }],
    });
    expect(log).toEqual([started(), "running · Ns", "success · Ns"]);
    const polls = sandbox.requests.slice(2).map(({ at }) => at);
    const gaps = polls.slice(1).map((at, index) => at - (polls[index] ?? 0));
    expect(gaps[0]).toBeGreaterThanOrEqual(1_990);
    expect(gaps.length).toBeGreaterThanOrEqual(3);
    // Some may be longer on a busy machine; an interval that stayed long would never be this short.
    expect(Math.min(...gaps.slice(1))).toBeLessThan(1_900);
  });

  it("shows each fault to somebody who debugs, and to nobody else", async ({ expect }) => {
    const { log, exitCode } = await play({
      environment: { RUNNER_DEBUG: "1" },
      faults: [
        { kind: "answer", when: "before", status: 503, ...LOOK },
        { kind: "rate-limited", seconds: 1, ...LOOK },
      ],
    });
    expect(exitCode).toBe(0);
    expect(log.map(line => line.replace(/\b\d+s$/, "Ns"))).toEqual([
      started(),
      "[debug] status check failed: HOST/rest/v1/executions/7 answered 503: Service Temporarily Unavailable; next in Ns",
      "[debug] 429; next status check in Ns",
      "success · Ns",
    ]);
  });
});

describe.concurrent("the timeout", () => {
  it("of 4 s on an endless run: told soon, and the run stopped", async ({ expect }) => {
    const { exitCode, log, wire, outputs, state, summary, elapsedMs, sandbox } = await play({
      sandbox: { role: "Editor" },
      run: ENDLESS,
      inputs: { timeout: "4s", "stop-request": STOP_REQUEST },
    });
    expect(log).toEqual([
      started(),
      "running · Ns",
      "Etlworks was asked to stop run 8721934; it may need some minutes to end.",
      "[error] Etlworks flow 7: timed-out: No end within 4s: run 8721934 of flow 7 may still be running in Etlworks.%0AEtlworks was asked to stop run 8721934; it may need some minutes to end. Set a longer timeout if the flow needs it.",
    ]);
    expect(exitCode).toBe(1);
    expect(elapsedMs).toBeGreaterThan(3_900);
    expect(elapsedMs).toBeLessThan(15_000);
    expect(wire.at(-1)).toBe("POST /v1/flows/7/stop?auditId=8721934 {}");
    expect(sandbox.model.runs[0]?.stopRequests.map(({ status }) => status)).toEqual([200]);
    expect(state["run-1"]).toContain('"phase":"stopping"');
    expect(outputs).toMatchObject({
      outcome: "timed-out",
      status: "running",
      "audit-id": "8721934",
      "flow-name": "Load orders",
      message: "No end within 4s: run 8721934 of flow 7 may still be running in Etlworks.",
    });
    expect(Object.keys(outputs)).not.toContain("ended-at");
    expect(Object.keys(outputs)).not.toContain("duration-seconds");
    expect(summary).toContain("<h3>⏱️ Timed out while the flow was running · Load orders</h3>");
  });

  it("without a stop request says that the run goes on", async ({ expect }) => {
    const { exitCode, log, wire, state } = await play({ run: ENDLESS, inputs: { timeout: "3s" } });
    expect(exitCode).toBe(1);
    expect(log.at(-1)).toBe(
      "[error] Etlworks flow 7: timed-out: No end within 3s: run 8721934 of flow 7 may still be running in Etlworks.%0ASet a longer timeout if the flow needs it, or stop-request to stop the run then.",
    );
    expect(wire.filter(call => call.includes("stop"))).toEqual([]);
    expect(state["run-1"]).toContain('"phase":"settled"');
  });

  it("is a clock: faults, hanging looks and long gaps do not stretch it", async ({ expect }) => {
    const { exitCode, outputs, elapsedMs } = await play({
      run: ENDLESS,
      inputs: { timeout: "3s", "poll-interval": "60s" },
      faults: [{ kind: "hang", when: "before", ...LOOK, times: Number.POSITIVE_INFINITY }],
    });
    expect(exitCode).toBe(1);
    expect(outputs["outcome"]).toBe("timed-out");
    // 3 s, and at most 5 s for the last look.
    expect(elapsedMs).toBeLessThan(20_000);
  });

  it("sees a run that ended just before it", async ({ expect }) => {
    const { exitCode, log } = await play({
      run: { runningMs: 1_000 },
      inputs: { timeout: "4s", "poll-interval": "60s" },
    });
    expect(exitCode).toBe(0);
    expect(log).toEqual([started(), "success · Ns"]);
  });

  it("covers the wait for another run too", async ({ expect }) => {
    const { exitCode, log, wire, elapsedMs } = await play({
      inputs: { "if-running": "wait", timeout: "3s" },
      before: ({ model }) => {
        model.begin(7, { startedBy: "scheduler", plan: ENDLESS });
      },
    });
    expect(exitCode).toBe(1);
    expect(log).toEqual([
      "Another run of flow 7 is running (audit id 8721934); waiting for it to end",
      "[error] Etlworks flow 7: timed-out: Flow 7 was not started: another run was still running when the 3s timeout ended.%0ARun the job again later, or set a longer timeout.",
    ]);
    expect(wire.filter(call => call === START)).toHaveLength(1);
    expect(elapsedMs).toBeLessThan(20_000);
  });
});
