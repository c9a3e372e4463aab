import { finishDrop } from "../finish-drop.ts";
import type { Entry } from "../ledger/ledger-contents.ts";
import { retryLedger } from "../retry-ledger.ts";
import { LOOK_AT_ONCE, type WakeDependencies, wakeLane } from "../wake-lane.ts";
import { refuseUnknownRoute } from "./known-names.ts";
import { listLane } from "./list-lane.ts";

export interface AgainDependencies extends WakeDependencies {
  readonly epochMs: () => number;
}

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
}

/**
 * Outcomes after which running an event again loads nothing twice, so far as anybody can know. Those
 * of a run that may still be running (`timed-out`, `lost`, `aborted`, and `refused` where it was the key
 * that was refused in the middle), of one that may have begun (`start-unknown`), and what was dropped
 * on purpose have to be named.
 */
export const SAFE_OUTCOMES = ["error", "canceled", "not-started", "incomplete", "busy"];

/**
 * Told entries wait again, each in its old place, and their lanes are woken. Throws when the route is
 * neither one of those that are deployed nor that of any entry: "none" would be taken for "all is well".
 */
export async function runAgain(
  command: AgainCommand,
  dependencies: AgainDependencies,
  deployedRoutes: readonly string[] = [],
): Promise<RunAgain> {
  const found = await findEntries(command, dependencies, new Set(deployedRoutes));
  const entries = found.toSorted(byPlace);
  const lanes = new Map<string, number>();
  const outcomes = new Map<string, number>();
  for (const [lane, ofLane] of Map.groupBy(entries, entry => entry.lane)) {
    if (!command.dryRun) {
      await finishPendingDrop(lane, dependencies);
      await listLane(lane, dependencies);
    }
    for (const entry of ofLane) {
      if (!command.dryRun && !(await wait(entry, dependencies))) continue;
      lanes.set(lane, (lanes.get(lane) ?? 0) + 1);
      const { outcome = "" } = entry;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    if (!command.dryRun) await wakeLane(lane, LOOK_AT_ONCE, dependencies);
  }
  return {
    dryRun: command.dryRun,
    again: [...lanes.values()].reduce((sum, count) => sum + count, 0),
    lanes: Object.fromEntries(lanes),
    outcomes: Object.fromEntries(outcomes),
  };
}

async function findEntries(
  command: AgainCommand,
  dependencies: AgainDependencies,
  routes: Set<string>,
): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  let after: string | undefined;
  do {
    const from = after;
    const page = await retryLedger(dependencies, () => dependencies.ledger.scanEntries(from));
    for (const entry of page.entries) {
      routes.add(entry.decision.route);
      if (isMeant(entry, command)) found.push(entry);
    }
    after = page.after;
  } while (after !== undefined);
  if (command.route !== undefined) refuseUnknownRoute(command.route, routes);
  return found;
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

/** Else what waits again could be dropped by a command that was given before. */
async function finishPendingDrop(lane: string, dependencies: AgainDependencies): Promise<void> {
  const { drop } = await retryLedger(dependencies, () => dependencies.ledger.readHead(lane));
  if (drop !== undefined) await finishDrop(lane, drop, dependencies);
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
