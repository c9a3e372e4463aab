import { durationOf, endOf, startOf } from "../../shared/etlworks/replies/execution.ts";
import { isTerminal } from "../../shared/etlworks/replies/run-status.ts";
import { hideCredentials } from "../../shared/etlworks/replies/server-text.ts";
import type { Clock } from "../../shared/run/clock.ts";
import { NO_COUNTS, type Origin, type Outcome, type PollCounts } from "../../shared/run/outcome.ts";
import type { RunEvent } from "../../shared/run/run-request.ts";
import { cutToBytes } from "../runner/plain-text.ts";
import type { StopResult } from "../runner/send-stop.ts";

/**
 * Everything the outputs, the summary and the commit status say about a run. Its strings can be
 * shown as they are: visible, and without a known secret.
 */
export interface RunReport {
  /** Unknown when the step ended before it knew the flow. */
  readonly flowId: number | undefined;
  readonly flowName: string | undefined;
  readonly auditId: string | undefined;
  /** The run in whose favour none was started. */
  readonly otherAuditId: string | undefined;
  readonly origin: Origin | undefined;
  readonly outcome: Outcome | EarlyEnd;
  /** The server's last word. */
  readonly status: string | undefined;
  /** Milliseconds since 1970: the server's where it says, ours otherwise. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly durationMs: number | undefined;
  readonly records: number | undefined;
  readonly message: string;
  readonly changes: readonly StatusChange[];
  readonly pastSeconds: readonly number[];
  readonly startDelays: number;
  /** The server was never reached. */
  readonly unreachable?: boolean;
  /** The last thing that it said before the start was 429. */
  readonly rateLimited?: boolean;
  /** `busy` with a run that this step began itself. */
  readonly meetsOwnRun?: boolean;
  /** Another run of the flow was in the way for a while. */
  readonly waited: boolean;
  /** Runs of this step that ended in `error` and were started anew, oldest first. */
  readonly earlierRuns: readonly EarlierRun[];
  /** What became of the stop request, where one was sent. */
  readonly stop: StopResult | undefined;
}

/** An end that the core knows nothing of: bad inputs, a flow that was not found, a dry run. */
export interface EarlyEnd {
  readonly kind: "refused" | "aborted" | "timed-out" | "skipped";
  readonly message: string;
  readonly counts: PollCounts;
}

export interface StatusChange {
  readonly status: string;
  /** Milliseconds after the start. */
  readonly elapsedMs: number;
}

export interface EarlierRun {
  readonly auditId: string;
  readonly message: string;
}

/** Notes what happens on the way, for the report at the end. */
export interface Recorder {
  note(event: RunEvent): void;
  report(outcome: Outcome, flowName: string | undefined): RunReport;
}

/** The longest message in an output, by contract. */
export const MAX_MESSAGE_BYTES = 4_096;

/** `clean` makes a text from outside fit to be shown (see plain-text.ts), before it is cut. */
export function createRecorder(clock: Clock, clean: (text: string) => string): Recorder {
  let beganAt: number | undefined;
  let pastSeconds: readonly number[] = [];
  let startDelays = 0;
  let waited = false;
  const changes: StatusChange[] = [];
  return {
    note(event) {
      if (event.kind === "started") {
        beganAt = clock.epochMs();
        pastSeconds = event.pastSeconds;
      }
      if (event.kind === "status") changes.push(event);
      if (event.kind === "start-delayed") startDelays += 1;
      if (event.kind === "busy") waited = true;
    },
    report(outcome, flowName) {
      const execution = "execution" in outcome ? outcome.execution : undefined;
      const ended = isTerminal(outcome.kind);
      const elapsedMs = "elapsedMs" in outcome ? outcome.elapsedMs : undefined;
      const durationMs = durationOf(execution ?? {}) ?? elapsedMs;
      const startedAt = startOf(execution ?? {}) ?? beganAt;
      const seenEnd =
        startedAt === undefined || durationMs === undefined ? undefined : startedAt + durationMs;
      const endedAt = ended ? (endOf(execution ?? {}) ?? seenEnd) : undefined;
      const auditId = "auditId" in outcome ? outcome.auditId : undefined;
      const name = flowName ?? execution?.flowName;
      const status = execution?.status;
      return {
        flowId: outcome.flowId,
        flowName: name === undefined ? undefined : clean(name),
        auditId,
        otherAuditId: "otherAuditId" in outcome ? outcome.otherAuditId : undefined,
        origin: "origin" in outcome ? outcome.origin : undefined,
        outcome,
        status: status === undefined ? undefined : clean(status),
        startedAt: auditId === undefined ? undefined : startedAt,
        endedAt,
        durationMs: ended ? durationMs : undefined,
        records: execution?.records,
        // Last, since what hides a token from the reader of replies may be gone now.
        message: cutToBytes(hideCredentials(clean(outcome.message)), MAX_MESSAGE_BYTES),
        changes,
        pastSeconds,
        startDelays,
        rateLimited: "rateLimited" in outcome,
        waited,
        earlierRuns: [],
        stop: undefined,
      };
    },
  };
}

/** The report of a step that ended before there was a run. */
export function reportOfEarlyEnd(
  kind: EarlyEnd["kind"],
  message: string,
  about: {
    readonly clean: (text: string) => string;
    readonly flowId?: number | undefined;
    readonly flowName?: string | undefined;
  },
): RunReport {
  const { clean, flowId, flowName } = about;
  const shown = cutToBytes(clean(message), MAX_MESSAGE_BYTES);
  return {
    flowId,
    flowName: flowName === undefined ? undefined : clean(flowName),
    auditId: undefined,
    otherAuditId: undefined,
    origin: undefined,
    outcome: { kind, message: shown, counts: NO_COUNTS },
    status: undefined,
    startedAt: undefined,
    endedAt: undefined,
    durationMs: undefined,
    records: undefined,
    message: shown,
    changes: [],
    pastSeconds: [],
    startDelays: 0,
    waited: false,
    earlierRuns: [],
    stop: undefined,
  };
}
