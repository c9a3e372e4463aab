import type { Clock } from "../../shared/run/clock.ts";
import type { Outcome } from "../../shared/run/outcome.ts";
import type { RunEvent } from "../../shared/run/run-request.ts";
import { cutToBytes } from "../runner/plain-text.ts";

/** Everything the outputs, the summary and the commit status say about a run. */
export interface RunReport {
  readonly flowId: number;
  readonly flowName: string | undefined;
  readonly auditId: string | undefined;
  readonly outcome: Outcome;
  /** The server's last word. */
  readonly status: string | undefined;
  /** Milliseconds since 1970: the server's where it says, ours otherwise. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly durationMs: number | undefined;
  readonly message: string;
  readonly changes: readonly StatusChange[];
  readonly pastSeconds: readonly number[];
  readonly startDelays: number;
}

export interface StatusChange {
  readonly status: string;
  /** Milliseconds after the start. */
  readonly elapsedMs: number;
}

/** Notes what happens on the way, for the report at the end. */
export interface Recorder {
  note(event: RunEvent): void;
  report(outcome: Outcome, flowName: string | undefined): RunReport;
}

/** The longest message in an output, by contract. */
export const MAX_MESSAGE_BYTES = 4_096;

export function createRecorder(clock: Clock): Recorder {
  let beganAt: number | undefined;
  let pastSeconds: readonly number[] = [];
  let startDelays = 0;
  const changes: StatusChange[] = [];
  return {
    note(event) {
      if (event.kind === "started") {
        beganAt = clock.epochMs();
        pastSeconds = event.pastSeconds;
      }
      if (event.kind === "status") changes.push(event);
      if (event.kind === "start-delayed") startDelays += 1;
    },
    report(outcome, flowName) {
      const execution = "execution" in outcome ? outcome.execution : undefined;
      const ended = isEnded(outcome);
      const elapsedMs = "elapsedMs" in outcome ? outcome.elapsedMs : undefined;
      const startedAt = execution?.startedAt ?? beganAt;
      const seenEnd =
        startedAt === undefined || elapsedMs === undefined ? undefined : startedAt + elapsedMs;
      const endedAt = ended ? (execution?.endedAt ?? seenEnd) : undefined;
      return {
        flowId: outcome.flowId,
        flowName: flowName ?? execution?.flowName,
        auditId: "auditId" in outcome ? outcome.auditId : undefined,
        outcome,
        status: execution?.status,
        startedAt: "auditId" in outcome && outcome.auditId !== undefined ? startedAt : undefined,
        endedAt,
        durationMs: ended ? duration(execution, elapsedMs) : undefined,
        message: cutToBytes(outcome.message, MAX_MESSAGE_BYTES),
        changes,
        pastSeconds,
        startDelays,
      };
    },
  };
}

function isEnded(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case "success":
    case "warning":
    case "error":
    case "canceled":
      return true;
    case "started":
    case "skipped":
    case "busy":
    case "not-started":
    case "start-unknown":
    case "timed-out":
    case "lost":
    case "aborted":
    case "refused":
      return false;
  }
}

function duration(
  execution: { readonly startedAt?: number; readonly endedAt?: number } | undefined,
  elapsedMs: number | undefined,
): number | undefined {
  const { startedAt, endedAt } = execution ?? {};
  // Both from the same clock, or not from the server at all.
  return startedAt !== undefined && endedAt !== undefined && endedAt >= startedAt
    ? endedAt - startedAt
    : elapsedMs;
}
