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
  await retryLedger(dependencies, () =>
    dependencies.ledger.settleBatch(lane, id, batch, {
      kind: "incomplete",
      verdict: "fail",
      message: `The set is not complete: ${batch.missing?.join(", ")} did not come in time. Upload what is missing, then run the events that came (${batch.members.length}) again.`,
      at: dependencies.epochMs(),
      by: "lane",
    }),
  );
  return { kind: "begun" };
}
