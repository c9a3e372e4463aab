import { textField } from "../shared/json-fields.ts";
import type { Asked, TriggerRecord } from "./events/reading.ts";
import { directDecision } from "./events/trigger-direct.ts";
import type { Launcher, LaunchResult } from "./launch/launcher.ts";
import type { RunDecision, RunKey } from "./launch/run-key.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { RouteDecision } from "./routes/routes.ts";
import type { Trigger } from "./trigger.ts";

/** What the dispatcher works with. */
export interface DispatcherDependencies {
  /** What each route that matches the event makes of it. */
  readonly route: (trigger: Trigger) => readonly RouteDecision[];
  /** Who a run is: the same for every copy of its event. */
  readonly keyOf: (decision: RunDecision) => RunKey;
  readonly launch: Launcher["launch"];
  /** Names of our own functions; empty when they are not known. */
  readonly ownFunctions: readonly string[];
  /** Flows that a message may ask for by their id: those that a route starts anyway. */
  readonly routedFlows: ReadonlySet<number>;
  /** Whether a decision that is delivered again starts nothing, as the runner's names promise. */
  readonly startsOnce: boolean;
  readonly check: () => Promise<unknown>;
  /** Milliseconds until Lambda ends the invocation. */
  readonly remainingMs: () => number;
  /** Waits until so many runs from a queue may have been delivered. */
  readonly keepPace: (runs: number) => Promise<void>;
  readonly logParameters: boolean;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What became of one record. */
export interface RecordResult {
  readonly record: TriggerRecord;
  /** Names of runs. */
  readonly delivered: readonly string[];
  readonly duplicates: readonly string[];
  readonly failures: readonly string[];
}

type OpenResult = { readonly [Kind in "delivered" | "duplicates" | "failures"]: string[] };

/** Never throws: whatever it is, it belongs to this record and not to its neighbours. */
export async function dispatchRecord(
  record: TriggerRecord,
  dependencies: DispatcherDependencies,
): Promise<RecordResult> {
  const log = dependencies.log.with({ record: record.itemIdentifier });
  try {
    return await followRecord(record, { ...dependencies, log });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log.error(message);
    dependencies.metrics.add("Failures");
    return failed(record, message);
  }
}

export function failed(record: TriggerRecord, message: string): RecordResult {
  return { record, delivered: [], duplicates: [], failures: [message] };
}

async function followRecord(
  record: TriggerRecord,
  dependencies: DispatcherDependencies,
): Promise<RecordResult> {
  const { log, metrics } = dependencies;
  const open: OpenResult = { delivered: [], duplicates: [], failures: [] };
  const result = { record, ...open };
  switch (record.kind) {
    case "rejected":
      log.error(record.message);
      metrics.add("Failures");
      return failed(record, record.message);
    case "ignored":
      log.info(`ignored: ${record.reason}`);
      return result;
    case "triggers": {
      const decisions = [
        ...record.triggers.flatMap(trigger => readRoutes(trigger, dependencies)),
        ...record.asked.map(asked => readAsked(asked, dependencies)),
      ];
      for (const decided of followable(decisions, dependencies))
        await follow(decided, result, dependencies);
      return result;
    }
  }
}

type Decided =
  | RouteDecision
  /** An event that was meant for us, and that no route wants. */
  | { readonly kind: "unwanted"; readonly message: string }
  | { readonly kind: "check" };

function readRoutes(
  trigger: Trigger,
  { route, log, metrics }: DispatcherDependencies,
): readonly Decided[] {
  const decided = route(trigger);
  if (decided.length > 0) return decided;
  metrics.add("Unmatched");
  const id = textField(trigger.event, "id");
  const source = textField(trigger.event, "source");
  const detailType = textField(trigger.event, "detail-type");
  if (!trigger.own) {
    log.info("no route matches the event", { id, source, detailType });
    return [];
  }
  const message = `No route matches this ${detailType}, and it is no event of S3 or EventBridge. Add a route for its content (source ${source}), or stop sending it.`;
  return [{ kind: "unwanted", message }];
}

/**
 * Whoever may send a message is not whoever may invoke the dispatcher, so a message can ask only for
 * flows that messages start anyway.
 */
function readAsked(asked: Asked, { routedFlows }: DispatcherDependencies): Decided {
  if (asked.kind === "check") return asked;
  const decision = asked.kind === "direct" ? directDecision(asked.run) : asked.decision;
  const { route, flow } = decision;
  if (routedFlows.has(flow)) return { kind: "run", warnings: [], ...decision };
  return {
    kind: "rejected",
    route,
    message: `no route starts flow ${flow}, so a message cannot ask for it; invoke the dispatcher with it instead`,
  };
}

/**
 * Only the problems, when there are any and a second delivery would start a flow a second time: the
 * record goes back as a whole, so one route's lasting mistake would start the others' flows at each
 * of its deliveries.
 */
function followable(
  decisions: readonly Decided[],
  { startsOnce }: DispatcherDependencies,
): readonly Decided[] {
  const problems = decisions.filter(({ kind }) => kind === "rejected" || kind === "unwanted");
  return startsOnce || problems.length === 0 ? decisions : problems;
}

async function follow(
  decided: Decided,
  result: OpenResult,
  dependencies: DispatcherDependencies,
): Promise<void> {
  const { metrics } = dependencies;
  switch (decided.kind) {
    case "skipped":
      dependencies.log.info(`skipped: ${decided.reason}`, { route: decided.route });
      metrics.add("Skipped", 1, { Route: decided.route });
      return;
    case "rejected":
      dependencies.log.error(decided.message, { route: decided.route });
      metrics.add("Failures", 1, { Route: decided.route });
      result.failures.push(`${decided.route}: ${decided.message}`);
      return;
    case "unwanted":
      dependencies.log.error(decided.message);
      metrics.add("Failures");
      result.failures.push(decided.message);
      return;
    case "check":
      // Nobody waits for the answer, so it stands in the log.
      dependencies.log.info("checked", { report: JSON.stringify(await dependencies.check()) });
      return;
    case "run": {
      const log = dependencies.log.with({ route: decided.route });
      for (const warning of decided.warnings) log.warn(warning);
      const { name, result: launched } = await launch(decided, dependencies);
      if (launched.kind === "failed") result.failures.push(`${decided.route}: ${launched.message}`);
      else result[launched.kind === "duplicate" ? "duplicates" : "delivered"].push(name);
    }
  }
}

export interface Launched {
  /** Of the run. */
  readonly name: string;
  readonly result: LaunchResult;
}

/** Hands one decision to the launcher and tells of it. */
export async function launch(
  decision: RunDecision,
  dependencies: DispatcherDependencies,
): Promise<Launched> {
  const { route, flow, parameters } = decision;
  const key = dependencies.keyOf(decision);
  const { name } = key;
  const log = dependencies.log.with({
    route,
    flow,
    name,
    ...(dependencies.logParameters && { parameters }),
  });
  const remainingMs = dependencies.remainingMs();
  const result = await dependencies.launch({ decision, key, log, remainingMs });
  switch (result.kind) {
    case "launched":
      log.info("delivered");
      dependencies.metrics.add("Delivered", 1, { Route: route });
      break;
    case "duplicate":
      log.info("delivered before, by another copy of the event");
      dependencies.metrics.add("Deduplicated", 1, { Route: route });
      break;
    case "failed":
      log.error(result.message);
      dependencies.metrics.add("Failures", 1, { Route: route });
  }
  return { name, result };
}
