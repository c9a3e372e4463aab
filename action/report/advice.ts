import type { RunReport } from "./run-report.ts";

/** What is set already, so that nobody is told to set it. */
export interface KnownSettings {
  readonly hasStopRequest: boolean;
  /** Where the run's log can be read without Etlworks. */
  readonly logShown: boolean;
  readonly logFile: string | undefined;
  readonly dryRun: boolean;
  /** The step follows a run that it was told to follow. */
  readonly followsGivenRun: boolean;
}

/** What a person can do next, where the outcome's own message does not say it. Some short sentences. */
export function nextStep(report: RunReport, known: KnownSettings): string | undefined {
  const { outcome, auditId } = report;
  switch (outcome.kind) {
    case "success":
    case "started":
    // The messages of these say it already, for every host.
    case "start-unknown":
    case "refused":
      return undefined;
    case "warning":
      return "Open the run in Etlworks to see the warning. fail-on-warning decides whether it fails the job.";
    case "error":
      return afterError(known);
    case "canceled":
      return "Somebody or something stopped the run in Etlworks. Run the job again when the reason is clear.";
    case "skipped":
      return known.dryRun ? undefined : "Nothing was started, because if-running is skip.";
    case "busy":
      return "Run the job again when the other run has ended, or set if-running to wait, attach or skip.";
    case "not-started":
      return "Start the flow by hand in Etlworks: it will say what the problem is.";
    case "timed-out":
      return auditId === undefined ? beforeTheStart(report) : whileRunning(report, known);
    case "lost":
      return "Look for the run in Etlworks by its audit id. Its record may have been deleted.";
    case "aborted":
      return auditId === undefined ? undefined : afterCancel(report, known);
  }
}

function afterError({ logShown, logFile }: KnownSettings): string {
  if (logShown) return "The run's log is shown above.";
  if (logFile !== undefined) return `The run's log is in ${logFile}.`;
  return "Open the run's log in Etlworks, or set show-log: on-failure to see it here.";
}

function beforeTheStart({ waited, startDelays }: RunReport): string {
  if (waited) return "Run the job again later, or set a longer timeout.";
  return startDelays > 0
    ? "Check base-url and the connection to Etlworks, or run the job again later."
    : "Check base-url and the connection to Etlworks, or set a longer timeout.";
}

function whileRunning(report: RunReport, { hasStopRequest }: KnownSettings): string {
  const { origin, stop, changes } = report;
  const goesOn = "The run is still running in Etlworks.";
  // Nothing was ever heard of the run: more time would not have helped.
  if (changes.length === 0) {
    return `${stop?.sentence ?? "The run may still be running in Etlworks."} Check that this machine can reach Etlworks.`;
  }
  if (stop !== undefined) return `${stop.sentence} Set a longer timeout if the flow needs it.`;
  if (origin === "attached" || hasStopRequest) {
    return `${goesOn} Set a longer timeout to follow it further.`;
  }
  return `${goesOn} Set a longer timeout if the flow needs it, or stop-request to stop it.`;
}

function afterCancel(
  report: RunReport,
  { hasStopRequest, followsGivenRun }: KnownSettings,
): string {
  const { origin, stop } = report;
  if (stop !== undefined) return `The job was cancelled. ${stop.sentence}`;
  if (origin === "attached") {
    const whose = followsGivenRun ? "a run that this step did not start" : "somebody else's run";
    return `The job was cancelled; ${whose} is still running in Etlworks.`;
  }
  return hasStopRequest
    ? "The job was cancelled; the run is still running in Etlworks."
    : "The job was cancelled; the run is still running in Etlworks. Set stop-request to stop it with the job.";
}
