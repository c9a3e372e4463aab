import { describe, expect, it } from "vitest";
import { runFlow } from "../../../shared/run/run-flow.ts";
import { UserError } from "../../../shared/user-error.ts";
import { answered, fault, historyOf, type Play, playToEnd, stage, status, WALL } from "./stage.ts";

function run(play: Play) {
  return playToEnd(play, runFlow);
}

const begun = [answered("0", "11")];
const none = { polls: 0, faults: 0, rateLimits: 0 };

describe("an outcome", () => {
  it.each(["success", "warning", "error", "canceled"])("of a run that ended in %s", async word => {
    const { outcome } = await run({
      start: begun,
      execution: [status("running"), status(word, { records: 5 })],
      request: { pollIntervalMs: 4_000 },
    });
    expect(outcome).toEqual({
      kind: word,
      flowId: 7,
      auditId: "11",
      origin: "started",
      elapsedMs: 8_000,
      counts: { polls: 2, faults: 0, rateLimits: 0 },
      execution: { auditId: "11", status: word, records: 5 },
      message: `Flow 7 ended with status ${word}.`,
    });
  });

  it("of our run, also beside another's whose end is planned", async () => {
    const other = { auditId: "9", status: "running", startedAt: WALL - 60_000 };
    const { outcome } = await run({
      start: [{ kind: "value", value: { code: "0", auditId: "11" }, serverTime: WALL }],
      history: [historyOf([{ ...other, endedAt: WALL + 30_000 }], WALL)],
      execution: [status("success", { startedAt: WALL })],
    });
    expect(outcome).toMatchObject({ kind: "success", auditId: "11" });
  });

  it("has the server's own words where there are any", async () => {
    const { outcome } = await run({
      start: begun,
      execution: [status("error", { message: "value too long" })],
    });
    expect(outcome.message).toBe("value too long");
  });

  it("of a run that nobody waits for", async () => {
    const { outcome, calls } = await run({ start: begun, request: { wait: false } });
    expect(outcome).toEqual({
      kind: "started",
      flowId: 7,
      auditId: "11",
      origin: "started",
      counts: none,
      message: "Flow 7 was started (audit id 11); not waiting for its end.",
    });
    expect(calls).toEqual(["history 0", "start 0"]);
  });

  it("of another's run that nobody waits for does not say that the flow was started", async () => {
    const { outcome } = await run({
      start: [answered("1", "10")],
      history: [historyOf([{ auditId: "10", status: "running" }])],
      request: { wait: false, ifRunning: "attach" },
    });
    expect(outcome).toMatchObject({
      kind: "started",
      origin: "attached",
      message:
        "Flow 7 was not started, because run 10 of somebody else is running; not waiting for its end.",
    });
  });

  it("of a run that was adopted or is another's says so", async () => {
    const adopted = await run({
      start: [fault("500")],
      history: [historyOf([]), historyOf([{ auditId: "11", status: "running" }])],
      execution: [status("success")],
    });
    expect(adopted.outcome).toMatchObject({ kind: "success", origin: "adopted" });
    const attached = await run({
      start: [answered("1", "11")],
      history: [historyOf([{ auditId: "11", status: "running" }])],
      request: { ifRunning: "attach" },
      execution: [status("success")],
    });
    expect(attached.outcome).toMatchObject({ kind: "success", origin: "attached" });
  });

  it("of a deadline", async () => {
    const { outcome, endedAt } = await run({
      start: begun,
      execution: [status("running")],
      request: { timeoutMs: 90_000 },
    });
    expect(endedAt).toBe(90_000);
    expect(outcome).toMatchObject({
      kind: "timed-out",
      auditId: "11",
      origin: "started",
      execution: { status: "running" },
      message: "No end within 1m 30s: run 11 of flow 7 may still be running in Etlworks.",
    });
  });

  it("of a deadline at which nothing is known of the run says why", async context => {
    const { outcome } = await run({
      start: begun,
      execution: [fault("etl.example.com answered 502: an HTML page")],
      request: { timeoutMs: 90_000 },
    });
    context
      .expect(outcome.message)
      .toMatchInlineSnapshot(
        `"None of 8 status checks within 1m 30s had a usable answer; the last one: etl.example.com answered 502: an HTML page. The run may still be running in Etlworks: audit id 11."`,
      );
    const seen = await run({
      start: begun,
      execution: [status("running"), fault("etl.example.com answered 502: no text")],
      request: { timeoutMs: 600_000 },
    });
    context
      .expect(seen.outcome.message)
      .toMatchInlineSnapshot(
        `"No end within 10m 00s: run 11 of flow 7 may still be running in Etlworks. No status check in the last 9m 57s had a usable answer; the last one: etl.example.com answered 502: no text."`,
      );
    const late = await run({
      start: begun,
      execution: [...Array.from({ length: 8 }, () => status("running")), fault()],
      request: { timeoutMs: 90_000, pollIntervalMs: 10_000 },
    });
    expect(late.outcome.message).toBe(
      "No end within 1m 30s: run 11 of flow 7 may still be running in Etlworks.",
    );
  });

  it("of a deadline that counts from the very beginning", async () => {
    const { endedAt, outcome } = await run({
      start: [{ kind: "rate-limited", retryAfterMs: 60_000 }, answered("0", "11")],
      execution: [status("running")],
      tripMs: { history: 2_000 },
      request: { timeoutMs: 90_000 },
    });
    expect(outcome.kind).toBe("timed-out");
    expect(endedAt).toBe(90_000);
  });

  it("of a deadline of which some time was spent before", async () => {
    const { endedAt } = await run({
      start: begun,
      execution: [status("running")],
      request: { timeoutMs: 90_000, spentMs: 30_000 },
    });
    expect(endedAt).toBe(60_000);
  });

  it("of a run without a deadline", async () => {
    const { outcome, endedAt } = await run({
      start: begun,
      execution: [at => status(at > 86_400_000 ? "success" : "running")],
      request: { timeoutMs: 0, pollIntervalMs: 600_000 },
    });
    expect(outcome.kind).toBe("success");
    expect(endedAt).toBeGreaterThan(86_400_000);
  });

  it("of a deadline before a run", async context => {
    const waiting = await run({
      start: [answered("1", "10")],
      history: [historyOf([{ auditId: "10", status: "running" }])],
      request: { ifRunning: "wait", timeoutMs: 90_000 },
    });
    expect(waiting.outcome).toEqual({
      kind: "timed-out",
      flowId: 7,
      counts: none,
      message: expect.stringContaining("was not started") as unknown,
    });
    context
      .expect(waiting.outcome.message)
      .toMatchInlineSnapshot(
        `"Flow 7 was not started: another run was still running when the 1m 30s timeout ended."`,
      );
    const blind = await run({
      start: [answered("1", "10")],
      history: [historyOf([{ auditId: "10", status: "running" }]), fault("502: a page")],
      request: { ifRunning: "wait", timeoutMs: 90_000 },
    });
    expect(blind.outcome).toEqual({
      kind: "timed-out",
      flowId: 7,
      counts: none,
      failing: true,
      message:
        "Flow 7 was not started: whether the other run had ended was still not known (last check: 502: a page) when the 1m 30s timeout ended.",
    });
    const limited = await run({
      start: [{ kind: "rate-limited", retryAfterMs: 3_600_000 }],
      request: { timeoutMs: 90_000 },
    });
    context
      .expect(limited.outcome.message)
      .toMatchInlineSnapshot(
        `"Flow 7 was not started: Etlworks still answered 429 (too many requests) and asked to wait 1h 00m, longer than what was left of the 1m 30s timeout."`,
      );
    const unasked = await run({
      start: [{ kind: "rate-limited" }],
      request: { timeoutMs: 90_000 },
    });
    context
      .expect(unasked.outcome.message)
      .toMatchInlineSnapshot(
        `"Flow 7 was not started: Etlworks still answered 429 (too many requests) when the 1m 30s timeout ended."`,
      );
  });

  it("of a run that is lost", async () => {
    const { outcome } = await run({
      start: begun,
      execution: [{ kind: "absent", status: 404, message: "no" }],
    });
    expect(outcome).toMatchObject({
      kind: "lost",
      auditId: "11",
      message:
        "Etlworks has had no record of run 11 of flow 7 for 2 minutes. It may still be running.",
    });
  });

  it("of a run that is lost to what answers in Etlworks' place", async () => {
    const page = { kind: "absent", status: 404, message: "an HTML page", fromApi: false } as const;
    const { outcome } = await run({ start: begun, execution: [page] });
    expect(outcome).toMatchObject({
      kind: "lost",
      message:
        "No status check for 2 minutes has found a record of run 11 of flow 7; the last one: 404: an HTML page. It may still be running.",
    });
  });

  it("of a run that is in the way and cannot be attached to", async () => {
    const attach = { ifRunning: "attach", timeoutMs: 600_000 } as const;
    const alone = await run({
      start: [answered("1", "10")],
      history: [historyOf([{ auditId: "10", status: "success" }])],
      request: attach,
    });
    expect(alone.outcome).toEqual({
      kind: "busy",
      flowId: 7,
      counts: none,
      otherAuditId: "10",
      message:
        "Another run of flow 7 is running (audit id 10), so none was started. It was not followed either: no active run of the flow could be found.",
    });
    const two = ["8", "9"].map(auditId => ({ auditId, status: "running" }));
    const several = await run({
      start: [answered("1")],
      history: [historyOf(two)],
      request: attach,
    });
    expect(several.outcome.message).toBe(
      "Another run of flow 7 is running, so none was started. None was followed either: several are active, and nobody can say which one is meant.",
    );
  });

  it("of being told to stop, with and without a run", async () => {
    const following = await run({ start: begun, execution: [status("running")], stopAt: 60_000 });
    expect(following.outcome).toMatchObject({
      kind: "aborted",
      auditId: "11",
      origin: "started",
      message: "Cancelled: run 11 of flow 7 may still be running in Etlworks.",
    });
    const before = await run({ tripMs: { history: 500 }, stopAt: 100 });
    expect(before.outcome).toEqual({
      kind: "aborted",
      flowId: 7,
      counts: none,
      message: "Cancelled before flow 7 was started.",
    });
    expect(before.endedAt).toBe(100);
  });

  it("of another run that is running", async () => {
    const busy = await run({
      start: [answered("1", "10")],
      history: [historyOf([{ auditId: "10", status: "running" }])],
    });
    expect(busy.outcome).toEqual({
      kind: "busy",
      flowId: 7,
      otherAuditId: "10",
      counts: none,
      message: "Another run of flow 7 is running (audit id 10), so none was started.",
    });
    const skipped = await run({ start: [answered("1")], request: { ifRunning: "skip" } });
    expect(skipped.outcome).toEqual({
      kind: "skipped",
      flowId: 7,
      counts: none,
      message: "Skipped: another run of flow 7 is running.",
    });
  });

  it("of a start that was none", async () => {
    const { outcome } = await run({ start: [answered("3", "11")] });
    expect(outcome).toEqual({
      kind: "not-started",
      flowId: 7,
      code: "3",
      counts: none,
      message:
        "Flow 7 was not started: the server answered the start with code 3 (was not executed)",
    });
  });

  it("of a start that nobody can tell", async context => {
    const { outcome } = await run({ start: [fault("x answered 500: no text")] });
    expect(outcome).toEqual({
      kind: "start-unknown",
      flowId: 7,
      counts: none,
      message: expect.stringContaining("no new run has appeared") as unknown,
    });
    context
      .expect(outcome.message)
      .toMatchInlineSnapshot(
        `"It is not known whether flow 7 was started: x answered 500: no text; no new run has appeared in the flow's history. Check the flow's history in Etlworks before you run it again."`,
      );
  });
});

describe("what only the user can fix", () => {
  it("before the run is an outcome that says what to change", async () => {
    const denied = await run({
      start: [{ kind: "rejected", status: 403, message: "Access is denied", fromApi: true }],
    });
    expect(denied.outcome).toEqual({
      kind: "refused",
      flowId: 7,
      counts: none,
      message: expect.stringMatching(
        /^The user behind api-key may not run the flow \(403: Access is denied\)\. Give that user/,
      ) as unknown,
    });
    const missing = await run({ start: [{ kind: "absent", status: 404, message: "no" }] });
    expect(missing.outcome).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("Flow 7 was not found (404: no). Check flow-id") as unknown,
    });
  });

  it("while it follows also names the run", async () => {
    const { outcome } = await run({
      start: begun,
      execution: [{ kind: "rejected", status: 403, message: "Access is denied", fromApi: true }],
    });
    expect(outcome).toMatchObject({
      kind: "refused",
      auditId: "11",
      origin: "started",
      message: expect.stringMatching(
        /may not read the status of the run .* The run may still be running in Etlworks: audit id 11\.$/,
      ) as unknown,
    });
    expect(outcome.counts.polls).toBeGreaterThan(0);
  });

  it("about the secret's store before the start", async () => {
    const denied = (): never => {
      throw new UserError("The function may not read the secret.");
    };
    const { outcome } = await run({ history: [denied] });
    expect(outcome).toEqual({
      kind: "refused",
      flowId: 7,
      counts: none,
      message: "The function may not read the secret.",
    });
  });

  it("about the secret's store while it follows names the run as well", async () => {
    const denied = (): never => {
      throw new UserError("The function may not read the secret.");
    };
    const { outcome } = await run({
      start: begun,
      execution: [status("running"), denied],
      request: { timeoutMs: 90_000 },
    });
    expect(outcome).toMatchObject({
      kind: "refused",
      auditId: "11",
      message:
        "The function may not read the secret. The run may still be running in Etlworks: audit id 11.",
    });
  });

  it("that comes up while the run's status is told names the run as well", async () => {
    const { task, time } = stage({ start: begun, execution: [status("success")] });
    const report: typeof task.report = event => {
      if (event.kind === "status") throw new UserError("The job may not write its summary.");
    };
    expect(await time.until(runFlow({ ...task, report }))).toEqual({
      kind: "refused",
      flowId: 7,
      auditId: "11",
      origin: "started",
      counts: none,
      message:
        "The job may not write its summary. The run may still be running in Etlworks: audit id 11.",
    });
  });

  it("of a start in doubt ends a mistake's sentence once", async () => {
    const { outcome } = await run({
      start: [fault("500")],
      history: [
        historyOf([]),
        (): never => {
          throw new UserError("The function may not read the secret.");
        },
      ],
    });
    expect(outcome).toMatchObject({
      kind: "start-unknown",
      message:
        "It is not known whether flow 7 was started: 500; The function may not read the secret. Check the flow's history in Etlworks before you run it again.",
    });
  });

  it("of a run that the server named and that is not ours is none: nobody knows what began", async () => {
    const { outcome, events } = await run({
      start: begun,
      execution: [status("success", { flowId: 8 })],
    });
    expect(outcome).toEqual({
      kind: "start-unknown",
      flowId: 7,
      counts: { polls: 1, faults: 0, rateLimits: 0 },
      message:
        "It is not known whether flow 7 was started: the server answered the start with run 11, but it is a run of flow 8. Check the flow's history in Etlworks before you run it again.",
    });
    expect(events.map(({ kind }) => kind)).toEqual(["started", "not-ours"]);
  });

  it("of the one look at a run that there was time for says why it was of no use", async () => {
    const { outcome } = await run({
      start: begun,
      execution: [fault("502")],
      request: { timeoutMs: 5_000, pollIntervalMs: 60_000 },
    });
    expect(outcome.message).toBe(
      "The one status check within 5s had no usable answer: 502. The run may still be running in Etlworks: audit id 11.",
    );
  });

  it("is not what a defect of ours becomes on the way", async () => {
    const broken = (): never => {
      throw new TypeError("ours");
    };
    const failing = run({ start: begun, execution: [broken] });
    await expect(failing).rejects.toThrow(new TypeError("ours"));
  });
});
