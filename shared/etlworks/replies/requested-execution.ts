import { textField } from "../../json-fields.ts";
import { parseExecution } from "./etlworks-replies.ts";
import type { Execution } from "./execution.ts";
import type { InsideRefusal } from "./read-reply.ts";
import { refusalOfEtlworks } from "./refusal-in-body.ts";
import { isActive } from "./run-status.ts";

/**
 * The run that was asked for, from a single record or from a list of them. A record that names
 * another run, or none, is no answer: a gateway's `{"status":"success"}` must not end a run. Nor are
 * several records of the run that say different things of it.
 */
export function readExecutionOf(auditId: string, body: unknown): Execution | undefined {
  const records: readonly unknown[] = Array.isArray(body) ? body : [body];
  const found = records.flatMap(record => {
    const execution = parseExecution(record);
    const isUsable = execution?.status !== undefined && execution.auditId === auditId;
    return isUsable ? [{ record, execution }] : [];
  });
  const [first, ...others] = found.map(({ execution }) => execution);
  if (others.some(({ status }) => status !== first?.status)) return undefined;
  // Of a record that is the whole answer, this is decided before (see read-reply.ts).
  const refused = Array.isArray(body) && found.some(({ record }) => refusalOfEtlworks(record));
  return refused && !hasFailed(first) ? undefined : first;
}

/** What such an answer is instead, where it is about runs. */
export function describeOtherExecution(auditId: string, body: unknown): string | undefined {
  const found = (Array.isArray(body) ? body : [body]).flatMap(
    record => parseExecution(record) ?? [],
  );
  const ours = found.filter(execution => execution.auditId === auditId);
  if (ours.some(({ status }) => status === undefined)) return "a record that has no status";
  if (ours.length > 1) return "several records of the run that contradict each other";
  const [other, ...more] = found.flatMap(execution => execution.auditId ?? []);
  if (other === undefined || ours.length > 0) return undefined;
  return more.length === 0
    ? `run ${other} in place of run ${auditId}`
    : `${found.length} runs, and run ${auditId} is none of them`;
}

/**
 * A run that failed is no failed request, though some servers say so of both. Under a status that is
 * said of requests, `{"status":"error"}` may be about the request, with the id that was asked for.
 */
export function readFailedExecutionOf(
  auditId: string,
  body: unknown,
  { status }: { readonly status: number },
): InsideRefusal<Execution> | undefined {
  const value = readExecutionOf(auditId, body);
  if (value === undefined || !hasFailed(value)) return undefined;
  const ofRequest = OF_REQUESTS.has(status) && !isCertainlyOfRun(value, body);
  return ofRequest ? undefined : { kind: "value", value };
}

/**
 * The run that is active, or else the latest one: from a record that names a run and its status, or
 * from a list of them in any order. Where several are active, nobody can say which one is meant.
 */
export function readLatestExecution(body: unknown): Execution | undefined {
  const found = namedRuns(body);
  const active = found.filter(run => run.active);
  if (areSeveral(active)) return undefined;
  // Ids grow.
  const latest = (active.length > 0 ? active : found).reduce<(typeof found)[number] | undefined>(
    (most, run) => (most === undefined || run.id > most.id ? run : most),
    undefined,
  );
  return latest?.execution;
}

/** What an answer is instead that names no latest run. */
export function describeOtherLatest(body: unknown): string | undefined {
  const active = namedRuns(body).filter(run => run.active);
  return areSeveral(active) ? "several runs that are active" : undefined;
}

function namedRuns(body: unknown) {
  const records: readonly unknown[] = Array.isArray(body) ? body : [body];
  return records.flatMap(record => {
    const execution = parseExecution(record);
    const { auditId, status } = execution ?? {};
    return execution === undefined || auditId === undefined || status === undefined
      ? []
      : [{ execution, id: BigInt(auditId), active: isActive(status) }];
  });
}

function areSeveral(runs: readonly { readonly id: bigint }[]): boolean {
  return new Set(runs.map(({ id }) => id)).size > 1;
}

const OF_REQUESTS: ReadonlySet<number> = new Set([400, 403, 404, 405]);

/** Nobody says of a request when it began, or lists it, or has the exception of a flow for it. */
function isCertainlyOfRun({ startedAt, endedAt }: Execution, body: unknown): boolean {
  const timed = startedAt !== undefined || endedAt !== undefined;
  return timed || Array.isArray(body) || textField(body, "exception") !== undefined;
}

function hasFailed(execution: Execution | undefined): boolean {
  return execution?.status === "error" || execution?.status === "canceled";
}
