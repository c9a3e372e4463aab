import { mapWithLimit } from "../map-with-limit.ts";
import { patiently } from "./again-later.ts";
import { CALLS_AT_A_TIME, deleteTickets, readMembers } from "./batch-members.ts";
import type { LaneDependencies } from "./lane-dependencies.ts";
import type { Batch, Closing, Out, Ticket } from "./ledger.ts";

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
  const batch = await patiently(dependencies, () => dependencies.ledger.readBatch(lane, id));
  if (batch?.out === undefined) return { kind: "no-outcome" };
  const { out } = batch;
  // Those that are gone were told before they went.
  const tickets = await readMembers(lane, batch.members, dependencies);
  await mapWithLimit(tickets, CALLS_AT_A_TIME, ticket => tell(ticket, batch, out, dependencies));
  await deleteTickets(lane, batch.members, dependencies);
  await patiently(dependencies, () => dependencies.ledger.close(lane, id, closingOf(batch, out)));
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
  await patiently(dependencies, () =>
    dependencies.ledger.tellEntry({
      identity,
      round,
      outcome,
      batch: id,
      at: dependencies.epochMs(),
    }),
  );
}

function closingOf({ id, route, afterFailure, begunAt }: Batch, out: Out): Closing {
  const holds = afterFailure === "hold" && out.verdict === "fail";
  const why = `Batch ${id} ended in ${out.kind}: ${out.message}`;
  return {
    ...(holds && { hold: { by: `route ${route}`, why, at: out.at } }),
    ...(begunAt !== undefined && { began: { route, at: begunAt } }),
  };
}
