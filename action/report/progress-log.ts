import { formatDuration } from "../../shared/duration.ts";
import type { Clock } from "../../shared/run/clock.ts";
import { WAITS_FOR_TURN } from "../../shared/run/if-running.ts";
import type { RunEvent } from "../../shared/run/run-request.ts";
import { shortLine } from "../runner/plain-text.ts";
import type { WorkflowRunner } from "../runner/workflow-runner.ts";
import { describeTypical } from "./typical-duration.ts";

/**
 * What a person reads while the run goes on: one line a change, and a sign of life each minute.
 * Faults that are survived are not worth a line; they are counted in the summary.
 */
export interface ProgressLog {
  report(event: RunEvent): Promise<void>;
  /** Ends the sign of life. */
  close(): void;
}

export const HEARTBEAT_MS = 60_000;

export function createProgressLog(dependencies: {
  readonly runner: WorkflowRunner;
  readonly clock: Clock;
  /** `id`, with the name where it is known. */
  readonly flow: string;
  readonly baseUrl: URL;
  /** The step was told which run to follow, and starts none. */
  readonly followsGivenRun?: boolean;
  /** `false`: the step does not wait for the run's end. */
  readonly wait?: boolean;
  /** Calls back each so many milliseconds until its result is called. */
  readonly every: (milliseconds: number, beat: () => void) => () => void;
}): ProgressLog {
  const {
    runner,
    clock,
    flow,
    baseUrl,
    followsGivenRun = false,
    wait = true,
    every,
  } = dependencies;
  let status = "started";
  let since: number | undefined;
  let usual = "";
  let waitingFor = "";
  let warnedOfStatus = false;
  let stopHeartbeat: () => void = () => undefined;

  const beat = () => {
    const age = since === undefined ? "" : ` · ${formatDuration(clock.monotonicMs() - since)}`;
    runner.line(
      waitingFor === "" ? `still ${status}${age}${usual}` : `still waiting${age}${waitingFor}`,
    );
  };
  const keepAlive = () => {
    stopHeartbeat();
    stopHeartbeat = every(HEARTBEAT_MS, beat);
  };

  return {
    async report(event) {
      switch (event.kind) {
        case "started": {
          waitingFor = "";
          since = clock.monotonicMs();
          usual = describeTypical(event.pastSeconds);
          const attached = wait || followsGivenRun ? "Following" : "Found a run of";
          const verb = { started: "Started", adopted: "Started", attached }[event.origin];
          runner.line(
            `${verb} flow ${flow} on ${baseUrl.host} · audit id ${event.auditId}${usual}`,
          );
          keepAlive();
          if (event.origin === "adopted") {
            await runner.warning(
              `The answer to the start was lost. Run ${event.auditId} is the only new run in the flow's history, so this step follows it as its own.`,
              "Start was in doubt",
            );
          }
          if (event.origin === "attached" && !followsGivenRun) {
            await (wait
              ? runner.warning(
                  `Run ${event.auditId} was started by somebody else. This step follows it (if-running: attach); its parameters are not the ones given here.`,
                  "Following somebody else's run",
                )
              : runner.warning(
                  `Run ${event.auditId} was started by somebody else. This step started none (if-running: attach), and does not wait for that one.`,
                  "Nothing was started",
                ));
          }
          return;
        }
        case "status":
          status = shortLine(event.status, 80) || "without a status";
          if (event.known || warnedOfStatus)
            runner.line(`${status} · ${formatDuration(event.elapsedMs)}`);
          else {
            warnedOfStatus = true;
            await runner.warning(
              `Etlworks reports the status "${status}", which this Action does not know. The run counts as still running.`,
              "Unknown status",
            );
          }
          return;
        case "busy": {
          const other = event.otherAuditId === undefined ? "" : ` (audit id ${event.otherAuditId})`;
          if (!WAITS_FOR_TURN[event.policy]) return;
          if (waitingFor === "") {
            runner.line(`Another run of flow ${flow} is running${other}; waiting for it to end`);
            since = clock.monotonicMs();
            waitingFor = " for another run to end";
            keepAlive();
          }
          return;
        }
        case "starting":
          return;
        case "in-doubt":
          runner.line(
            event.searching
              ? `No usable answer to the start (${event.reason}). It is not sent again; looking for the run in the flow's history`
              : `It is not known whether the start began a run (${event.reason}). It is not sent again`,
          );
          return;
        case "not-ours":
          waitingFor = "";
          stopHeartbeat();
          runner.line(
            `Run ${event.auditId} is not the one that this step started, so it is left alone: ${event.reason}`,
          );
          return;
        case "start-delayed":
          since ??= clock.monotonicMs();
          if (waitingFor === "") waitingFor = " · Etlworks has not accepted the start yet";
          keepAlive();
          runner.line(
            `Not started yet (${event.reason}); retrying in ${formatDuration(event.delayMs)}`,
          );
          return;
        case "poll-failed":
          runner.debug(
            `status check failed: ${event.reason}; next in ${formatDuration(event.delayMs)}`,
          );
          return;
        case "polls-failing":
          runner.line(
            `No usable answer to a status check for ${formatDuration(event.failingMs)} (${event.reason}); still trying`,
          );
          return;
        case "rate-limited":
          runner.debug(`429; next status check in ${formatDuration(event.delayMs)}`);
          return;
      }
    },
    close: () => stopHeartbeat(),
  };
}
