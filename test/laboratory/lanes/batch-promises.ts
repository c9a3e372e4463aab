import type { BatchRule } from "../../../lambda/decision.ts";
import type { Ticket } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import type { Protocol } from "./play.ts";
import type { Claim } from "./watch-claims.ts";

type Check = (protocol: Protocol) => readonly string[];

/** What a route says of its batches, held against each claim by other means than the lane's. */
export const BATCH_PROMISES: Readonly<Record<string, Check>> = {
  "a batch is of one route and one `by`": ofEach(oneGroup),
  "a batch has at most `most` events": ofEach(notTooMany),
  "nothing is run before it is ripe": ofEach(notTooEarly),
  "a route runs at most `every` so often": notTooOften,
  "with `keep: last` only the newest is run": onlyTheNewest,
};

function ofEach(check: (claim: Claim, rule: BatchRule) => string | undefined): Check {
  return ({ claims }) =>
    claims.flatMap(claim => {
      const rule = claim.tickets.at(-1)?.rule;
      if (rule === undefined) {
        return claim.tickets.length === 1 ? [] : [`${nameOf(claim)} has no rule and no one event`];
      }
      const wrong = check(claim, rule);
      return wrong === undefined ? [] : [`${nameOf(claim)} ${wrong}`];
    });
}

function oneGroup({ tickets }: Claim): string | undefined {
  const groups = new Set(tickets.map(({ route, by }) => JSON.stringify([route, by])));
  return groups.size === 1 ? undefined : `is of ${groups.size} groups`;
}

function notTooMany({ tickets }: Claim, { most }: BatchRule): string | undefined {
  return tickets.length <= most ? undefined : `has ${tickets.length} of ${most}`;
}

/** By the claimer's clock, since every process can only go by its own. */
function notTooEarly(claim: Claim, rule: BatchRule): string | undefined {
  const { tickets, missing } = claim;
  const now = claim.at + claim.skewMs;
  const times = tickets.map(({ at }) => at);
  const isOld = now >= Math.min(...times) + rule.longestMs;
  const isFull = tickets.length >= rule.most;
  if (missing !== undefined) {
    const came = missing.filter(name => tickets.some(({ file }) => file === name));
    if (came.length > 0) return `is incomplete for want of ${came.join(", ")}, which came`;
    return isFull || isOld ? undefined : "was given up while others could still come";
  }
  if (rule.all !== undefined) return isWhole(tickets, rule.all) ? undefined : "is no whole set";
  const isQuiet = now >= Math.max(...times) + rule.quietMs;
  return isFull || isOld || isQuiet ? undefined : "is neither full nor old, and it was not quiet";
}

function isWhole(tickets: readonly Ticket[], all: readonly string[]): boolean {
  return all.every(name => tickets.some(({ file }) => file === name));
}

/** From the begin that the runner noted to the next claim, each by a clock that may be wrong. */
function notTooOften({ claims, table, world }: Protocol): string[] {
  return claims.flatMap(claim => {
    const rule = claim.tickets.at(-1)?.rule;
    const route = claim.tickets[0]?.route;
    const batches = [...(table.lanes.get(claim.lane)?.batches.values() ?? [])];
    const before = batches
      .filter(batch => batch.id < claim.batch && batch.route === route)
      .map(({ begunAt }) => begunAt ?? 0);
    if (rule === undefined || claim.missing !== undefined || before.length === 0) return [];
    const since = claim.at - Math.max(...before);
    // A begin that seems to lie ahead counts as now.
    return since >= rule.everyMs - 2 * world.maxSkewMs
      ? []
      : [`${nameOf(claim)} comes ${since} ms after the run before it began`];
  });
}

function onlyTheNewest({ claims, runs }: Protocol): string[] {
  return claims.flatMap(claim => {
    if (claim.tickets.at(-1)?.rule?.keep !== "last") return [];
    const newest = claim.tickets.at(-1)?.identity;
    return runs
      .filter(run => run.lane === claim.lane && run.batch === claim.batch)
      .filter(({ events }) => events.join() !== newest)
      .map(({ events }) => `${nameOf(claim)} ran ${events.join()}`);
  });
}

function nameOf({ batch, lane }: Claim): string {
  return `batch ${batch} of lane ${lane}`;
}
