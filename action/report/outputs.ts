import { cutToBytes } from "../runner/plain-text.ts";
import type { WorkflowRunner } from "../runner/workflow-runner.ts";
import { MAX_MESSAGE_BYTES, type RunReport } from "./run-report.ts";

/** Sets every output that has a value. `audit-id` was set before the first look already. */
export async function writeOutputs(
  runner: WorkflowRunner,
  report: RunReport,
  redact: (text: string) => string,
): Promise<void> {
  const outputs: Record<string, string | undefined> = {
    "flow-id": String(report.flowId),
    "flow-name": report.flowName,
    "audit-id": report.auditId,
    status: report.status,
    outcome: report.outcome.kind,
    "duration-seconds":
      report.durationMs === undefined ? undefined : wholeSeconds(report.durationMs),
    "started-at": isoTime(report.startedAt),
    "ended-at": isoTime(report.endedAt),
    message: report.message,
    result: resultOf(report, redact),
  };
  for (const [name, value] of Object.entries(outputs)) {
    if (value === undefined) continue;
    // Numbers, ids and times are ours or were checked; JSON is redacted text by text.
    const text = TEXTS.has(name) ? cutToBytes(redact(value), MAX_MESSAGE_BYTES) : value;
    await runner.output(name, text);
  }
}

const TEXTS: ReadonlySet<string> = new Set(["flow-name", "status", "message"]);

/** The outcome as JSON, with its long texts cut so that the output stays small. */
function resultOf({ outcome, message }: RunReport, redact: (text: string) => string): string {
  return JSON.stringify({ ...outcome, message }, (key, value: unknown) =>
    typeof value === "string" && key !== "auditId" && key !== "otherAuditId" && key !== "kind"
      ? cutToBytes(redact(value), key === "message" ? MAX_MESSAGE_BYTES : MAX_OTHER_BYTES)
      : value,
  );
}

/** A name or a status word; the outputs of a job may have 1 MB together. */
const MAX_OTHER_BYTES = 1_024;

/** Whole seconds, so that a shell can compare them; the nearest, as in the summary. */
function wholeSeconds(milliseconds: number): string {
  return String(Math.round(milliseconds / 1_000));
}

export function isoTime(milliseconds: number | undefined): string | undefined {
  if (milliseconds === undefined) return undefined;
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
