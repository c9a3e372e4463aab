import type { Batch, Head } from "../ledger/ledger-contents.ts";
import { retryLedger } from "../retry-ledger.ts";
import { waitingSince, waitingTickets } from "../waiting.ts";
import type { WakeDependencies } from "../wake-lane.ts";
import { type LaneTime, lanesInTime } from "./lanes-in-time.ts";
import { readLanes, readPlaces } from "./read-lanes.ts";

/** A lane as `{"lanes": true}` answers it. Times are ISO texts. */
export interface LaneReport {
  readonly lane: string;
  readonly state: "idle" | "waiting" | "running" | "held" | "dropping";
  /** Events that wait for a batch. */
  readonly waiting: number;
  /** When the oldest of them was delivered. */
  readonly oldest?: string;
  readonly running?: BatchReport;
  /** The last batch that ended. */
  readonly last?: BatchReport;
  readonly held?: { readonly by: string; readonly why: string; readonly at: string };
}

interface BatchReport {
  readonly batch: number;
  readonly route: string;
  readonly flow: number;
  readonly events: number;
  readonly auditId?: string;
  readonly manifest?: string;
  readonly outcome?: string;
  readonly message?: string;
}

/** What waits, what runs and how the last run ended, lane by lane. Changes nothing. */
export async function describeLanes(
  dependencies: WakeDependencies & LaneTime,
): Promise<LanesReport> {
  const names = await readLanes(dependencies);
  const { results: lanes, late } = await lanesInTime(names.toSorted(), dependencies, lane =>
    describeLane(lane, dependencies),
  );
  return { lanes, ...(late > 0 && { late }) };
}

export interface LanesReport {
  readonly lanes: readonly LaneReport[];
  /** How many lanes there was no time for. Missing: these are all. */
  readonly late?: number;
}

async function describeLane(lane: string, dependencies: WakeDependencies): Promise<LaneReport> {
  const { ledger } = dependencies;
  const tickets = await readPlaces(lane, dependencies);
  const head = await retryLedger(dependencies, () => ledger.readHead(lane));
  const { open, hold, nb } = head;
  const read = async (id: number) => retryLedger(dependencies, () => ledger.readBatch(lane, id));
  const running = open === undefined ? undefined : await read(open.id);
  const lastId = open === undefined ? nb - 1 : open.id - 1;
  const last = lastId < 1 ? undefined : await read(lastId);
  // A batch that ended since the tickets were read has taken its own along.
  const waiting = waitingTickets(
    waitingTickets(tickets, head),
    last === undefined ? {} : { open: last },
  );
  const oldest = waitingSince(waiting);
  return {
    lane,
    state: stateOf(head, waiting.length),
    waiting: waiting.length,
    ...(oldest !== undefined && { oldest: new Date(oldest).toISOString() }),
    ...(running !== undefined && { running: reportOf(running) }),
    ...(last !== undefined && { last: reportOf(last) }),
    ...(hold !== undefined && { held: { ...hold, at: new Date(hold.at).toISOString() } }),
  };
}

function stateOf({ open, hold, drop }: Head, waiting: number): LaneReport["state"] {
  if (drop !== undefined) return "dropping";
  if (open !== undefined) return "running";
  if (hold !== undefined) return "held";
  return waiting > 0 ? "waiting" : "idle";
}

function reportOf({ id, route, flow, members, auditId, manifest, out }: Batch): BatchReport {
  return {
    batch: id,
    route,
    flow,
    events: members.length,
    ...(auditId !== undefined && { auditId }),
    ...(manifest !== undefined && { manifest }),
    ...(out !== undefined && { outcome: out.kind, message: out.message }),
  };
}
