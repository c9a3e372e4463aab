import { finishDrop } from "../finish-drop.ts";
import type { Entry } from "../ledger/ledger-contents.ts";
import { retryLedger } from "../retry-ledger.ts";
import { LOOK_AT_ONCE, type WakeDependencies, wakeLane } from "../wake-lane.ts";
import { afterWrite } from "./after-write.ts";
import { keepTime, type Reserve } from "./keep-time.ts";
import { refuseUnknownRoute } from "./known-names.ts";
import { listLane } from "./list-lane.ts";
import { type ReadLedgerDependencies, readLedger } from "./read-ledger.ts";

export type AgainDependencies = WakeDependencies &
  ReadLedgerDependencies & { readonly epochMs: () => number };

/** Which entries wait again. What is not said does not matter. */
export interface AgainCommand {
  readonly route?: string;
  readonly lane?: string;
  readonly outcomes: readonly string[];
  /** When the event was delivered, milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
  readonly dryRun: boolean;
}

/** What waits again; in a dry run, what would. */
export interface RunAgain {
  readonly dryRun: boolean;
  readonly again: number;
  /** By lane. */
  readonly lanes: Readonly<Record<string, number>>;
  /** By the outcome that they had. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Whether those were all. If not, the same command goes on, since what waits is left alone. */
  readonly complete: boolean;
}

/**
 * Outcomes after which running an event again loads nothing twice, so far as anybody can know. Those
 * of a run that may still be running (`timed-out`, `lost`, `aborted`, and `refused` where it was the key
 * that was refused in the middle), of one that may have begun (`start-unknown`), and what was dropped
 * on purpose have to be named.
 */
export const SAFE_OUTCOMES = ["error", "canceled", "not-started", "incomplete", "busy"];

/** Kept of an invocation's time to wake the last lane, and for the answer; of a short one, a sixth. */
const RESERVE: Reserve = { ms: 10_000, share: 6 };

/** More than an invocation has time for; all of millions would have no place in its memory. */
const MAX_ENTRIES = 20_000;

/**
 * Told entries wait again, each in its old place, and their lanes are woken. Throws when the route is
 * neither one of those that are deployed nor that of any entry: "none" would be taken for "all is well".
 */
export async function runAgain(
  command: AgainCommand,
  dependencies: AgainDependencies,
  deployedRoutes: readonly string[] = [],
): Promise<RunAgain> {
  const isInTime = keepTime(dependencies.remainingMs, RESERVE);
  const tally = createTally();
  const first = createFirst(MAX_ENTRIES);
  await findEntries(command, dependencies, new Set(deployedRoutes), entries => {
    if (command.dryRun) for (const entry of entries) tally.count(entry);
    else first.add(entries);
  });
  if (command.dryRun) return { dryRun: true, ...tally.sums(), complete: true };
  const found = first.entries();
  let complete = !first.isCut();
  const doneBefore = () => saidOf(tally.sums().again);
  await afterWrite(doneBefore, async () => {
    for (const [lane, entries] of Map.groupBy(found, entry => entry.lane)) {
      const isWhole =
        isInTime() && (await waitInLane(lane, entries, command, tally, isInTime, dependencies));
      complete &&= isWhole;
    }
  });
  return { dryRun: false, ...tally.sums(), complete };
}

/** Resolves with whether there was time for all of them. */
async function waitInLane(
  lane: string,
  entries: readonly Entry[],
  { outcomes }: AgainCommand,
  tally: Tally,
  isInTime: () => boolean,
  dependencies: AgainDependencies,
): Promise<boolean> {
  const dropped = await finishPendingDrop(lane, dependencies);
  await listLane(lane, dependencies);
  let complete = true;
  for (const entry of entries) {
    complete = isInTime();
    if (!complete) break;
    if (await wait(entry, dependencies)) tally.count(entry);
  }
  await wakeLane(lane, LOOK_AT_ONCE, dependencies);
  // What was dropped only now came too late to be found.
  return complete && !(dropped > 0 && outcomes.includes("dropped"));
}

function saidOf(again: number): string | undefined {
  if (again === 0) return undefined;
  return `Before that, events began to wait again: ${again}. Their lane sees them within 5 minutes. Run the same command again for the others.`;
}

interface Tally {
  readonly count: (entry: Entry) => void;
  readonly sums: () => Pick<RunAgain, "again" | "lanes" | "outcomes">;
}

function createTally(): Tally {
  const lanes = new Map<string, number>();
  const outcomes = new Map<string, number>();
  return {
    count({ lane, outcome = "" }) {
      lanes.set(lane, (lanes.get(lane) ?? 0) + 1);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    },
    sums: () => ({
      again: [...lanes.values()].reduce((sum, count) => sum + count, 0),
      lanes: Object.fromEntries(lanes),
      outcomes: Object.fromEntries(outcomes),
    }),
  };
}

/** Of all entries that it is shown, keeps those whose places come first. */
function createFirst(most: number) {
  let kept: readonly Entry[] = [];
  let cut = false;
  const shorten = () => {
    kept = kept.toSorted(byPlace);
    if (kept.length > most) cut = true;
    kept = kept.slice(0, most);
  };
  return {
    add(entries: readonly Entry[]) {
      if (entries.length > 0) kept = [...kept, ...entries];
      if (kept.length > 2 * most) shorten();
    },
    entries() {
      shorten();
      return kept;
    },
    isCut: () => cut,
  };
}

async function findEntries(
  command: AgainCommand,
  dependencies: AgainDependencies,
  routes: Set<string>,
  show: (entries: readonly Entry[]) => void,
): Promise<void> {
  const { route, lane, outcomes } = command;
  const isKnown = route === undefined || routes.has(route);
  // The nearest name to one that nobody knows may be that of any entry.
  const wanted = isKnown
    ? { outcomes, ...(route !== undefined && { route }), ...(lane !== undefined && { lane }) }
    : {};
  await readLedger(wanted, dependencies, entries => {
    for (const { decision } of entries) routes.add(decision.route);
    show(entries.filter(entry => isMeant(entry, command)));
  });
  if (route !== undefined) refuseUnknownRoute(route, routes);
}

function isMeant(entry: Entry, { route, lane, outcomes, since, until }: AgainCommand): boolean {
  return (
    entry.state === "told" &&
    outcomes.includes(entry.outcome ?? "") &&
    (route === undefined || entry.decision.route === route) &&
    (lane === undefined || entry.lane === lane) &&
    (since === undefined || entry.at >= since) &&
    (until === undefined || entry.at <= until)
  );
}

/**
 * Else what waits again could be dropped by a command that was given before. Resolves with how many
 * entries were dropped.
 */
async function finishPendingDrop(lane: string, dependencies: AgainDependencies): Promise<number> {
  const { drop } = await retryLedger(dependencies, () => dependencies.ledger.readHead(lane));
  return drop === undefined ? 0 : finishDrop(lane, drop, dependencies);
}

async function wait(entry: Entry, dependencies: AgainDependencies): Promise<boolean> {
  // The same time in each attempt, which makes it the same transaction: when the answer to the first
  // one was lost, the entry still counts as one that waits again.
  const at = dependencies.epochMs();
  const result = await retryLedger(dependencies, () => dependencies.ledger.waitAgain(entry, at));
  return result.kind === "waiting";
}

function byPlace(one: Entry, other: Entry): number {
  return one.lane === other.lane ? one.seq - other.seq : one.lane < other.lane ? -1 : 1;
}
