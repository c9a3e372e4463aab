import type { DurableToll } from "./counting-context.ts";
import type { LanesToll } from "./lanes-burst.ts";

/** A bill, item by item, in dollars. */
export type Bill = Readonly<Record<string, number>>;

/** Prices of us-east-1, November 2026, on demand; arm64. */
export const PRICE = {
  millionWriteUnits: 0.625,
  millionReadUnits: 0.125,
  millionOperations: 8,
  durableGbWritten: 0.25,
  durableGbMonthKept: 0.15,
  millionInvocations: 0.2,
  gbSecond: 0.0000133334,
  millionQueueCalls: 0.4,
  millionEvents: 1,
  thousandObjectsWritten: 0.005,
} as const;

/** As the template has it. */
const MEMORY_GB = 0.5;

/** What one invocation of a durable function takes with its replay, beside its waits. */
const REPLAY_SECONDS = 0.4;

/** Of a dispatcher's invocation beside its round trips: parsing, routing, signing. */
const DISPATCH_SECONDS = 0.02;

const DAYS_KEPT = 14;

/** Received, deleted, and sent by S3, each ten messages at most; one alone pays for itself. */
const QUEUE_CALLS_AN_INVOCATION = 2;

export function billOf(toll: LanesToll, messages: number): Bill {
  const { table, dispatcher } = toll;
  return {
    "table, writes": (table.writeUnits / 1e6) * PRICE.millionWriteUnits,
    "table, reads": (table.readUnits / 1e6) * PRICE.millionReadUnits,
    ...durableBill(toll.durable),
    dispatcher:
      ((dispatcher.invocations + toll.wakes) / 1e6) * PRICE.millionInvocations +
      computed(dispatcher.milliseconds / 1_000 + dispatcher.invocations * DISPATCH_SECONDS),
    queue:
      ((messages + dispatcher.invocations * QUEUE_CALLS_AN_INVOCATION) / 1e6) *
      PRICE.millionQueueCalls,
    "lists of files": (toll.manifests / 1e3) * PRICE.thousandObjectsWritten,
    "event bus": (toll.finishedEvents / 1e6) * PRICE.millionEvents,
  };
}

export function durableBill({ operations, writtenBytes, invocations }: DurableToll): Bill {
  const gigabytes = writtenBytes / 1e9;
  return {
    "durable operations": (operations / 1e6) * PRICE.millionOperations,
    "durable data":
      gigabytes * (PRICE.durableGbWritten + (PRICE.durableGbMonthKept * DAYS_KEPT) / 30),
    "lanes and runners":
      (invocations / 1e6) * PRICE.millionInvocations + computed(invocations * REPLAY_SECONDS),
  };
}

export function computed(seconds: number): number {
  return seconds * MEMORY_GB * PRICE.gbSecond;
}

export function sumOf(bill: Bill): number {
  return Object.values(bill).reduce((sum, part) => sum + part, 0);
}
