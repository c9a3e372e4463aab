import type { Report, RunEvent } from "../../shared/run/run-request.ts";
import type { Log } from "../log.ts";

/** Writes what happens on the way of a run into the log, each event once and with the run's id. */
export function logRunEvents(log: Log): Report {
  return event => write(event, log);
}

function write(event: RunEvent, log: Log): void {
  switch (event.kind) {
    case "started": {
      const { auditId, origin } = event;
      if (origin === "started") log.info("run began", { auditId, origin });
      else if (origin === "adopted") {
        log.warn("the run was found in the history and is followed as ours", { auditId, origin });
      } else
        log.warn("following a run that somebody else started; we started none", {
          auditId,
          origin,
        });
      return;
    }
    case "starting":
      // The ledger has noted that the batch has begun.
      return;
    case "busy": {
      const { policy, otherAuditId } = event;
      log.info("another run of the flow is running", { policy, otherAuditId });
      return;
    }
    case "status": {
      const { auditId, status, elapsedMs } = event;
      if (event.known) log.info("status changed", { auditId, status, elapsedMs });
      else log.warn("unknown status, counted as running", { auditId, status, elapsedMs });
      return;
    }
    case "in-doubt":
      log.warn("it is not known whether the start began a run", { reason: event.reason });
      return;
    case "not-ours":
      log.error("the run is not ours and is left alone", {
        auditId: event.auditId,
        reason: event.reason,
      });
      return;
    case "start-delayed":
      log.warn("the start is delayed", { reason: event.reason, delayMs: event.delayMs });
      return;
    case "poll-failed": {
      const { auditId, reason, delayMs } = event;
      log.warn("a status check failed", { auditId, reason, delayMs });
      return;
    }
    case "polls-failing": {
      const { auditId, reason, failingMs } = event;
      log.warn("no status check has had a usable answer for a minute", {
        auditId,
        reason,
        failingMs,
      });
      return;
    }
    case "rate-limited": {
      const { auditId, delayMs } = event;
      log.warn("429, too many requests", { auditId, delayMs });
      return;
    }
  }
}
