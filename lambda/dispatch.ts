import { mapWithLimit } from "../shared/map-with-limit.ts";
import { messageOf } from "../shared/thrown.ts";
import { UserError } from "../shared/user-error.ts";
import { cutText, MAX_ERROR } from "./cut-text.ts";
import type { Decision } from "./decision.ts";
import {
  closeRecord,
  type DispatcherDependencies,
  failedRecord,
  launchRequest,
  NOT_DELIVERED,
  type OpenRecord,
  openRecord,
  type RecordResult,
  tellLaunch,
} from "./dispatch-record.ts";
import { directDecision } from "./events/direct-run.ts";
import { readInvocation } from "./events/invocation.ts";
import { asOne, type Reading, type TriggerRecord } from "./events/reading.ts";
import type { LaunchRequest, LaunchResult } from "./launch/launcher.ts";

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
      throw new UserError(cutText(invocation.message, MAX_ERROR));
    case "check":
      return dependencies.check();
    case "direct":
      return dispatchOne(directDecision(invocation.run), dependencies);
    case "records": {
      const { reply, records } = invocation;
      if (reply === "none") return summarise(await dispatchWhole(records, dependencies));
      // One failure without a name takes all others back as well.
      const areNamed = records.every(({ itemIdentifier }) => itemIdentifier !== undefined);
      const deliver = areNamed ? dispatchRecords : dispatchWhole;
      return namedFailures(await deliver(records, dependencies));
    }
  }
}

/** What a person or a script asked for, who waits for the answer. */
async function dispatchOne(
  decision: Decision,
  dependencies: DispatcherDependencies,
): Promise<unknown> {
  const request = launchRequest(decision, dependencies);
  const [[result] = []] = await dependencies.launch([[request]], dependencies.remainingMs);
  if (result === undefined) throw new DispatchFailed([NOT_DELIVERED.message]);
  tellLaunch(request, result, dependencies);
  if (result.kind === "failed") throw new DispatchFailed([result.message]);
  const { identity } = decision;
  const kind = result.kind === "launched" ? "delivered" : "duplicate";
  return { kind, identity, ...result.result };
}

/**
 * What AWS can only deliver again as a whole. Where a second delivery would start a flow a second
 * time it is one record: nothing is started before all of it has been read.
 */
function dispatchWhole(
  records: readonly TriggerRecord[],
  dependencies: DispatcherDependencies,
): Promise<RecordResult[]> {
  const whole: Reading = { kind: "records", reply: "none", records };
  return dispatchRecords(
    dependencies.startsOnce ? records : [asOne(whole)],
    dependencies,
    launchKnownFirst,
  );
}

/**
 * When one record fails, all come again. What nobody would know again then, such as a message of
 * RabbitMQ without an id, would start its flow at each attempt: it waits for one at which no other
 * fails, neither when it is read nor when it is delivered.
 */
async function launchKnownFirst(
  open: readonly OpenRecord[],
  launched: Launched,
  dependencies: DispatcherDependencies,
): Promise<readonly OpenRecord[]> {
  const unknown = open.flatMap(({ unknownAgain }) => [...unknownAgain]);
  if (unknown.length === 0) return launchWave(open, launched, dependencies);
  const known = open.map(record => {
    const { requests, unknownAgain } = record;
    return { ...record, requests: requests.filter(request => !unknownAgain.has(request)) };
  });
  if (known.some(({ requests }) => requests.length > 0)) {
    await launchWave(known, launched, dependencies);
  }
  const hasFailed = known.some(
    ({ failures, requests }) =>
      failures.length > 0 ||
      requests.some(request => resultOf(request, launched).kind === "failed"),
  );
  if (!hasFailed) return launchWave(open, launched, dependencies);
  for (const { log } of unknown) log.warn(HELD);
  return known;
}

const HELD =
  "Not delivered yet: another record of the batch failed, so all of it comes again, and this event has no id by which it would be known then. Fix the other record. To let neither wait for the other, give events an id, or the route a once.";

/** Reading a record takes no call but that of a check. */
const RECORDS_AT_A_TIME = 10;

/**
 * All records at once, so that several events of one lane cost it one delivery; those of one FIFO
 * group one after the other, and after a failure the rest of the group goes back untouched.
 */
async function dispatchRecords(
  records: readonly TriggerRecord[],
  dependencies: DispatcherDependencies,
  launchAll: typeof launchWave = launchWave,
): Promise<RecordResult[]> {
  const open = await mapWithLimit(records, RECORDS_AT_A_TIME, record =>
    openRecord(record, dependencies),
  );
  const groups = [...Map.groupBy(open, ({ record }) => record.orderGroup ?? record).values()];
  const results = new Map<OpenRecord, RecordResult>();
  const launched: Launched = new Map();
  for (let turn = 0; groups.some(group => turn < group.length); turn += 1) {
    const wave: OpenRecord[] = [];
    for (const group of groups) {
      const next = group[turn];
      if (next === undefined) continue;
      const failedBefore = group
        .slice(0, turn)
        .some(before => (results.get(before)?.failures.length ?? 0) > 0);
      if (failedBefore) {
        const message = "an earlier message of its FIFO group failed";
        dependencies.log
          .with({ record: next.record.itemIdentifier })
          .error(`Not delivered: ${message}. It comes again after that one.`);
        results.set(next, failedRecord(next.record, message));
      } else {
        wave.push(next);
      }
    }
    const asked = await launchAll(wave, launched, dependencies);
    for (const [index, record] of wave.entries()) {
      const done = asked[index] ?? record;
      const known = done.requests.map(request => resultOf(request, launched));
      results.set(record, closeRecord(done, known, dependencies));
    }
  }
  return open.flatMap(record => results.get(record) ?? []);
}

/** What became of each run that the invocation asked for, by its identity, and who asked first. */
type Launched = Map<string, { readonly first: LaunchRequest; readonly result: LaunchResult }>;

/**
 * Copies of one event may lie in one batch. Without a ledger nobody else would notice. Resolves with
 * the records, each with the requests of which something is known now.
 */
async function launchWave(
  wave: readonly OpenRecord[],
  launched: Launched,
  dependencies: DispatcherDependencies,
): Promise<readonly OpenRecord[]> {
  const asked = new Set(launched.keys());
  const firsts = wave.map(({ requests }) =>
    requests.filter(({ decision: { identity } }) => {
      const isFirst = !asked.has(identity);
      asked.add(identity);
      return isFirst;
    }),
  );
  const results = await launchOrFail(firsts, dependencies);
  for (const [index, requests] of firsts.entries()) {
    for (const [place, first] of requests.entries()) {
      const result = results[index]?.[place] ?? NOT_DELIVERED;
      launched.set(first.decision.identity, { first, result });
    }
  }
  return wave;
}

function resultOf(request: LaunchRequest, launched: Launched): LaunchResult {
  const { first, result } = launched.get(request.decision.identity) ?? { result: NOT_DELIVERED };
  return first === request || result.kind === "failed" ? result : { ...result, kind: "duplicate" };
}

/** A mistake of ours must not take records along that are already done: all of these go back. */
async function launchOrFail(
  requests: readonly OpenRecord["requests"][],
  { launch, remainingMs }: DispatcherDependencies,
) {
  try {
    return await launch(requests, remainingMs);
  } catch (error) {
    const message = messageOf(error);
    return requests.map(list => list.map(() => ({ kind: "failed", message }) as const));
  }
}

/** One error for an invocation that AWS can only deliver again as a whole. */
class DispatchFailed extends Error {
  override readonly name = "DispatchFailed";
  constructor(failures: readonly string[]) {
    const all = failures.join("; ");
    super(cutText(failures.length === 1 ? all : `${failures.length} failures: ${all}`, MAX_ERROR));
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
