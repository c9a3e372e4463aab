import { readEntriesOf } from "../batch-members.ts";
import { finishDrop } from "../finish-drop.ts";
import type { Drop, Head, Ticket } from "../ledger/ledger-contents.ts";
import { retryLedger } from "../retry-ledger.ts";
import { waitingTickets } from "../waiting.ts";
import { LOOK_AT_ONCE, type WakeDependencies, wakeLane } from "../wake-lane.ts";
import { afterWrite } from "./after-write.ts";
import { listLane } from "./list-lane.ts";
import { readPlaces, readTickets } from "./read-lanes.ts";

export interface ControlDependencies extends WakeDependencies {
  readonly epochMs: () => number;
  /** A name that no other command has. */
  readonly commandId: string;
}

export interface ControlCommand {
  readonly lane: string;
  readonly do: "hold" | "resume" | "drop";
  readonly by: string;
  readonly why: string;
  readonly dryRun: boolean;
}

/** What became of the lane; in a dry run, what would. */
export interface Controlled {
  readonly lane: string;
  readonly do: ControlCommand["do"];
  readonly dryRun: boolean;
  readonly held: boolean;
  /** The batch that runs. It goes on, whatever the command. */
  readonly running: number | null;
  /** Events that wait, after the command. */
  readonly waiting: number;
  /** Events that were dropped. */
  readonly dropped: number;
}

/** Holds a lane, resumes it, or drops all that waits in it. Starts nothing but what waits. */
export async function controlLane(
  command: ControlCommand,
  dependencies: ControlDependencies,
): Promise<Controlled> {
  const { lane, dryRun } = command;
  const { ledger } = dependencies;
  const before = await retryLedger(dependencies, () => ledger.readHead(lane));
  switch (command.do) {
    case "hold": {
      const { by, why } = command;
      const at = dependencies.epochMs();
      if (!dryRun) await listLane(lane, dependencies);
      const head = dryRun
        ? before
        : await retryLedger(dependencies, () => ledger.hold(lane, { by, why, at }));
      const tell = () => report(command, head, { held: true, dropped: 0 }, dependencies);
      return dryRun ? tell() : afterWrite("The lane is held all the same.", tell);
    }
    case "resume": {
      const after = { held: false, dropped: 0 };
      if (dryRun) return report(command, before, after, dependencies);
      await retryLedger(dependencies, () => ledger.resume(lane));
      return afterWrite(
        "The lane is resumed all the same: it goes on within 5 minutes.",
        async () => {
          await wakeLane(lane, LOOK_AT_ONCE, dependencies);
          const head = await retryLedger(dependencies, () => ledger.readHead(lane));
          return report(command, head, after, dependencies);
        },
      );
    }
    case "drop": {
      const held = before.hold !== undefined;
      if (dryRun) {
        const { waiting } = await report(command, before, { held, dropped: 0 }, dependencies);
        return report(command, before, { held, dropped: waiting }, dependencies);
      }
      let isAskedFor = false;
      const askedFor = () => {
        isAskedFor = true;
      };
      const doneBefore = () => (isAskedFor ? DROPS_ALL_THE_SAME : undefined);
      return afterWrite(doneBefore, async () => {
        const dropped = await drop(lane, askedFor, dependencies);
        // A batch may have been claimed, or have ended, before the drop was asked for.
        const head = await retryLedger(dependencies, () => ledger.readHead(lane));
        return report(command, head, { held: head.hold !== undefined, dropped }, dependencies);
      });
    }
  }
}

const DROPS_ALL_THE_SAME =
  "The drop is asked for all the same: what is not dropped yet, the lane drops within 5 minutes, or after the run that is running.";

/**
 * Drops all that has a number now, and says when that is asked for. Another drop that is under way is
 * finished first; what it drops waited, too, when this one was given.
 */
async function drop(
  lane: string,
  askedFor: () => void,
  dependencies: ControlDependencies,
): Promise<number> {
  const { ledger } = dependencies;
  const counter = await retryLedger(dependencies, () => ledger.readCounter(lane));
  const mine: Drop = { id: dependencies.commandId, upto: counter?.next ?? 0 };
  const waiting = await readWaiting(lane, mine.upto, dependencies);
  for (;;) {
    const requested = await retryLedger(dependencies, () => ledger.requestDrop(lane, mine));
    const current = requested.head.drop;
    if (current === undefined) continue;
    if (current.id === mine.id) askedFor();
    const dropped = await finishDrop(lane, current, dependencies);
    if (current.id !== mine.id) continue;
    if (dropped >= waiting.length) return dropped;
    // The lane finishes a drop that it meets, or another command does: that is this drop's work too.
    return Math.max(dropped, await countDropped(waiting, dependencies));
  }
}

type Known = Pick<Ticket, "seq" | "round" | "identity">;

async function readWaiting(
  lane: string,
  upto: number,
  dependencies: ControlDependencies,
): Promise<readonly Known[]> {
  const tickets = await readTickets(lane, dependencies, ({ seq, round, identity }) => ({
    seq,
    round,
    identity,
  }));
  const head = await retryLedger(dependencies, () => dependencies.ledger.readHead(lane));
  return waitingTickets(tickets, head).filter(({ seq }) => seq <= upto);
}

/** A few at a time: the entries of a large backlog have no place in memory. */
async function countDropped(
  tickets: readonly Known[],
  dependencies: ControlDependencies,
): Promise<number> {
  let dropped = 0;
  for (let from = 0; from < tickets.length; from += COUNTED_AT_A_TIME) {
    const some = tickets.slice(from, from + COUNTED_AT_A_TIME);
    const entries = await readEntriesOf(some, dependencies);
    dropped += entries.filter(({ outcome }) => outcome === "dropped").length;
  }
  return dropped;
}

const COUNTED_AT_A_TIME = 1_000;

async function report(
  command: ControlCommand,
  head: Head,
  after: { readonly held: boolean; readonly dropped: number },
  dependencies: ControlDependencies,
): Promise<Controlled> {
  const { lane, dryRun } = command;
  const tickets = waitingTickets(await readPlaces(lane, dependencies), head);
  const waiting = Math.max(0, tickets.length - (dryRun ? after.dropped : 0));
  return { lane, do: command.do, dryRun, running: head.open?.id ?? null, waiting, ...after };
}
