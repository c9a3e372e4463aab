import type { Outcome } from "../../shared/run/outcome.ts";

/** What a person can do next, where the outcome's own message does not say it. One or two sentences. */
export function nextStep(outcome: Outcome, hasStopRequest: boolean): string | undefined {
  switch (outcome.kind) {
    case "success":
    case "started":
    // The messages of these say it already, for every host.
    case "start-unknown":
    case "refused":
      return undefined;
    case "warning":
      return "Open the run in Etlworks to see what it warned of; fail-on-warning decides whether this fails the job.";
    case "error":
      return "Open the run's log in Etlworks, or set show-log: on-failure to see it here.";
    case "canceled":
      return "Somebody or something stopped the run in Etlworks; run the job again when that is settled.";
    case "skipped":
      return "Nothing was started, because if-running is skip.";
    case "busy":
      return "Run the job again when the other run has ended, or set if-running to wait, attach or skip.";
    case "not-started":
      return "Open the flow in Etlworks and start it there by hand; it will say what is in the way.";
    case "timed-out":
      if (outcome.auditId === undefined) {
        return "Set a longer timeout, or run the job again later.";
      }
      if (outcome.origin === "attached") {
        return "The run goes on in Etlworks. Set a longer timeout to follow it further.";
      }
      return hasStopRequest
        ? "Set a longer timeout if the flow needs it; the stop request was sent."
        : "The run goes on in Etlworks. Set a longer timeout if the flow needs it, or stop-request to end it.";
    case "lost":
      return "Look for the run in Etlworks by its audit id; its record may have been removed.";
    case "aborted":
      if (outcome.auditId === undefined) return undefined;
      if (outcome.origin === "attached") {
        return "The job was cancelled; the run of somebody else goes on in Etlworks.";
      }
      return hasStopRequest
        ? "The job was cancelled; the stop request was sent."
        : "The job was cancelled; the run goes on in Etlworks. Set stop-request to end it with the job.";
  }
}
