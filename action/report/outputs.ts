import type { Verdict } from "../../shared/run/verdict.ts";
import { cutToBytes } from "../runner/plain-text.ts";
import type { WorkflowRunner } from "../runner/workflow-runner.ts";
import { MAX_MESSAGE_BYTES, type RunReport } from "./run-report.ts";

/**
 * Sets every output that has a value. `audit-id` was set before the first poll already. With several
 * flows, `report` is that of the worst one, and `all` what tells of all.
 */
export async function writeOutputs(
  runner: WorkflowRunner,
  report: RunReport,
  verdict: Verdict,
  all?: { readonly message: string; readonly results: string },
): Promise<void> {
  const result = toResult(report, verdict);
  const outputs: Record<string, string | undefined> = {
    "flow-id": report.flowId === undefined ? undefined : String(report.flowId),
    "flow-name": result.flowName,
    "audit-id": report.auditId,
    status: result.status,
    outcome: result.outcome,
    "duration-seconds": textOf(result.durationSeconds),
    "started-at": result.startedAt,
    "ended-at": result.endedAt,
    records: textOf(result.records),
    message: all?.message ?? report.message,
    result: JSON.stringify(result),
    results: all?.results ?? JSON.stringify([result]),
  };
  for (const [name, value] of Object.entries(outputs)) {
    if (value !== undefined) await runner.output(name, value);
  }
}

/** The output `result`, by contract. What is not known is left out. */
export interface Result {
  readonly outcome: string;
  readonly verdict: Verdict;
  readonly flowId?: number;
  readonly flowName?: string;
  readonly auditId?: string;
  readonly otherAuditId?: string;
  readonly status?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly durationSeconds?: number;
  readonly records?: number;
  readonly message: string;
  readonly polls: number;
  readonly faults: number;
  readonly rateLimits: number;
  /** With `retry-on-error`: the runs before this one, which ended in `error`. */
  readonly earlierAuditIds?: readonly string[];
}

export function toResult(report: RunReport, verdict: Verdict): Result {
  const { flowId, flowName, auditId, otherAuditId, status, records, durationMs } = report;
  const { kind, counts } = report.outcome;
  const startedAt = timeText(report.startedAt);
  const endedAt = timeText(report.endedAt);
  const earlier = report.earlierRuns.map(run => run.auditId);
  return {
    outcome: kind,
    verdict,
    ...(flowId === undefined ? {} : { flowId }),
    ...(flowName === undefined ? {} : { flowName: cutToBytes(flowName, MAX_OTHER_BYTES) }),
    ...(auditId === undefined ? {} : { auditId }),
    ...(otherAuditId === undefined ? {} : { otherAuditId }),
    ...(status === undefined ? {} : { status: cutToBytes(status, MAX_OTHER_BYTES) }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    // Whole seconds, so that a shell can compare them; the nearest, as in the summary.
    ...(durationMs === undefined ? {} : { durationSeconds: Math.round(durationMs / 1_000) }),
    ...(records === undefined ? {} : { records }),
    message: cutToBytes(report.message, MAX_MESSAGE_BYTES),
    polls: counts.polls,
    faults: counts.faults,
    rateLimits: counts.rateLimits,
    ...(earlier.length === 0 ? {} : { earlierAuditIds: earlier }),
  };
}

/** A name or a status word; the outputs of a job may have 1 MB together. */
const MAX_OTHER_BYTES = 1_024;

function textOf(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

export function timeText(milliseconds: number | undefined): string | undefined {
  if (milliseconds === undefined) return undefined;
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
