import { type Reply, valueIn } from "../../etlworks/replies/reply.ts";
import { jittered } from "../backoff.ts";
import { limitedBy } from "../deadline.ts";
import type { Task } from "../run-request.ts";
import type { StartedRun } from "../started-run.ts";
import { expectedForeignStarts, type Sending } from "../whose-run.ts";
import type { InDoubt } from "./attempt.ts";
import type { Baseline } from "./baseline.ts";
import { MAX_LISTED, searchNewRuns } from "./search-new-runs.ts";

/** Adopting the only new run is right when at most one in ten such runs would be another's. */
const MAX_FOREIGN_STARTS = 0.1;

/** How long a lost start may take to show up. */
const SEARCH_MS = 30_000;
const GAPS_MS = [1_000, 1_000, 2_000, 3_000, 5_000] as const;

const TIME_LIMIT_MS = 5_000;
const LAST_TIME_LIMIT_MS = 1_500;

export type Resolution = StartedRun | { readonly kind: "start-unknown"; readonly reason: string };

/**
 * Looks for the one run that our start can have begun, after its answer was lost. It is followed
 * only with a reason to believe that nobody else can have begun it; otherwise the outcome names it
 * and says why it was not followed.
 */
export async function resolveDoubt(
  task: Task,
  doubt: InDoubt,
  about: {
    readonly baseline: Reply<Baseline>;
    readonly deadline: number;
    readonly attempt: number;
    /** We have waited for another run before this start, and so may others. */
    readonly contended: boolean;
  },
): Promise<Resolution> {
  const baseline = valueIn(about.baseline);
  const unknown = (why: string): Resolution => ({
    kind: "start-unknown",
    reason: `${doubt.reason}; ${why}`,
  });
  if (baseline === undefined) {
    return unknown("the flow's history could not be read before the start, so nothing can tell");
  }
  const sending = doubt.sending ?? { sentAt: baseline.epochMs };
  const search = { baseline, sending, deadline: about.deadline, attempt: about.attempt };
  const whyNever = whyNeverAdopt(task, search, about.contended);
  // One search is enough where nothing that it finds may be followed: it tells what to look into.
  const seen = await searchRun(task, { ...search, once: whyNever !== undefined });
  const { found, read, rejected, unproven = [], nearby = [] } = seen;
  const [only, ...others] = found;
  if (only === undefined) {
    return unknown(read ? nothingFound(rejected) : NOT_READABLE);
  }
  if (whyNever !== undefined) return unknown(`${appeared(found)} since, but ${whyNever}`);
  if (others.length > 0 || nearby.length > 0) {
    return unknown(`several new runs have appeared (${listed(found.concat(nearby))})`);
  }
  if (doubt.named?.includes(only) === false) {
    return unknown(`${appeared(found)} since, but it is not the one that the answer names`);
  }
  if (unproven.includes(only)) return unknown(`${appeared(found)} since, but ${UNPROVEN}`);
  return adopt(task, only, search);
}

const UNPROVEN = "nothing shows that it began after the start was sent, so it is not followed";
const NOT_READABLE = "the flow's history could not be read since";

function appeared(found: readonly string[]): string {
  return found.length === 1
    ? `run ${found[0]} has appeared`
    : `runs ${listed(found)} have appeared`;
}

function listed(auditIds: readonly string[]): string {
  const first = auditIds.slice(0, MAX_LISTED).join(", ");
  return auditIds.length > MAX_LISTED ? `${first} and more` : first;
}

function nothingFound(rejected: readonly string[]): string {
  return rejected.length === 0
    ? "no new run has appeared in the flow's history"
    : `a new run has appeared, but it is not ours: ${rejected.join("; ")}`;
}

function whyNeverAdopt(task: Task, search: Search, contended: boolean): string | undefined {
  if (task.request.adoption !== "strict") {
    return "another start of the flow may have begun it, so it is not followed";
  }
  if (contended) {
    return "others wait for this flow too and may have begun it, so it is not followed";
  }
  if (search.baseline.active.length > 0 && task.request.runQuery === "") {
    return "another run was active when the start was sent, so it is not followed";
  }
  return expectedForeignStarts(search.baseline, search.sending) > MAX_FOREIGN_STARTS
    ? "others start this flow often and may have begun it, so it is not followed"
    : undefined;
}

interface Search {
  readonly baseline: Baseline;
  readonly sending: Sending;
  readonly deadline: number;
  readonly attempt: number;
}

/** What is carried from search to search. Plain data. */
interface Seen {
  readonly since: number | null;
  readonly at: number;
  readonly checks: number;
  /** Runs that can be ours. */
  readonly found: readonly string[];
  /** Those of them that may have been there before the start. Missing where an older release began to search. */
  readonly unproven?: readonly string[];
  /** When each of them was seen first, by our wall clock. Missing as well. */
  readonly firstSeen?: Readonly<Record<string, number>>;
  /** New runs that are not ours by their time alone, and could be if the clocks were apart. */
  readonly nearby?: readonly string[];
  /** New runs that cannot be, each with its reason; the first few. */
  readonly rejected: readonly string[];
  /** The history could be read at least once. */
  readonly read: boolean;
  /** Until the next search. */
  readonly delayMs: number;
}

async function searchRun(task: Task, search: Search & { readonly once: boolean }): Promise<Seen> {
  const { host } = task;
  const first: Seen = {
    since: null,
    at: 0,
    checks: 0,
    found: [],
    rejected: [],
    read: false,
    delayMs: 0,
  };
  const seen = await host.until(
    `resolve doubt ${search.attempt}`,
    first,
    async ({ since, checks, read, found, firstSeen = {} }): Promise<Seen> => {
      const startedAt = host.clock.monotonicMs();
      const knowing = { ...search, firstSeen };
      const { asked, ruledOut, ...searched } = await searchNewRuns(
        task,
        knowing,
        TIME_LIMIT_MS,
        host.stop,
      );
      const gap = GAPS_MS[Math.min(checks, GAPS_MS.length - 1)] ?? 1_000;
      // The search goes on behind a run that nothing proves, and that run stays one of them.
      const before = found.filter(id => !ruledOut.includes(id) && !searched.found.includes(id));
      const all = before.concat(searched.found).slice(0, MAX_LISTED + 1);
      const now = host.clock.epochMs();
      return {
        ...searched,
        found: all,
        unproven: before.concat(searched.unproven).slice(0, MAX_LISTED + 1),
        firstSeen: Object.fromEntries(all.map(id => [id, firstSeen[id] ?? now])),
        since: since ?? startedAt,
        at: host.clock.monotonicMs(),
        checks: checks + 1,
        read: read || searched.read,
        delayMs: Math.max(asked, jittered(gap, host.random())),
      };
    },
    ({ since, at, found, unproven = [], read, delayMs }) => {
      const left = Math.min(SEARCH_MS - (at - (since ?? at)), search.deadline - at);
      // Of the only one, the history may still prove it.
      const told = found.length > 1 || found.some(auditId => !unproven.includes(auditId));
      const enough = told || (search.once && read);
      return enough || left <= 0 ? "done" : Math.min(delayMs, left);
    },
  );
  if (seen.found.length > 0 || !host.stop.aborted) return seen;
  // Cancelled in the middle of the doubt: one short search, so that our run can be stopped too. The
  // search before it may have passed the deadline already; together they take no longer than one.
  const last = await host.read("last search", () => {
    const limit = limitedBy(search.deadline + TIME_LIMIT_MS, host, LAST_TIME_LIMIT_MS);
    return searchNewRuns(task, search, limit, undefined);
  });
  const { found, unproven, nearby, rejected } = last;
  return { ...seen, found, unproven, nearby, rejected, read: seen.read || last.read };
}

async function adopt(task: Task, auditId: string, search: Search): Promise<StartedRun> {
  const { host, report } = task;
  const { pastSeconds } = search.baseline;
  const adopted = await host.once(`adopt ${search.attempt}`, async (): Promise<StartedRun> => {
    const at = host.clock.monotonicMs();
    const run = { kind: "started", auditId, origin: "adopted", at, pastSeconds } as const;
    await report(run);
    return run;
  });
  return adopted.kind === "done"
    ? adopted.value
    : { kind: "started", auditId, origin: "adopted", at: search.baseline.at, pastSeconds };
}
