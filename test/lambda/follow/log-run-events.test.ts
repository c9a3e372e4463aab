import { describe, expect, it } from "vitest";
import { logRunEvents } from "../../../lambda/follow/log-run-events.ts";
import type { RunEvent } from "../../../shared/run/run-request.ts";
import { createRecorded } from "../stand-ins/recorded-log.ts";

const auditId = "9";
const started = { kind: "started", auditId, pastSeconds: [1] } as const;
const status = { kind: "status", auditId, elapsedMs: 7_000 } as const;

const told: readonly (readonly [event: RunEvent, line: object])[] = [
  [
    { ...started, origin: "started" },
    { level: "INFO", message: "run began", auditId, origin: "started" },
  ],
  [
    { ...started, origin: "adopted" },
    {
      level: "WARN",
      message: "the run was found in the history and is followed as ours",
      auditId,
      origin: "adopted",
    },
  ],
  [
    { ...started, origin: "attached" },
    {
      level: "WARN",
      message: "following a run that somebody else started; we started none",
      auditId,
      origin: "attached",
    },
  ],
  [
    { kind: "busy", policy: "wait", otherAuditId: "8" },
    {
      level: "INFO",
      message: "another run of the flow is running",
      policy: "wait",
      otherAuditId: "8",
    },
  ],
  [
    { ...status, status: "running", known: true },
    { level: "INFO", message: "status changed", auditId, status: "running", elapsedMs: 7_000 },
  ],
  [
    { ...status, status: "resting", known: false },
    {
      level: "WARN",
      message: "unknown status, counted as running",
      auditId,
      status: "resting",
      elapsedMs: 7_000,
    },
  ],
  [
    { kind: "in-doubt", reason: "no answer", searching: true },
    {
      level: "WARN",
      message: "it is not known whether the start began a run",
      reason: "no answer",
    },
  ],
  [
    { kind: "not-ours", auditId, reason: "it is older than our start" },
    {
      level: "ERROR",
      message: "the run is not ours and is left alone",
      auditId,
      reason: "it is older than our start",
    },
  ],
  [
    { kind: "start-delayed", reason: "429", delayMs: 1_000 },
    { level: "WARN", message: "the start is delayed", reason: "429", delayMs: 1_000 },
  ],
  [
    { kind: "poll-failed", auditId, reason: "no answer", delayMs: 1_000 },
    {
      level: "WARN",
      message: "a status check failed",
      auditId,
      reason: "no answer",
      delayMs: 1_000,
    },
  ],
  [
    { kind: "polls-failing", auditId, reason: "no answer", failingMs: 60_000 },
    {
      level: "WARN",
      message: "no status check has had a usable answer for a minute",
      auditId,
      reason: "no answer",
      failingMs: 60_000,
    },
  ],
  [
    { kind: "rate-limited", auditId, delayMs: 1_000 },
    { level: "WARN", message: "429, too many requests", auditId, delayMs: 1_000 },
  ],
];

describe("the log of a run", () => {
  it.each(told)("has one line for %j", async (event, line) => {
    const { log, lines } = createRecorded();
    await logRunEvents(log)(event);
    expect(lines).toEqual([line]);
  });
});
