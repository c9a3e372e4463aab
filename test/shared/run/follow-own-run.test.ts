import { describe, expect, it } from "vitest";
import { followOwnRun } from "../../../shared/run/follow-own-run.ts";
import type { Task } from "../../../shared/run/run-request.ts";
import {
  denied,
  fault,
  historyOf,
  NOT_FOUND,
  type Play,
  playToEnd,
  status,
  WALL,
} from "./stage.ts";

/** Follows run 11, of which somebody who started it told us the id. */
function follow(play: Play, change: (task: Task) => Task = task => task) {
  return playToEnd(play, task => followOwnRun(change(task), "11"));
}

const success = status("success");
const none = { polls: 0, faults: 0, rateLimits: 0 };
/** Runs of five minutes: nobody need look in the first half minute. */
const fiveMinutes = historyOf(
  [1, 2, 3, 4].map(hours => ({
    auditId: String(10 - hours),
    status: "success",
    startedAt: WALL - hours * 3_600_000,
    endedAt: WALL - hours * 3_600_000 + 300_000,
  })),
);

describe("a run that was begun before", () => {
  it("is followed as ours, without a start and without a word that it began", async () => {
    const { outcome, calls, events } = await follow({
      execution: [success],
      tripMs: { history: 100 },
      request: { pollIntervalMs: 5_000 },
    });
    expect(outcome).toEqual({
      kind: "success",
      flowId: 7,
      auditId: "11",
      origin: "started",
      elapsedMs: 5_100,
      counts: { polls: 1, faults: 0, rateLimits: 0 },
      execution: { auditId: "11", status: "success" },
      message: "Flow 7 ended with status success.",
    });
    expect(calls).toEqual(["history 0", "of 11", "look 5100"]);
    expect(events.map(({ kind }) => kind)).toEqual(["status"]);
  });

  it.each([
    ["the past runs took five minutes", fiveMinutes, 30_000],
    ["nothing is known of past runs", historyOf([]), 1_000],
    ["the history cannot be read", fault(), 1_000],
  ] as const)("is first looked at when that pays: %s", async (_what, history, firstMs) => {
    const { calls } = await follow({ history: [history], execution: [success] });
    expect(calls.at(-1)).toBe(`look ${firstMs}`);
  });

  it("whose record is of another flow is none of ours, and nobody says how it ended", async () => {
    const { outcome } = await follow({ execution: [status("success", { flowId: 8 })] });
    expect(outcome).toEqual({
      kind: "start-unknown",
      flowId: 7,
      counts: { polls: 1, faults: 0, rateLimits: 0 },
      message:
        "It is not known whether flow 7 was started: the server answered the start with run 11, but it is a run of flow 8. Check the flow's history in Etlworks before you run it again.",
    });
  });

  it("is lost when its record stays away for two minutes", async () => {
    const { outcome } = await follow({ execution: [NOT_FOUND] });
    expect(outcome).toMatchObject({ kind: "lost", auditId: "11", origin: "started" });
  });

  it("is watched until the timeout at most", async () => {
    const { outcome, endedAt } = await follow({
      execution: [status("running")],
      request: { timeoutMs: 90_000, spentMs: 30_000 },
    });
    expect(outcome).toMatchObject({ kind: "timed-out", auditId: "11" });
    expect(endedAt).toBe(60_000);
  });
});

describe("what only the user can fix", () => {
  it("names no run before it is followed", async () => {
    const { outcome } = await follow({ history: [denied] });
    const message = "The function may not read the secret.";
    expect(outcome).toEqual({ kind: "refused", flowId: 7, counts: none, message });
  });

  it("names the run while it is followed", async () => {
    const { outcome } = await follow({ execution: [success] }, task => ({
      ...task,
      report: denied,
    }));
    expect(outcome).toEqual({
      kind: "refused",
      flowId: 7,
      auditId: "11",
      origin: "started",
      counts: none,
      message:
        "The function may not read the secret. The run may still be running in Etlworks: audit id 11.",
    });
  });

  it("is not what a defect of ours becomes on the way", async () => {
    const broken = (): never => {
      throw new TypeError("ours");
    };
    await expect(follow({ execution: [broken] })).rejects.toThrow(new TypeError("ours"));
  });
});
