import { Mistake } from "../shared/mistake.ts";
import type { CheckReport } from "./check-setup.ts";
import type { Log } from "./log.ts";
import { mapWithLimit } from "./map-with-limit.ts";
import type { Metrics } from "./metrics.ts";
import type { Order } from "./order.ts";
import { readInvocation, type Trigger, type TriggerRecord } from "./trigger.ts";
import type { DirectRun } from "./trigger-direct.ts";

/** What the dispatcher works with. */
export interface DispatcherParts {
  /** What the routes make of one event. */
  readonly route: (trigger: Trigger) => Routed;
  readonly direct: (run: DirectRun) => Decision;
  readonly deliver: (decision: Decision, log: Log) => Promise<Delivery>;
  readonly check: () => Promise<CheckReport>;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A run to be started, with the name that makes it happen once. */
export interface Decision {
  /** The same for the same event, route and flow: the name of the durable execution. */
  readonly name: string;
  readonly order: Order;
  /** The order as text; the same bytes for the same decision. */
  readonly payload: string;
}

export interface Routed {
  readonly decisions: readonly Decision[];
  /** Routes that match but cannot be followed, such as for a missing value. */
  readonly problems: readonly string[];
  /** Why matching routes were left out, such as an empty object. */
  readonly skipped: readonly string[];
}

/** What became of one decision. */
export type Delivery =
  | {
      readonly kind: "delivered";
      /** What to tell a caller who waits for an answer. */
      readonly result: Readonly<Record<string, unknown>>;
    }
  /** AWS has an execution of this name already. Nothing to do. */
  | { readonly kind: "duplicate" }
  /** It goes back to AWS, which delivers it again or parks it. */
  | { readonly kind: "failed"; readonly message: string };

/**
 * One invocation: events into triggers, triggers into decisions, decisions delivered. What cannot
 * be delivered goes back to AWS: by name where the source takes names, else by an error that names
 * all failures. Nothing is dropped.
 */
export async function dispatch(
  event: unknown,
  invocationId: string,
  parts: DispatcherParts,
): Promise<unknown> {
  const invocation = readInvocation(event, invocationId);
  switch (invocation.kind) {
    case "problem":
      throw new Mistake(invocation.message);
    case "check":
      return parts.check();
    case "direct":
      return dispatchDirect(parts.direct(invocation.run), parts);
    case "batch": {
      const { reply, records } = invocation;
      const results = await dispatchRecords(records, parts);
      return reply === "none" ? summarise(results) : namedFailures(results);
    }
  }
}

async function dispatchDirect(decision: Decision, parts: DispatcherParts): Promise<unknown> {
  const log = parts.log.with({ flow: decision.order.flow, name: decision.name });
  const delivery = await parts.deliver(decision, log);
  count(delivery, decision, parts);
  switch (delivery.kind) {
    case "delivered":
      return { kind: "delivered", name: decision.name, ...delivery.result };
    case "duplicate":
      return { kind: "duplicate", name: decision.name };
    case "failed":
      log.error(delivery.message);
      throw new DispatchFailed([delivery.message]);
  }
}

/** What became of one record. */
interface RecordResult {
  readonly record: TriggerRecord;
  readonly delivered: readonly string[];
  readonly duplicates: readonly string[];
  readonly failures: readonly string[];
}

/** Enough to hide the waits, little enough for the connections of one SDK client (50). */
const RECORDS_AT_A_TIME = 10;

/** Records run side by side, those of one FIFO group in their order. */
async function dispatchRecords(
  records: readonly TriggerRecord[],
  parts: DispatcherParts,
): Promise<RecordResult[]> {
  const lanes = Map.groupBy(records, record => record.orderGroup ?? record);
  const results = await mapWithLimit([...lanes.values()], RECORDS_AT_A_TIME, async lane => {
    const done: RecordResult[] = [];
    for (const record of lane) {
      const failedBefore = done.some(({ failures }) => failures.length > 0);
      done.push(
        failedBefore
          ? failed(record, "an earlier message of its FIFO group failed")
          : await dispatchRecord(record, parts),
      );
    }
    return done;
  });
  return results.flat();
}

async function dispatchRecord(
  record: TriggerRecord,
  parts: DispatcherParts,
): Promise<RecordResult> {
  const log = parts.log.with({ record: record.itemIdentifier });
  let result: RecordResult;
  try {
    result = await followRoutes(record, { ...parts, log });
  } catch (error) {
    // Whatever it is, it belongs to this record and not to its neighbours.
    result = failed(record, error instanceof Error ? error.message : String(error));
  }
  for (const failure of result.failures) log.error(failure);
  return result;
}

async function followRoutes(record: TriggerRecord, parts: DispatcherParts): Promise<RecordResult> {
  const { log, metrics } = parts;
  switch (record.kind) {
    case "problem":
      metrics.add("Failures");
      return failed(record, record.message);
    case "ignored":
      log.info(`ignored: ${record.reason}`);
      return { record, delivered: [], duplicates: [], failures: [] };
    case "triggers": {
      const delivered: string[] = [];
      const duplicates: string[] = [];
      const failures: string[] = [];
      for (const trigger of record.triggers) {
        const { decisions, problems } = readRoutes(trigger, parts);
        failures.push(...problems);
        for (const decision of decisions) {
          const { name, order } = decision;
          const about = log.with({ route: order.route, flow: order.flow, name });
          const delivery = await parts.deliver(decision, about);
          count(delivery, decision, parts);
          if (delivery.kind === "failed") failures.push(`${order.route}: ${delivery.message}`);
          else (delivery.kind === "duplicate" ? duplicates : delivered).push(name);
        }
      }
      return { record, delivered, duplicates, failures };
    }
  }
}

function readRoutes(trigger: Trigger, { route, log, metrics }: DispatcherParts): Routed {
  for (const warning of trigger.warnings) log.warn(warning);
  const routed = route(trigger);
  for (const reason of routed.skipped) log.info(`skipped: ${reason}`);
  if (routed.problems.length > 0) metrics.add("Failures", routed.problems.length);
  const matched = routed.decisions.length + routed.problems.length + routed.skipped.length;
  if (matched === 0) {
    const { id, source, "detail-type": detailType } = trigger.event;
    log.info("no route matches the event", {
      id: text(id),
      source: text(source),
      detailType: text(detailType),
    });
    metrics.add("Unmatched");
  }
  return routed;
}

function count(delivery: Delivery, { order }: Decision, { metrics }: DispatcherParts): void {
  const dimensions = { Route: order.route ?? "direct" };
  switch (delivery.kind) {
    case "delivered":
      metrics.add("Delivered", 1, dimensions);
      return;
    case "duplicate":
      metrics.add("Deduplicated", 1, dimensions);
      return;
    case "failed":
      metrics.add("Failures", 1, dimensions);
  }
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

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
