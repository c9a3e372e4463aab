import { mapWithLimit } from "../../../shared/map-with-limit.ts";
import { messageOf } from "../../../shared/thrown.ts";
import { finishedEvent } from "../../follow/finished-event.ts";
import { CALLS_AT_A_TIME, deleteTickets, readEntriesOf, readMembers } from "../batch-members.ts";
import type { Closing } from "../ledger/ledger.ts";
import type { Batch, Out, Ticket } from "../ledger/ledger-contents.ts";
import { retryLedger } from "../retry-ledger.ts";
import type { LaneDependencies } from "./lane-dependencies.ts";

export type Finished =
  | { readonly kind: "finished"; readonly outcome: string }
  /** There is no outcome to tell. */
  | { readonly kind: "no-outcome" };

/**
 * Tells every entry of a batch what became of it, deletes exactly the batch's tickets and gives the
 * lane free, in this order. Each part may be done twice, also by a slow hand after the lane has gone
 * on: entries by their round, tickets by their key, the head by the batch's number.
 */
export async function finishBatch(
  lane: string,
  id: number,
  dependencies: LaneDependencies,
): Promise<Finished> {
  const batch = await retryLedger(dependencies, () => dependencies.ledger.readBatch(lane, id));
  if (batch?.out === undefined) return { kind: "no-outcome" };
  const { out } = batch;
  // Those that are gone were told before they went.
  const tickets = await readMembers(lane, batch.members, dependencies);
  await mapWithLimit(tickets, CALLS_AT_A_TIME, ticket => tell(ticket, batch, out, dependencies));
  if (out.by === "lane") await tellOthers(lane, batch, out, tickets, dependencies);
  await deleteTickets(lane, batch.members, dependencies);
  await retryLedger(dependencies, () => dependencies.ledger.close(lane, id, closingOf(batch, out)));
  const { kind: outcome, verdict, message } = out;
  const fields = { batch: id, outcome, events: batch.members.length };
  if (verdict === "pass") dependencies.log.info("batch ended", fields);
  else dependencies.log.error(`batch ended: ${message}`, fields);
  return { kind: "finished", outcome };
}

async function tell(
  { identity, seq, round }: Ticket,
  { id, keep, members }: Batch,
  out: Out,
  dependencies: LaneDependencies,
): Promise<void> {
  const isNewest = seq === members.at(-1)?.seq;
  const superseded = keep === "last" && !isNewest && out.kind !== "incomplete";
  const outcome = superseded ? "superseded" : out.kind;
  await retryLedger(dependencies, () =>
    dependencies.ledger.tellEntry({
      identity,
      round,
      outcome,
      batch: id,
      at: dependencies.epochMs(),
    }),
  );
}

/**
 * Of a batch without a runner nobody else would tell. A bus that does not answer must not stop the
 * lane, so this is tried and no more; entry and batch say the same.
 */
async function tellOthers(
  lane: string,
  batch: Batch,
  out: Out,
  tickets: readonly Ticket[],
  dependencies: LaneDependencies,
): Promise<void> {
  const { putEvent, executionArn, log, metrics } = dependencies;
  if (putEvent === undefined) {
    // Where there was a runner, AWS tells how its execution ended.
    if (batch.missing !== undefined) metrics?.add("Untold");
    return;
  }
  try {
    const ends = [tickets[0], tickets.at(-1)].filter(ticket => ticket !== undefined);
    const entries = await readEntriesOf(ends, dependencies);
    const { id, route, flow, manifest, auditId } = batch;
    const finished = {
      lane,
      id,
      route,
      flow,
      count: batch.members.length,
      parameterNames: Object.keys(entries.at(-1)?.decision.parameters ?? {}),
      ...(manifest !== undefined && { manifest }),
      ...(entries[0] !== undefined && { origin: entries[0].decision.origin }),
    };
    const { kind, message, verdict, at } = out;
    const run = { kind, message, ...(auditId !== undefined && { auditId }) };
    await putEvent(finishedEvent(finished, run, verdict, { arn: executionArn, at }));
  } catch (error) {
    const reason = messageOf(error);
    metrics?.add("Untold");
    log.error("the end of the batch could not be told to the event bus", {
      batch: batch.id,
      reason,
    });
  }
}

function closingOf({ id, route, afterFailure, begunAt }: Batch, out: Out): Closing {
  const holds = afterFailure === "hold" && out.verdict === "fail";
  const why = `Batch ${id} ended in ${out.kind}: ${out.message}`;
  return {
    ...(holds && { hold: { by: `route ${route}`, why, at: out.at } }),
    ...(begunAt !== undefined && { began: { route, at: begunAt } }),
  };
}
