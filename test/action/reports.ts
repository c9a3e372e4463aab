import type { RunReport } from "../../action/report/run-report.ts";
import type { Outcome, OutcomeKind } from "../../shared/run/outcome.ts";

/** Every kind of outcome, with every field that it can have. */
export const KINDS = [
  "success",
  "warning",
  "error",
  "canceled",
  "started",
  "skipped",
  "busy",
  "not-started",
  "start-unknown",
  "timed-out",
  "lost",
  "aborted",
  "refused",
] as const satisfies readonly OutcomeKind[];

/** An outcome of a kind, with these texts in it. */
export function outcomeOf(
  kind: OutcomeKind,
  texts: { readonly message?: string; readonly flowName?: string; readonly status?: string } = {},
  times: { readonly startedAt?: number; readonly endedAt?: number } = {},
): Outcome {
  const { message = "the message", flowName = "Load orders", status = "running" } = texts;
  const always = { flowId: 7, message, counts: { polls: 3, faults: 1, rateLimits: 2 } };
  const run = { ...always, auditId: "8721934", origin: "started" } as const;
  const execution = { auditId: "8721934", flowName, status, message, records: 1_234, ...times };
  const watched = { ...run, elapsedMs: 61_000, execution };
  switch (kind) {
    case "success":
    case "warning":
    case "error":
    case "canceled":
    case "lost":
    case "timed-out":
    case "aborted":
    case "refused":
      return { kind, ...watched };
    case "started":
      return { kind, ...run };
    case "skipped":
    case "busy":
      return { kind, ...always, otherAuditId: "8721933" };
    case "not-started":
      return { kind, ...always, code: "5" };
    case "start-unknown":
      return { kind, ...always };
  }
}

/** A report with everything in it that a report can have. */
export function reportOf(outcome: Outcome, more: Partial<RunReport> = {}): RunReport {
  return {
    flowId: 7,
    flowName: "Load orders",
    auditId: "auditId" in outcome ? outcome.auditId : undefined,
    otherAuditId: "otherAuditId" in outcome ? outcome.otherAuditId : undefined,
    origin: "origin" in outcome ? outcome.origin : undefined,
    outcome,
    status: "execution" in outcome ? outcome.execution?.status : undefined,
    startedAt: Date.UTC(2026, 4, 9, 10, 0, 0),
    endedAt: Date.UTC(2026, 4, 9, 10, 1, 1),
    durationMs: 61_000,
    records: "execution" in outcome ? outcome.execution?.records : undefined,
    message: outcome.message,
    changes: [
      { status: "queued", elapsedMs: 1_000 },
      { status: "running", elapsedMs: 5_000 },
      { status: outcome.kind, elapsedMs: 61_000 },
    ],
    pastSeconds: [50, 60, 70],
    startDelays: 1,
    waited: false,
    earlierRuns: [],
    stop: undefined,
    ...more,
  };
}
