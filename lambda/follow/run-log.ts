import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import type { Report, RunEvent } from "../../shared/run/run-request.ts";
import type { Log } from "../log.ts";

/**
 * Writes what happens on the way of a run into the log, each event once and with the run's id.
 *
 * The id comes from the looks at the run, hence the client: a process that only goes on with a
 * durable execution is never told that the run began.
 */
export function createRunLog(
  log: Log,
  client: EtlworksClient,
): { readonly report: Report; readonly client: EtlworksClient } {
  let ofRun = log;
  const noting: EtlworksClient = {
    ...client,
    execution(flowId, auditId, call) {
      ofRun = log.with({ auditId });
      return client.execution(flowId, auditId, call);
    },
  };
  return { client: noting, report: event => write(event, ofRun) };
}

function write(event: RunEvent, log: Log): void {
  switch (event.kind) {
    case "started": {
      const { auditId, origin } = event;
      if (origin === "started") log.info("run began", { auditId, origin });
      else if (origin === "adopted") {
        log.warn("the run was found in the history and is taken as ours", { auditId, origin });
      } else log.warn("following another's run; none was started", { auditId, origin });
      return;
    }
    case "busy": {
      const { policy, otherAuditId } = event;
      log.info("another run of the flow is running", { policy, otherAuditId });
      return;
    }
    case "status": {
      const { status, elapsedMs } = event;
      if (event.known) log.info("status changed", { status, elapsedMs });
      else log.warn("unknown status, taken as going on", { status, elapsedMs });
      return;
    }
    case "in-doubt":
      log.warn("the answer to the start was lost", { reason: event.reason });
      return;
    case "start-delayed":
      log.warn("the start waits", { reason: event.reason, delayMs: event.delayMs });
      return;
    case "poll-failed":
      log.warn("a look failed", { reason: event.reason, delayMs: event.delayMs });
      return;
    case "rate-limited":
      log.warn("429, too many requests", { delayMs: event.delayMs });
      return;
  }
}
