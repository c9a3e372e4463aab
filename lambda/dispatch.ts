import { textField } from "../shared/json-fields.ts";
import { UserError } from "../shared/user-error.ts";
import { readInvocation, type Trigger, type TriggerRecord } from "./events/trigger.ts";
import type { DirectRun } from "./events/trigger-direct.ts";
import type { Launcher } from "./launch/launcher.ts";
import { originOfDirect, type RunDecision, type RunKey } from "./launch/run-key.ts";
import type { Log } from "./log.ts";
import { mapWithLimit } from "./map-with-limit.ts";
import type { Metrics } from "./metrics.ts";
import { plainParameters } from "./routes/plain-parameters.ts";
import type { RouteDecision } from "./routes/route.ts";

/** What the dispatcher works with. */
export interface DispatcherDependencies {
  /** What each route that matches the event makes of it. */
  readonly route: (trigger: Trigger) => readonly RouteDecision[];
  /** Who a run is: the same for every copy of its event. */
  readonly identify: (decision: RunDecision) => RunKey;
  readonly deliver: Launcher["deliver"];
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

/**
 * One invocation: events into triggers, triggers into decisions, decisions delivered. What cannot
 * be delivered goes back to AWS: by name where the source takes names, else by an error that names
 * all failures. Nothing is dropped.
 */
export async function dispatch(
  event: unknown,
  invocationId: string,
  dependencies: DispatcherDependencies,
): Promise<unknown> {
  const invocation = readInvocation(event, invocationId);
  switch (invocation.kind) {
    case "rejected":
      throw new UserError(invocation.message);
    case "check":
      return dependencies.check();
    case "direct":
      return dispatchDirect(invocation.run, dependencies);
    case "batch": {
      const { reply, records } = invocation;
      const results = await dispatchRecords(records, dependencies);
      if (reply === "none") return summarise(results);
      // Only a queue keeps what is not taken from it.
      await dependencies.keepPace(results.flatMap(({ delivered }) => delivered).length);
      return namedFailures(results);
    }
  }
}

async function dispatchDirect(
  run: DirectRun,
  dependencies: DispatcherDependencies,
): Promise<unknown> {
  const { flow, parameters, policy } = run;
  const decision = { route: "direct", flow, parameters, policy, origin: originOfDirect(run) };
  const { name, delivery } = await deliver(decision, dependencies);
  switch (delivery.kind) {
    case "delivered":
      return { kind: "delivered", name, ...delivery.result };
    case "duplicate":
      return { kind: "duplicate", name };
    case "failed":
      throw new DispatchFailed([delivery.message]);
  }
}

async function deliver(decision: RunDecision, dependencies: DispatcherDependencies) {
  const { route, flow, parameters } = decision;
  const identity = dependencies.identify(decision);
  const { name } = identity;
  const log = dependencies.log.with({
    route,
    flow,
    name,
    ...(dependencies.logParameters && { parameters }),
  });
  const remainingMs = dependencies.remainingMs();
  const delivery = await dependencies.deliver({ decision, identity, log, remainingMs });
  switch (delivery.kind) {
    case "delivered":
      log.info("delivered");
      dependencies.metrics.add("Delivered", 1, { Route: route });
      break;
    case "duplicate":
      log.info("delivered before, by another copy of the event");
      dependencies.metrics.add("Deduplicated", 1, { Route: route });
      break;
    case "failed":
      log.error(delivery.message);
      dependencies.metrics.add("Failures", 1, { Route: route });
  }
  return { name, delivery };
}

/** What became of one record. */
interface RecordResult {
  readonly record: TriggerRecord;
  /** Names of runs. */
  readonly delivered: readonly string[];
  readonly duplicates: readonly string[];
  readonly failures: readonly string[];
}

type OpenResult = { readonly [Kind in "delivered" | "duplicates" | "failures"]: string[] };

/** Enough to hide the waits, little enough for the connections of one SDK client (50). */
const RECORDS_AT_A_TIME = 10;

/** Records run side by side, those of one FIFO group in their order. */
async function dispatchRecords(
  records: readonly TriggerRecord[],
  dependencies: DispatcherDependencies,
): Promise<RecordResult[]> {
  const lanes = Map.groupBy(records, record => record.orderGroup ?? record);
  const results = await mapWithLimit([...lanes.values()], RECORDS_AT_A_TIME, async lane => {
    const done: RecordResult[] = [];
    for (const record of lane) {
      const failedBefore = done.some(({ failures }) => failures.length > 0);
      done.push(
        failedBefore
          ? failed(record, "an earlier message of its FIFO group failed")
          : await dispatchRecord(record, dependencies),
      );
    }
    return done;
  });
  return results.flat();
}

async function dispatchRecord(
  record: TriggerRecord,
  dependencies: DispatcherDependencies,
): Promise<RecordResult> {
  const log = dependencies.log.with({ record: record.itemIdentifier });
  try {
    return await followRoutes(record, { ...dependencies, log });
  } catch (error) {
    // Whatever it is, it belongs to this record and not to its neighbours.
    const message = error instanceof Error ? error.message : String(error);
    log.error(message);
    dependencies.metrics.add("Failures");
    return failed(record, message);
  }
}

async function followRoutes(
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
      const decisions = record.triggers.flatMap(trigger => readRoutes(trigger, dependencies));
      for (const decided of followable(decisions, dependencies))
        await follow(decided, result, dependencies);
      return result;
    }
  }
}

/**
 * Only the problems, when there are any and a second delivery would start a flow a second time: the
 * record goes back as a whole, so one route's lasting mistake would start the others' flows at each
 * of its deliveries.
 */
function followable(
  decisions: readonly RouteDecision[],
  { startsOnce }: DispatcherDependencies,
): readonly RouteDecision[] {
  const problems = decisions.filter(({ kind }) => kind === "rejected");
  return startsOnce || problems.length === 0 ? decisions : problems;
}

async function follow(
  decided: RouteDecision,
  result: OpenResult,
  dependencies: DispatcherDependencies,
): Promise<void> {
  const { route } = decided;
  const log = dependencies.log.with({ route });
  switch (decided.kind) {
    case "skipped":
      log.info(`skipped: ${decided.reason}`);
      return;
    case "rejected":
      log.error(decided.message);
      dependencies.metrics.add("Failures", 1, { Route: route });
      result.failures.push(`${route}: ${decided.message}`);
      return;
    case "run": {
      for (const warning of decided.warnings) log.warn(warning);
      const parameters = plainParameters(decided.parameters);
      if (parameters === undefined) {
        const message = "the route has a batch, and this dispatcher runs each event by itself";
        log.error(message);
        dependencies.metrics.add("Failures", 1, { Route: route });
        result.failures.push(`${route}: ${message}`);
        return;
      }
      const { name, delivery } = await deliver({ ...decided, parameters }, dependencies);
      if (delivery.kind === "failed") result.failures.push(`${route}: ${delivery.message}`);
      else result[delivery.kind === "duplicate" ? "duplicates" : "delivered"].push(name);
    }
  }
}

function readRoutes(trigger: Trigger, { route, log, metrics }: DispatcherDependencies) {
  const decided = route(trigger);
  if (decided.length === 0) {
    const id = textField(trigger.event, "id");
    const source = textField(trigger.event, "source");
    const detailType = textField(trigger.event, "detail-type");
    log.info("no route matches the event", { id, source, detailType });
    metrics.add("Unmatched");
  }
  return decided;
}

/** One error for an invocation that AWS can only deliver again as a whole. */
class DispatchFailed extends Error {
  override readonly name = "DispatchFailed";
  constructor(failures: readonly string[]) {
    super(
      failures.length === 1 ? failures[0] : `${failures.length} failures: ${failures.join("; ")}`,
    );
  }
}

function summarise(results: readonly RecordResult[]) {
  const failures = results.flatMap(result => result.failures);
  if (failures.length > 0) throw new DispatchFailed(failures);
  return {
    delivered: results.flatMap(result => result.delivered),
    duplicates: results.flatMap(result => result.duplicates),
  };
}

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html: an item without a
 * name, or one with a name that AWS did not give, would fail the whole batch. So does an error, but
 * it says why.
 */
function namedFailures(results: readonly RecordResult[]) {
  const bad = results.filter(({ failures }) => failures.length > 0);
  const batchItemFailures = bad.flatMap(({ record: { itemIdentifier } }) =>
    itemIdentifier === undefined ? [] : [{ itemIdentifier }],
  );
  if (batchItemFailures.length < bad.length) {
    throw new DispatchFailed(bad.flatMap(({ failures }) => failures));
  }
  return { batchItemFailures };
}

function failed(record: TriggerRecord, message: string): RecordResult {
  return { record, delivered: [], duplicates: [], failures: [message] };
}
