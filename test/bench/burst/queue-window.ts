import type { Reply } from "../../../shared/etlworks/replies/reply.ts";
import { createChance } from "../../virtual/chance.ts";
import { createVirtualEtlworks } from "../../virtual/virtual-etlworks.ts";
import { createVirtualTime } from "../../virtual/virtual-time.ts";
import { computed, PRICE } from "./aws-bill.ts";

export interface QueueWindow {
  readonly events: number;
  readonly withinMs: number;
  readonly flows: number;
  readonly runMs: number;
  /** `MaximumBatchingWindowInSeconds` and `BatchSize` of the queue's event source. */
  readonly windowMs: number;
  readonly size: number;
  /** `MaximumConcurrency`: 2 is the least. */
  readonly concurrency: number;
  readonly seed: number;
}

export interface WindowToll {
  readonly runs: number;
  readonly requests: number;
  /** Starts that another run of the flow refused. */
  readonly busy: number;
  readonly lastDelayMs: number;
  readonly lastedMs: number;
  /** Invocations that Lambda ended after its 15 minutes; their events come again. */
  readonly cut: number;
  readonly dollars: number;
}

const CHECK_MS = 10_000;
const ANSWER_MS = 150;
const LONGEST_MS = 15 * 60_000;

/**
 * The same burst through the batch window that SQS itself has, with the least code that one would
 * write for it: an invocation starts one run for each flow in its batch, waits its turn, and follows
 * the run to its end. A window knows no flow, so each batch holds events of all of them.
 */
export async function playQueueWindow(given: QueueWindow): Promise<WindowToll> {
  const chance = createChance(given.seed).random;
  const time = createVirtualTime();
  const etlworks = createVirtualEtlworks({
    now: time.now,
    flows: Array.from({ length: given.flows }, (_, id) => ({
      id,
      name: `flow ${id}`,
      runs: [{ runningMs: given.runMs }],
    })),
  });
  const client = etlworks.client(etlworks.connect({ sleep: time.sleep, thereMs: ANSWER_MS }));
  const counts = { busy: 0, cut: 0, invocations: 0, milliseconds: 0 };
  const arrivals = Array.from({ length: given.events }, () => chance() * given.withinMs)
    .toSorted((one, other) => one - other)
    .map((at, index) => ({ at, flow: index % given.flows }));
  const last = arrivals.at(-1);
  let lastDelayMs = Number.POSITIVE_INFINITY;
  let next = 0;

  /** Whether the run ended before Lambda ended the invocation. */
  const run = async (flow: number, until: number): Promise<boolean> => {
    let started = answerOf(await client.start(flow, {}, ""));
    while (started.code === "1") {
      counts.busy += 1;
      await time.sleep(CHECK_MS);
      if (time.now() >= until) return false;
      started = answerOf(await client.start(flow, {}, ""));
    }
    let status: string | undefined = "running";
    while (status === "running") {
      await time.sleep(CHECK_MS);
      status = answerOf(await client.execution(flow, started.auditId ?? "")).status;
    }
    return true;
  };
  const poll = async (): Promise<void> => {
    while (next < arrivals.length) {
      const first = arrivals[next];
      if (first !== undefined && first.at > time.now()) await time.sleep(first.at - time.now());
      const from = time.now();
      const batch: typeof arrivals = [];
      while (batch.length < given.size && time.now() < from + given.windowMs) {
        const message = arrivals[next];
        if (message === undefined) break;
        if (message.at > time.now()) await time.sleep(Math.min(message.at - time.now(), 1_000));
        else {
          batch.push(message);
          next += 1;
        }
      }
      const began = time.now();
      counts.invocations += 1;
      const flows = [...new Set(batch.map(({ flow }) => flow))];
      const ended = await Promise.all(flows.map(flow => run(flow, began + LONGEST_MS)));
      if (ended.includes(false)) counts.cut += 1;
      counts.milliseconds += time.now() - began;
      if (last !== undefined && batch.includes(last)) lastDelayMs = time.now() - last.at;
    }
  };

  const pollers = Array.from({ length: given.concurrency }, poll);
  await time.finish();
  await Promise.all(pollers);
  const { invocations, milliseconds, ...rest } = counts;
  const queueCalls = given.events + 3 * invocations * Math.ceil(given.size / 10 / 10);
  return {
    ...rest,
    runs: etlworks.model.runs.length,
    requests: etlworks.arrivals.length,
    lastDelayMs,
    lastedMs: time.now(),
    dollars:
      computed(milliseconds / 1_000) +
      (invocations / 1e6) * PRICE.millionInvocations +
      (queueCalls / 1e6) * PRICE.millionQueueCalls,
  };
}

function answerOf<Value>(reply: Reply<Value>): Value {
  if (reply.kind !== "value") throw new Error("Etlworks has no fault here.");
  return reply.value;
}
