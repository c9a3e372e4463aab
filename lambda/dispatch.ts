import { UserError } from "../shared/user-error.ts";
import {
  type DispatcherDependencies,
  dispatchRecord,
  failed,
  type Launched,
  launch,
  type RecordResult,
} from "./dispatch-record.ts";
import { readInvocation } from "./events/invocation.ts";
import type { TriggerRecord } from "./events/reading.ts";
import { directDecision } from "./events/trigger-direct.ts";
import { mapWithLimit } from "./map-with-limit.ts";

/**
 * One invocation: events into triggers, triggers into decisions, decisions launched. What cannot be
 * launched goes back to AWS: by name where the source takes names, else by an error that names all
 * failures. Nothing is dropped.
 */
export async function dispatch(
  event: unknown,
  invocationId: string,
  dependencies: DispatcherDependencies,
): Promise<unknown> {
  const invocation = readInvocation(event, invocationId, dependencies.ownFunctions);
  switch (invocation.kind) {
    case "rejected":
      dependencies.log.error(invocation.message);
      dependencies.metrics.add("Failures");
      throw new UserError(invocation.message);
    case "check":
      return dependencies.check();
    case "direct":
      return answerOf(await launch(directDecision(invocation.run), dependencies));
    case "parked":
      return answerOf(await launch(invocation.decision, dependencies));
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

function answerOf({ name, result }: Launched): unknown {
  switch (result.kind) {
    case "launched":
      return { kind: "delivered", name, ...result.result };
    case "duplicate":
      return { kind: "duplicate", name };
    case "failed":
      throw new DispatchFailed([result.message]);
  }
}

/** Enough to hide the waits, little enough for the connections of one SDK client (50). */
const RECORDS_AT_A_TIME = 10;

/** Records run side by side, those of one FIFO group in their order. */
async function dispatchRecords(
  records: readonly TriggerRecord[],
  dependencies: DispatcherDependencies,
): Promise<RecordResult[]> {
  const groups = Map.groupBy(records, record => record.orderGroup ?? record);
  const results = await mapWithLimit([...groups.values()], RECORDS_AT_A_TIME, async group => {
    const done: RecordResult[] = [];
    for (const record of group) {
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
