import { computed, durableBill, PRICE, sumOf } from "./aws-bill.ts";
import { simulate } from "./burst.ts";

/** The pace that a dispatcher without lanes kept, so that waiting runs leave requests for others. */
const PACE_MS = 2_000;
const SHARE = 50;

/** What the burst takes with an execution for each event. It grows with the events, so a part is played. */
export async function oneRunAnEvent(events: number, withinMs: number, seed: number) {
  const share = Math.max(1, Math.min(SHARE, Math.floor(events / 1_000)));
  const some = Math.round(events / share);
  const toll = await simulate({
    events: some,
    withinMs: withinMs / share,
    routes: 20,
    runMs: 5_000,
    paceMs: PACE_MS,
    twice: 0.02,
    lostAnswers: 0,
    droppedStarts: 0,
    seed,
  });
  const { operations, mostOperations, writtenBytes, invocations } = toll;
  const durable = { operations, mostOperations, writtenBytes, invocations, executions: some };
  const dollars =
    sumOf(durableBill(durable)) +
    computed(toll.dispatcherMs / 1_000) +
    ((3 * some) / 1e6) * PRICE.millionQueueCalls;
  return {
    share,
    toll: {
      requests: toll.requests * share,
      limited: toll.refused * share,
      lastedMs: toll.lastedMs * share,
      dollars: dollars * share,
    },
  };
}
