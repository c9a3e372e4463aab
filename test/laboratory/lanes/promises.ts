import type { Batch, Entry } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import type { BrokenPromise } from "../promises.ts";
import { BATCH_PROMISES } from "./batch-promises.ts";
import type { Protocol } from "./play.ts";
import type { Run } from "./virtual-flow.ts";
import { isCalm } from "./world.ts";

type Check = (protocol: Protocol) => readonly string[];

/** What lanes promise, each a check of what a world came to. */
const PROMISES: Readonly<Record<string, Check>> = {
  "every event that was taken is told, or waits in a lane that is held": neverNowhere,
  "an event is run at most once a round": neverTwice,
  "a batch is begun at most once": oneRunABatch,
  "nothing begins when its batch has been told": neverAfterwards,
  "what is told is true": toldTruly,
  "runs of a lane do not overlap": neverBesideAnother,
  "a later event never overtakes": inOrder,
  "nobody needs the sweep, nothing is claimed in a held lane, and lists do not change": ({
    wrongs,
  }) => wrongs,
  ...BATCH_PROMISES,
  "with hold, nothing overtakes a failure": holdsAfterFailure,
  "nothing ripe waits in a lane that is free": prompt,
  "the ledger comes to rest": atRest,
  "an execution stays below what AWS allows": fewOperations,
};

export function brokenLanePromises(protocol: Protocol): BrokenPromise[] {
  return Object.entries(PROMISES).flatMap(([promise, check]) =>
    check(protocol).map(how => ({ promise, how })),
  );
}

function neverNowhere({ acknowledged, table }: Protocol): string[] {
  return [...acknowledged.keys()].flatMap(identity => {
    const entry = table.entries.get(identity);
    if (entry === undefined) return [`${identity} was acknowledged and is in no ledger`];
    const held = table.lanes.get(entry.lane)?.head.hold !== undefined;
    return entry.state === "told" || held ? [] : [`${identity} waits for ever`];
  });
}

function neverTwice({ table, runs }: Protocol): string[] {
  return [...table.entries.values()].flatMap(({ identity, round, outcome }) => {
    const count = runs.filter(({ events }) => events.includes(identity)).length;
    if (count > round) return [`${identity} was run ${count} times in ${round} rounds`];
    return outcome === "dropped" && count === round ? [`${identity} was dropped and run`] : [];
  });
}

function oneRunABatch({ runs }: Protocol): string[] {
  const byBatch = Map.groupBy(runs, ({ lane, batch }) => `${batch} of lane ${lane}`);
  return [...byBatch].flatMap(([batch, ofBatch]) =>
    ofBatch.length > 1 ? [`batch ${batch} began ${ofBatch.length} runs`] : [],
  );
}

/** Times in the ledger are by clocks that may be wrong. */
function neverAfterwards({ runs, table, world, beganAt }: Protocol): string[] {
  const entries = [...table.entries.values()];
  return runs.flatMap(({ lane, batch, startedAt }) => {
    const told = entries.find(entry => entry.lane === lane && entry.batch === batch);
    if (told?.toldAt === undefined) return [];
    return beganAt + startedAt > told.toldAt + world.maxSkewMs + 1
      ? [`batch ${batch} of lane ${lane} began its run after it was told as ${told.outcome}`]
      : [];
  });
}

function toldTruly(protocol: Protocol): string[] {
  return [...protocol.table.entries.values()].flatMap(entry => {
    if (entry.state !== "told") return [];
    const why = lieIn(entry, protocol);
    return why === undefined ? [] : [`${entry.identity} is told ${entry.outcome}, but ${why}`];
  });
}

function lieIn(entry: Entry, { table, runs, doubtful }: Protocol): string | undefined {
  const { identity, lane, outcome, batch: id } = entry;
  if (outcome === "dropped") return undefined;
  const batch = id === undefined ? undefined : table.lanes.get(lane)?.batches.get(id);
  if (batch === undefined) return "its batch is not in the ledger";
  const run = runs.find(one => one.lane === lane && one.batch === id);
  const loads = run?.events.includes(identity) === true;
  switch (outcome ?? "") {
    case "success":
    case "error":
      if (run === undefined) return "its batch has no run";
      if (run.status !== outcome) return `its run ended in ${run.status}`;
      return loads ? undefined : "its run did not load it";
    case "superseded":
      return batch.keep === "last" && !loads ? undefined : "nothing newer took its place";
    case "incomplete":
      return run === undefined && batch.missing !== undefined ? undefined : "nothing was missing";
    case "not-started":
      return run === undefined ? undefined : "its batch has a run";
    case "start-unknown":
      return doubtful.has(`${lane} ${id}`) || run === undefined || isOrphan(batch)
        ? undefined
        : "its start met no fault";
    default:
      return "nobody knows this outcome";
  }
}

/** Begun, and gone before it could note its run. */
function isOrphan(batch: Batch): boolean {
  return batch.st === "begun" && batch.auditId === undefined;
}

function neverBesideAnother({ runs, table }: Protocol): string[] {
  return runs.flatMap((run, index) =>
    runs.slice(0, index).flatMap(before => {
      if (before.lane !== run.lane || run.startedAt >= before.endsAt) return [];
      // Whom nobody could find cannot be waited for.
      const { out } = table.lanes.get(before.lane)?.batches.get(before.batch) ?? {};
      return out?.kind === "start-unknown" ? [] : [`${nameOf(run)} beside ${nameOf(before)}`];
    }),
  );
}

function nameOf({ batch, lane }: Run): string {
  return `batch ${batch} of lane ${lane}`;
}

/** Of events of one group: A was acknowledged before B was handed over, so A is never in a later batch. */
function inOrder({ table, acknowledged, handedOver }: Protocol): string[] {
  const entries = [...table.entries.values()].filter(
    entry => entry.round === 1 && entry.batch !== undefined,
  );
  return entries.flatMap(later =>
    entries.flatMap(earlier => {
      if (groupOf(earlier) !== groupOf(later) || earlier === later) return [];
      const known = acknowledged.get(earlier.identity);
      const came = handedOver.get(later.identity);
      if (known === undefined || came === undefined || known >= came) return [];
      return (earlier.batch ?? 0) > (later.batch ?? 0)
        ? [`${later.identity} came after ${earlier.identity} and was run before it`]
        : [];
    }),
  );
}

function groupOf({ lane, decision: { route, batch } }: Entry): string {
  return JSON.stringify(batch === undefined ? [lane] : [lane, route, batch.by]);
}

/** By the batches in their order: after one that failed and holds, somebody resumed or nothing came. */
function holdsAfterFailure({ table, world, runs }: Protocol): string[] {
  return [...table.lanes].flatMap(([lane, { batches }]) => {
    const resumed = world.commands.some(
      command => command.do === "resume" && command.lane === lane,
    );
    if (resumed) return [];
    const ordered = [...batches.values()].toSorted((one, other) => one.id - other.id);
    const failed = ordered.find(
      batch => batch.afterFailure === "hold" && batch.out?.verdict === "fail",
    );
    if (failed === undefined) return [];
    return runs.some(run => run.lane === lane && run.batch > failed.id)
      ? [`batch ${failed.id} of lane ${lane} failed and holds, and a later one was begun`]
      : [];
  });
}

/** The sweep comes every 5 minutes, and may itself be lost while there are faults. */
const AFTER_DEATHS_MS = 16 * 60_000;
/** AWS's answers may be of a moment ago for a quarter of an hour, and one sweep more be lost then. */
const STALE_MS = 10 * 60_000;
const CALM_MS = 5_000;

function prompt({ idle, world }: Protocol): string[] {
  // A slow operation is a slow operation; a clock that is wrong moves what is ripe by its size.
  const slack = 60 * world.maxPaceMs + 2 * world.maxSkewMs;
  const afterDeaths = AFTER_DEATHS_MS + (world.stale > 0 ? STALE_MS : 0);
  const allowed = (isCalm(world) && world.faults.length === 0 ? CALM_MS : afterDeaths) + slack;
  return [...idle].flatMap(([lane, { milliseconds, from }]) =>
    milliseconds > allowed
      ? [
          `lane ${lane} stood idle for ${Math.round(milliseconds)} ms from ${Math.round(from)} ms on`,
        ]
      : [],
  );
}

function atRest({ table, executions }: Protocol): string[] {
  const lanes = [...table.lanes].flatMap(([lane, { head, tickets, counter }]) => [
    ...(head.open === undefined ? [] : [`batch ${head.open.id} of lane ${lane} is open`]),
    // Where no event ever came, nobody looks, and the first one does.
    ...(head.drop === undefined || counter === undefined
      ? []
      : [`a drop of lane ${lane} is under way`]),
    ...[...tickets.values()].flatMap(({ identity, round }) => {
      const entry = table.entries.get(identity);
      return entry?.state === "waiting" && entry.round === round
        ? []
        : [`a ticket of ${identity} stands for nothing`];
    }),
  ]);
  const running = executions.filter(({ status }) => status === "RUNNING");
  return [...lanes, ...running.map(({ name }) => `execution ${name} is running`)];
}

function fewOperations({ executions }: Protocol): string[] {
  return executions.flatMap(({ name, operations }) =>
    operations > 2_900 ? [`execution ${name} took ${operations} operations`] : [],
  );
}
