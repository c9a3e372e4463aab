import { IF_RUNNING, type IfRunning } from "../../shared/run/if-running.ts";
import type { PollCounts } from "../../shared/run/outcome.ts";
import type { ActionInputs } from "../inputs/inputs.ts";
import type { RunReport } from "./run-report.ts";

/** What is set already, so that nobody is told to set it. */
export interface KnownSettings {
  /** Where the run's log can be read without Etlworks. */
  readonly logShown: boolean;
  readonly logFile: string | undefined;
  /** `show-log` or `log-file` is set, whether the log could be read or not. */
  readonly logWanted?: boolean;
  readonly ifRunning?: IfRunning;
  readonly dryRun?: boolean;
  /** The run was named by the input `audit-id`, which may be wrong. */
  readonly runGiven?: boolean;
  /** What became of the stop request stands beside it. */
  readonly stopTold?: boolean;
}

/** What of it the inputs say. */
export function settingsIn({
  showLog,
  logFile,
  ifRunning,
  flow,
}: ActionInputs): Pick<KnownSettings, "logWanted" | "ifRunning" | "runGiven"> {
  return {
    logWanted: showLog !== "never" || logFile !== undefined,
    ifRunning,
    runGiven: flow.kind === "one" && flow.auditId !== undefined,
  };
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
      return known.dryRun === true ? undefined : "Nothing was started, because if-running is skip.";
    case "busy":
      // Its message says it: no other policy would start it, but to wait.
      if (report.meetsOwnRun === true) return undefined;
      return `Run the job again when the other run has ended, or set if-running to ${otherPolicies(known.ifRunning)}.`;
    case "not-started":
      return "Start the flow by hand in Etlworks: it will say what the problem is.";
    case "timed-out":
      return auditId === undefined ? beforeTheStart(report) : whileRunning(report, known);
    case "lost":
      return `${lookForRun(known)} Its record may have been deleted.`;
    case "aborted":
      return auditId === undefined ? undefined : afterCancel(report, known);
  }
}

/** What would not have ended so. */
function otherPolicies(set: IfRunning | undefined): string {
  const others = IF_RUNNING.filter(policy => policy !== "fail" && policy !== set);
  return `${others.slice(0, -1).join(", ")} or ${others.at(-1)}`;
}

function afterError({ logShown, logFile, logWanted }: KnownSettings): string {
  if (logShown) return "The run's log is shown above.";
  if (logFile !== undefined) return `The run's log is in ${logFile}.`;
  if (logWanted === true) return "Open the run's log in Etlworks.";
  return "Open the run's log in Etlworks, or set show-log: on-failure to see it here.";
}

function beforeTheStart(report: RunReport): string {
  const { waited, startDelays, unreachable, rateLimited, outcome } = report;
  if ("failing" in outcome) return "Check the connection to Etlworks, and run the job again later.";
  if (waited) return "Run the job again later, or set a longer timeout.";
  // It answers, so the address is right.
  if (rateLimited === true) {
    return "Run the job again later, set a longer timeout, or start fewer runs at the same time.";
  }
  // More time would not have helped.
  return startDelays > 0 || unreachable === true
    ? "Check base-url and the connection to Etlworks, or run the job again later."
    : "Check base-url and the connection to Etlworks, or set a longer timeout.";
}

function whileRunning({ origin, stop, changes, outcome }: RunReport, known: KnownSettings): string {
  const { stopTold } = known;
  const stopped = stop === undefined || stopTold === true ? "" : `${stop.sentence} `;
  // Nothing was heard of the run, ever or any more: more time would not have helped.
  const asked = outcome.counts.polls > 0;
  if ((changes.length === 0 && asked) || "failing" in outcome) {
    return `${stopped}${whyNotHeard(outcome.counts, known)}`;
  }
  if (stop !== undefined) return `${stopped}Set a longer timeout if the flow needs it.`;
  return origin === "attached"
    ? "Set a longer timeout to follow the run further."
    : "Set a longer timeout if the flow needs it, or stop-request to stop the run then.";
}

/** What to do where no status check told of the run. */
function whyNotHeard({ faults, rateLimits }: PollCounts, known: KnownSettings): string {
  if (faults > 0) {
    return "Look at the run in Etlworks. Check the server, and that this machine can reach it.";
  }
  // It answers: it knows no such run, or has no time for us.
  return rateLimits > 0
    ? "Start fewer runs at the same time, or run the job again later."
    : lookForRun(known);
}

function lookForRun({ runGiven }: KnownSettings): string {
  return runGiven === true
    ? "Check audit-id and flow-id (or flow-name), and look for the run in Etlworks."
    : "Look for the run in Etlworks by its audit id.";
}

function afterCancel({ origin, stop }: RunReport, { stopTold }: KnownSettings): string | undefined {
  if (stop !== undefined) return stopTold === true ? undefined : stop.sentence;
  return origin === "attached"
    ? "This step did not start the run, so it leaves it alone."
    : "Set stop-request to stop the run together with the job.";
}
