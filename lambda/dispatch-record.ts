import { textField } from "../shared/json-fields.ts";
import { messageOf } from "../shared/thrown.ts";
import type { Decision } from "./decision.ts";
import { directDecision } from "./events/direct-run.ts";
import type { Asked, TriggerRecord } from "./events/reading.ts";
import type { Launcher, LaunchRequest, LaunchResult } from "./launch/launcher.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { decisionIn, type RouteResult } from "./routes/route.ts";
import type { Trigger } from "./trigger.ts";

/** What the dispatcher works with. */
export interface DispatcherDependencies {
  /** What each route that matches the event makes of it. */
  readonly route: (trigger: Trigger) => readonly RouteResult[];
  readonly launch: Launcher["launch"];
  /** ARNs of our own functions, without a version; empty when they are not known. */
  readonly ownFunctions: readonly string[];
  /** Flows that a message may ask for by their id: those that a route starts anyway. */
  readonly routedFlows: ReadonlySet<number>;
  /** Whether a decision that is delivered again starts nothing, as the ledger promises. */
  readonly startsOnce: boolean;
  /** What became of events that came before, by their identity. Missing: nobody remembers them. */
  readonly knownEvents?: (identities: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly check: () => Promise<unknown>;
  /** Milliseconds until Lambda ends the invocation. */
  readonly remainingMs: () => number;
  readonly logParameters: boolean;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What became of one record. */
export interface RecordResult {
  readonly record: TriggerRecord;
  /** Identities of what was delivered. */
  readonly delivered: readonly string[];
  readonly duplicates: readonly string[];
  readonly failures: readonly string[];
}

/** A record that was read, with what is left to be launched for it. */
export interface OpenRecord {
  readonly record: TriggerRecord;
  readonly requests: readonly LaunchRequest[];
  readonly failures: readonly string[];
  /** Of them, those that nobody would know again at AWS's next attempt. */
  readonly unknownAgain: ReadonlySet<LaunchRequest>;
  /** Why something starts nothing without being a failure, and warnings; for whoever asks by hand. */
  readonly remarks: readonly string[];
}

/** Never throws: whatever it is, it belongs to this record and not to its neighbours. */
export async function openRecord(
  record: TriggerRecord,
  dependencies: DispatcherDependencies,
): Promise<OpenRecord> {
  const log = dependencies.log.with({ record: record.itemIdentifier });
  try {
    return await decideRecord(record, { ...dependencies, log });
  } catch (error) {
    const message = messageOf(error);
    log.error(message);
    dependencies.metrics.add("Failures");
    return { ...NOTHING_OPEN, record, failures: [message] };
  }
}

const NOTHING_OPEN = {
  requests: [],
  unknownAgain: new Set<LaunchRequest>(),
  failures: [],
  remarks: [],
};

/** Tells what became of a record's decisions. */
export function closeRecord(
  { record, requests, failures }: OpenRecord,
  results: readonly LaunchResult[],
  dependencies: DispatcherDependencies,
): RecordResult {
  const delivered: string[] = [];
  const duplicates: string[] = [];
  const allFailures = [...failures];
  for (const [index, request] of requests.entries()) {
    const { identity, route } = request.decision;
    const result = results[index] ?? NOT_DELIVERED;
    tellLaunch(request, result, dependencies);
    switch (result.kind) {
      case "launched":
        delivered.push(identity);
        break;
      case "duplicate":
        duplicates.push(identity);
        break;
      case "failed":
        allFailures.push(`${route}: ${result.message}`);
    }
  }
  return { record, delivered, duplicates, failures: allFailures };
}

/** For a decision of which nobody said what became of it. */
export const NOT_DELIVERED = { kind: "failed", message: "it was not delivered" } as const;

export function failedRecord(record: TriggerRecord, message: string): RecordResult {
  return { record, delivered: [], duplicates: [], failures: [message] };
}

async function decideRecord(
  record: TriggerRecord,
  dependencies: DispatcherDependencies,
): Promise<OpenRecord> {
  const { log, metrics } = dependencies;
  switch (record.kind) {
    case "rejected":
      log.error(record.message);
      metrics.add("Failures");
      return { ...NOTHING_OPEN, record, failures: [record.message] };
    case "ignored":
      log.info(`ignored: ${record.reason}`);
      return { ...NOTHING_OPEN, record, remarks: [record.reason] };
    case "triggers": {
      const decisions = [
        ...record.triggers.flatMap(trigger => readRoutes(trigger, dependencies)),
        ...record.asked.map(asked => readAsked(asked, dependencies)),
      ];
      const requests: LaunchRequest[] = [];
      const unknownAgain = new Set<LaunchRequest>();
      const failures: string[] = [];
      const remarks: string[] = [];
      for (const decided of startable(decisions, dependencies)) {
        const handled = await handle(decided, dependencies);
        if (handled.kind === "launch") requests.push(handled.request);
        if (handled.kind === "launch" && isUnknownAgain(decided, record)) {
          unknownAgain.add(handled.request);
        }
        if (handled.kind === "failed") failures.push(handled.message);
        else remarks.push(...handled.remarks);
      }
      return { record, requests, unknownAgain, failures, remarks };
    }
  }
}

/** Whether its identity is made of an id that only this attempt has. */
function isUnknownAgain(decided: Decided, { attemptId }: TriggerRecord): boolean {
  if (attemptId === undefined || decided.kind !== "run" || decided.byOnce === true) return false;
  return decided.origin.id?.startsWith(attemptId) === true;
}

type Decided =
  | RouteResult
  /** An event that was meant for us, and that no route wants. */
  | { readonly kind: "unwanted"; readonly message: string }
  /** Any other that no route wants. */
  | { readonly kind: "unmatched"; readonly named: Readonly<Record<string, string | undefined>> }
  | { readonly kind: "check" };

function readRoutes(
  trigger: Trigger,
  { route, metrics }: DispatcherDependencies,
): readonly Decided[] {
  const decided = route(trigger);
  if (decided.length > 0) return decided;
  metrics.add("Unmatched");
  const id = textField(trigger.event, "id");
  const source = textField(trigger.event, "source");
  const detailType = textField(trigger.event, "detail-type");
  if (!trigger.own) return [{ kind: "unmatched", named: { id, source, detailType } }];
  const message = `No route matches this ${detailType}. It is not an event of S3 or EventBridge, so it was meant for a flow. Add a route for it (source ${source}), or stop sending it.`;
  return [{ kind: "unwanted", message }];
}

/**
 * Whoever may send a message is not whoever may invoke the dispatcher, so a message can ask only for
 * flows that messages start anyway.
 */
function readAsked(asked: Asked, { routedFlows }: DispatcherDependencies): Decided {
  if (asked.kind === "check") return asked;
  const decision = directDecision(asked.run);
  const { route, flow } = decision;
  if (routedFlows.has(flow)) return { kind: "run", warnings: [], ...decision };
  return {
    kind: "rejected",
    route,
    message: `No route starts flow ${flow}, so a message cannot start it. Invoke the dispatcher with it instead.`,
  };
}

/**
 * Only the problems, when there are any and a second delivery would start a flow a second time: the
 * record goes back as a whole, so one route's permanent error would start the others' flows at each
 * of its deliveries.
 */
function startable(
  decisions: readonly Decided[],
  { startsOnce }: DispatcherDependencies,
): readonly Decided[] {
  const problems = decisions.filter(({ kind }) => kind === "rejected" || kind === "unwanted");
  return startsOnce || problems.length === 0 ? decisions : problems;
}

type Handled =
  | {
      readonly kind: "launch";
      readonly request: LaunchRequest;
      readonly remarks: readonly string[];
    }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "done"; readonly remarks: readonly string[] };

async function handle(decided: Decided, dependencies: DispatcherDependencies): Promise<Handled> {
  const { log, metrics } = dependencies;
  switch (decided.kind) {
    case "skipped":
      log.info(`skipped: ${decided.reason}`, { route: decided.route });
      metrics.add("Skipped", 1, { Route: decided.route });
      return { kind: "done", remarks: [`${decided.route}: ${decided.reason}`] };
    case "unmatched": {
      log.info("no route matches the event", decided.named);
      const { source, detailType } = decided.named;
      return { kind: "done", remarks: [`No route matches this ${detailType} of ${source}.`] };
    }
    case "rejected":
      log.error(decided.message, { route: decided.route });
      metrics.add("Failures", 1, { Route: decided.route });
      return { kind: "failed", message: `${decided.route}: ${decided.message}` };
    case "unwanted":
      log.error(decided.message);
      metrics.add("Failures");
      return { kind: "failed", message: decided.message };
    case "check":
      // Nobody waits for the answer, so it stands in the log.
      log.info("checked", { report: JSON.stringify(await dependencies.check()) });
      return { kind: "done", remarks: [] };
    case "run": {
      const { warnings } = decided;
      const decision = decisionIn(decided);
      const request = launchRequest(decision, dependencies);
      for (const warning of warnings) request.log.warn(warning);
      const remarks = warnings.map(warning => `${decision.route}: ${warning}`);
      return { kind: "launch", request, remarks };
    }
  }
}

/** A decision with a log that knows it. */
export function launchRequest(
  decision: Decision,
  { log, logParameters }: DispatcherDependencies,
): LaunchRequest {
  const { route, flow, lane, identity, parameters } = decision;
  // An identity is made of what the parameters are made of, such as the object's key.
  const values = logParameters ? { parameters, identity } : {};
  return { decision, log: log.with({ route, flow, lane, ...values }) };
}

/** Of an event that the ledger knows. */
export const DELIVERED_BEFORE = "delivered before, by another copy of the event";

/** Writes down what became of one decision. */
export function tellLaunch(
  { decision: { route }, log }: LaunchRequest,
  result: LaunchResult,
  { metrics }: DispatcherDependencies,
): void {
  switch (result.kind) {
    case "launched":
      log.info("delivered");
      metrics.add("Delivered", 1, { Route: route });
      break;
    case "duplicate":
      log.info(DELIVERED_BEFORE);
      metrics.add("Deduplicated", 1, { Route: route });
      break;
    case "failed":
      log.error(result.message);
      metrics.add("Failures", 1, { Route: route });
  }
}
