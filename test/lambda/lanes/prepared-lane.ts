import type { Decision } from "../../../lambda/decision.ts";
import type { Ledger } from "../../../lambda/lanes/ledger/ledger.ts";
import type { Batch, Ticket } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import { ticketOf } from "../../../lambda/lanes/ledger/ticket.ts";
import type { LaneDependencies } from "../../../lambda/lanes/loop/lane-dependencies.ts";
import { createMemoryLedger, type MemoryLane } from "../../virtual/memory-ledger.ts";
import { observeLedger } from "../../virtual/observed-ledger.ts";
import { createRecorded } from "../stand-ins/recorded-log.ts";
import { decisionOf } from "./decisions.ts";

export const NOW = Date.UTC(2026, 10, 27, 9, 0, 0);
export const LANE = "flow";
export const ME = "arn:aws:lambda:eu-central-1:123456789012:function:lane:live/me";

/** One lane whose table a test lays out by hand, with a clock that stands until the test moves it. */
export interface PreparedLane {
  readonly ledger: Ledger;
  readonly lane: MemoryLane;
  readonly entries: ReturnType<typeof createMemoryLedger>["table"]["entries"];
  readonly dependencies: LaneDependencies;
  /** Each operation on the ledger: its name, then what it was given. */
  readonly calls: readonly (readonly unknown[])[];
  readonly lines: readonly unknown[];
  /** Each wake-up: lane and generation. */
  readonly woken: readonly (readonly [string, number])[];
  readonly clock: { now: number };
  /** Writes an entry and its ticket. */
  put(seq: number, changes?: Partial<Decision>): Promise<Ticket>;
  /** Lays a batch into the table. */
  lay(batch: Batch): void;
}

export interface PreparedOptions {
  /** Operations on the ledger that answer otherwise. */
  readonly answers?: Partial<Ledger>;
  readonly given?: Partial<LaneDependencies>;
  readonly pageSize?: number;
}

export async function prepareLane(options: PreparedOptions = {}): Promise<PreparedLane> {
  const { answers = {}, given = {}, pageSize = 100 } = options;
  const memory = createMemoryLedger({ pageSize });
  const calls: (readonly unknown[])[] = [];
  const woken: (readonly [string, number])[] = [];
  const clock = { now: NOW };
  const { log, lines } = createRecorded();
  const observed = observeLedger({ ...memory.ledger, ...answers }, (call, happen) => {
    calls.push([call.name, ...call.input]);
    return happen();
  });
  await memory.ledger.readHead(LANE);
  const lane = memory.table.lanes.get(LANE);
  if (lane === undefined) throw new Error("The ledger has no lane.");
  const dependencies: LaneDependencies = {
    ledger: observed,
    attempts: 2,
    sleep: async () => {},
    random: () => 0,
    epochMs: () => clock.now,
    async wake(name, gen) {
      woken.push([name, gen]);
      return `${name}-${gen}`;
    },
    askExecution: async () => ({ kind: "running" }),
    operations: {
      step: async (_name, work) => work(),
      waitForCondition: () => Promise.reject(new Error("nobody waits here")),
      invoke: () => Promise.reject(new Error("nobody is invoked here")),
    },
    runner: "arn:runner:live",
    runnerTimeoutMs: 60_000,
    executionArn: ME,
    log,
    ...given,
  };
  return {
    ledger: memory.ledger,
    lane,
    entries: memory.table.entries,
    dependencies,
    calls,
    lines,
    woken,
    clock,
    async put(seq, changes = {}) {
      const decision = decisionOf({ identity: `i${seq}`, lane: LANE, ...changes });
      await memory.ledger.putEntry({ seq, at: NOW - 1_000 + seq, decision });
      return ticketOf({ seq, at: NOW - 1_000 + seq, decision });
    },
    lay: batch => lane.batches.set(batch.id, batch),
  };
}

/** A claimed batch of the event with number 1. */
export function batchOf(changes: Partial<Batch> = {}): Batch {
  return {
    id: 1,
    members: [{ seq: 1, round: 1 }],
    st: "claimed",
    gen: 1,
    route: "orders",
    flow: 12345,
    by: "",
    afterFailure: "continue",
    keep: "all",
    claimedAt: NOW - 500,
    ...changes,
  };
}
