import { readMembers } from "../batch-members.ts";
import type { Batch } from "../ledger/ledger-contents.ts";
import { retryLedger } from "../retry-ledger.ts";
import type { Armed } from "./arm-batch.ts";
import type { LaneDependencies } from "./lane-dependencies.ts";

/**
 * A batch of an incomplete set has no run: it gets its outcome where others get their runner. Whether
 * this write is taken or refused, what comes next reads the batch.
 */
export async function settleIncomplete(
  lane: string,
  id: number,
  armed: Armed,
  dependencies: LaneDependencies,
): Promise<Armed> {
  if (armed.kind !== "armed") return armed;
  const batch = await retryLedger(dependencies, () => dependencies.ledger.readBatch(lane, id));
  if (batch?.missing === undefined) return armed;
  const message = await sentenceOf(lane, batch, batch.missing, dependencies);
  await retryLedger(dependencies, () =>
    dependencies.ledger.settleBatch(lane, id, batch, {
      kind: "incomplete",
      verdict: "fail",
      message,
      at: dependencies.epochMs(),
      by: "lane",
    }),
  );
  return { kind: "begun" };
}

/** A set that was full before it was complete had time left, and would be full again. */
async function sentenceOf(
  lane: string,
  { members }: Batch,
  missing: readonly string[],
  dependencies: LaneDependencies,
): Promise<string> {
  const newest = await readMembers(lane, members.slice(-1), dependencies);
  const most = newest[0]?.rule?.most ?? Number.POSITIVE_INFINITY;
  const count = members.length;
  const names = missing.join(", ");
  return count < most
    ? `The set is not complete: ${names} did not come in time. Upload what is missing, then run the events that came (${count}) again.`
    : `The set is not complete: ${names} is missing, and batch.most (${most}) has no place for more events. Set batch.most of the route to more, upload what is missing, then run the events that came (${count}) again.`;
}
