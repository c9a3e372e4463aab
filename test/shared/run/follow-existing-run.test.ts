import { describe, expect, it } from "vitest";
import type { Execution } from "../../../shared/etlworks/replies/execution.ts";
import type { Failure } from "../../../shared/etlworks/replies/reply.ts";
import { followExistingRun } from "../../../shared/run/follow-existing-run.ts";
import type { Host } from "../../../shared/run/host.ts";
import type { Task } from "../../../shared/run/run-request.ts";
import { denied, fault, historyOf, type Play, playToEnd, status, WALL } from "./stage.ts";

/** Follows run 11, which is there already. */
function follow(play: Play, change: (task: Task) => Task = task => task) {
  return playToEnd(play, task => followExistingRun(change(task), "11"));
}

const success = status("success");
const running = (startedAt?: number): Execution => ({
  auditId: "11",
  status: "running",
  ...(startedAt === undefined ? {} : { startedAt }),
});
const past: Execution = {
  auditId: "8",
  status: "success",
  startedAt: WALL - 900_000,
  endedAt: WALL - 880_000,
};
const begun = { kind: "started", auditId: "11", origin: "attached" } as const;

describe("a run that is there already", () => {
  it("is followed from when the history says that it began, and nothing is started", async () => {
    const { outcome, events, calls } = await follow({
      history: [historyOf([running(WALL - 60_000), past])],
      execution: [status("running"), success],
      request: { pollIntervalMs: 5_000 },
      tripMs: { look: 100 },
    });
    expect(events).toEqual([
      { ...begun, at: -60_000, pastSeconds: [20] },
      { kind: "status", auditId: "11", status: "running", known: true, elapsedMs: 60_100 },
      { kind: "status", auditId: "11", status: "success", known: true, elapsedMs: 65_200 },
    ]);
    expect(outcome).toEqual({
      kind: "success",
      flowId: 7,
      auditId: "11",
      origin: "attached",
      elapsedMs: 65_200,
      counts: { polls: 2, faults: 0, rateLimits: 0 },
      execution: { auditId: "11", status: "success" },
      message: "Flow 7 ended with status success.",
    });
    expect(calls).toEqual(["history 0", "of 11", "look 0", "of 11", "look 5100"]);
  });

  it.each([
    [
      "by the server's clock, an hour ahead of ours",
      [running(WALL + 3_540_000)],
      3_600_000,
      60_000,
    ],
    ["by the server's clock, an hour behind ours", [running(WALL - 3_660_000)], -3_600_000, 60_000],
    ["not by another's time", [{ ...running(WALL - 90_000), auditId: "12" }], 0, 0],
    [
      "by its own time, beside another",
      [{ ...running(WALL - 90_000), auditId: "12" }, running(WALL - 30_000)],
      0,
      30_000,
    ],
    ["not at all where the history does not say when it began", [running()], 0, 0],
    ["not at all where it would begin in the future", [running(WALL + 60_000)], 0, 0],
    ["not at all where the history lists it as ended", [{ ...past, auditId: "11" }], 0, 0],
  ] as const)("has its age counted %s", async (_how, executions, aheadMs, ageMs) => {
    const { events, outcome } = await follow({
      history: [historyOf(executions, WALL + aheadMs)],
      execution: [success],
    });
    expect(events[0]).toMatchObject({ ...begun, at: 0 - ageMs });
    expect(outcome).toMatchObject({ kind: "success", elapsedMs: ageMs });
  });

  it("is no older for a history that took long to come", async () => {
    const { events, outcome } = await follow({
      history: [historyOf([running(WALL - 60_000)], WALL + 2_000)],
      execution: [success],
      tripMs: { history: 2_000 },
    });
    expect(events[0]).toMatchObject({ ...begun, at: -60_000 });
    expect(outcome).toMatchObject({ kind: "success", elapsedMs: 62_000 });
  });

  it("is followed as from now without a history", async () => {
    const { events, outcome } = await follow({
      history: [fault()],
      execution: [status("running"), success],
    });
    expect(events[0]).toEqual({ ...begun, at: 0, pastSeconds: [] });
    expect(outcome).toMatchObject({ kind: "success", origin: "attached" });
  });

  it("is followed also when the process ended while it told of it", async () => {
    const interrupted = (host: Host): Host => ({
      ...host,
      once: async () => ({ kind: "interrupted" }),
    });
    const { outcome, calls, events } = await follow({
      history: [historyOf([running(WALL - 60_000)])],
      execution: [success],
      host: interrupted,
      tripMs: { history: 100 },
    });
    // What it knew of the time before is lost with it.
    expect(outcome).toMatchObject({
      kind: "success",
      auditId: "11",
      origin: "attached",
      elapsedMs: 100,
    });
    expect(calls).toEqual(["history 0", "of 11", "look 100"]);
    expect(events.map(({ kind }) => kind)).toEqual(["status"]);
  });

  it("that is not of this flow is named with its flow", async () => {
    const { outcome } = await follow({ execution: [status("running", { flowId: 8 })] });
    expect(outcome).toEqual({
      kind: "refused",
      flowId: 7,
      auditId: "11",
      origin: "attached",
      elapsedMs: 0,
      counts: { polls: 1, faults: 0, rateLimits: 0 },
      message: "Run 11 is a run of flow 8, not of flow 7. Check the audit id and flow-id.",
    });
  });

  it("is watched until the timeout at most", async () => {
    const { outcome, endedAt } = await follow({
      history: [historyOf([running(WALL - 60_000)])],
      execution: [status("running")],
      request: { timeoutMs: 90_000 },
    });
    expect(endedAt).toBe(90_000);
    expect(outcome).toMatchObject({ kind: "timed-out", auditId: "11", elapsedMs: 150_000 });
  });

  it("may end well after the timeout has passed already: the first poll does not wait", async () => {
    const { outcome, calls } = await follow({
      execution: [success],
      request: { timeoutMs: 1_000, spentMs: 5_000 },
    });
    expect(outcome).toMatchObject({ kind: "success", auditId: "11" });
    expect(calls).toEqual(["of 11", "look 0"]);
  });

  it("is left to itself when told to stop", async () => {
    const { outcome, endedAt, calls } = await follow({
      execution: [status("running")],
      request: { pollIntervalMs: 5_000 },
      stopAt: 7_000,
    });
    expect(outcome).toMatchObject({
      kind: "aborted",
      origin: "attached",
      message: "Cancelled: run 11 of flow 7 may still be running in Etlworks.",
    });
    expect(endedAt).toBe(7_000);
    expect(calls.filter(call => call.startsWith("start"))).toEqual([]);
  });
});

describe("a run that nobody here has seen", () => {
  const page = { kind: "fault", message: "a page", website: true } as const;
  const mistakes: Failure[] = [
    { kind: "unauthorized", message: "no text", fromApi: false },
    { kind: "rejected", status: 403, message: "a page", fromApi: false },
    { kind: "rejected", status: 302, message: "redirects", fromApi: false },
    { kind: "rejected", status: 405, message: "no", fromApi: true },
    { kind: "absent", status: 404, message: "a page", fromApi: false },
    page,
  ];

  it.each(mistakes)(
    "is looked for as long as a start is tried, where all is answered so: %j",
    async no => {
      const { outcome, endedAt, events } = await follow({
        history: [no],
        execution: [no],
        request: { timeoutMs: 0 },
      });
      expect(outcome).toMatchObject({ kind: "refused", auditId: "11", origin: "attached" });
      expect(outcome.message).toMatch(/ The run may still be running in Etlworks: audit id 11\.$/);
      expect(endedAt).toBe(60_000);
      expect(events.map(({ kind }) => kind).slice(0, 2)).toEqual(["started", "poll-failed"]);
    },
  );

  it.each(mistakes)("is followed when that passes within the time: %j", async no => {
    const { outcome, endedAt } = await follow({
      history: [no],
      execution: [at => (at < 50_000 ? no : success)],
    });
    expect(outcome).toMatchObject({ kind: "success", auditId: "11" });
    expect(endedAt).toBeLessThan(60_000);
  });

  it.each(mistakes)("is given up at the timeout, if that comes first: %j", async no => {
    const { outcome, endedAt } = await follow({
      history: [no],
      execution: [no],
      request: { timeoutMs: 20_000 },
    });
    expect(outcome).toMatchObject({ kind: "timed-out", auditId: "11" });
    expect(endedAt).toBe(20_000);
  });

  it("is left when told to stop", async () => {
    const { outcome, endedAt } = await follow({
      history: [page],
      execution: [page],
      stopAt: 20_000,
    });
    expect(outcome).toMatchObject({ kind: "aborted", auditId: "11" });
    expect(endedAt).toBe(20_000);
  });

  it("is not looked for where a certificate is wrong, as no start is tried again", async () => {
    const no = { kind: "unreachable", permanent: true, message: "expired" } as const;
    const { outcome, endedAt } = await follow({ history: [no], execution: [no] });
    expect(outcome).toMatchObject({ kind: "refused", auditId: "11" });
    expect(endedAt).toBe(0);
  });

  it.each<Failure>([
    fault(),
    { kind: "rate-limited" },
    { kind: "unreachable", permanent: false, message: "connection refused" },
  ])("is followed until the timeout through what may pass: %j", async no => {
    const { outcome, endedAt } = await follow({
      history: [no],
      execution: [no],
      request: { timeoutMs: 600_000 },
    });
    expect(outcome).toMatchObject({ kind: "timed-out", auditId: "11" });
    expect(endedAt).toBe(600_000);
  });

  it("is followed through a firewall's page where the history could be read", async () => {
    const { outcome, endedAt } = await follow({
      execution: [{ kind: "rejected", status: 403, message: "a page", fromApi: false }],
      request: { timeoutMs: 600_000 },
    });
    expect(outcome).toMatchObject({ kind: "timed-out", auditId: "11" });
    expect(endedAt).toBe(600_000);
  });
});

describe("what only the user can fix", () => {
  const denies = (kind: string) => (task: Task) => ({
    ...task,
    report: (event: { readonly kind: string }) => (event.kind === kind ? denied() : undefined),
  });

  it.each<Failure>([
    { kind: "unauthorized", message: "no", fromApi: true },
    { kind: "rejected", status: 403, message: "no", fromApi: true },
  ])("is told at once, since these credentials have read nothing of the run yet: %j", async no => {
    const { outcome, endedAt } = await follow({ execution: [no] });
    expect(outcome).toMatchObject({
      kind: "refused",
      auditId: "11",
      message: expect.stringMatching(
        /\. The run may still be running in Etlworks: audit id 11\.$/,
      ) as unknown,
    });
    expect(endedAt).toBe(0);
  });

  it.each<[string, Play, (task: Task) => Task]>([
    ["the history is read", { history: [denied] }, task => task],
    ["the run is told of", { execution: [success] }, denies("started")],
  ])("names no run when it comes up while %s", async (_when, play, change) => {
    const { outcome } = await follow(play, change);
    expect(outcome).toEqual({
      kind: "refused",
      flowId: 7,
      counts: { polls: 0, faults: 0, rateLimits: 0 },
      message: "The function may not read the secret.",
    });
  });

  it("names the run when it comes up while that is followed", async () => {
    const { outcome } = await follow({ execution: [success] }, denies("status"));
    expect(outcome).toEqual({
      kind: "refused",
      flowId: 7,
      auditId: "11",
      origin: "attached",
      counts: { polls: 0, faults: 0, rateLimits: 0 },
      message:
        "The function may not read the secret. The run may still be running in Etlworks: audit id 11.",
    });
  });

  it("is not what a defect of ours becomes on the way", async () => {
    const broken = (): never => {
      throw new TypeError("ours");
    };
    await expect(follow({ execution: [broken] })).rejects.toThrow(new TypeError("ours"));
    await expect(follow({ history: [broken] })).rejects.toThrow(new TypeError("ours"));
  });
});
