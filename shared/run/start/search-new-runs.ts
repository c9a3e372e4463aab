import { type Execution, startOf } from "../../etlworks/replies/execution.ts";
import { isActive } from "../../etlworks/replies/run-status.ts";
import type { Task } from "../run-request.ts";
import { isJustBefore, KNOWN_BEFORE, type Sending, whyNotOurs } from "../whose-run.ts";
import type { Baseline } from "./baseline.ts";
import { readNewestRuns } from "./newest-runs.ts";
import { askedMs } from "./other-run.ts";

/** The new runs that one search has found, each list with the first few: a server may list thousands. */
export interface NewRuns {
  /** Runs that can be ours. */
  readonly found: readonly string[];
  /** Those of them that may have been there before the start. */
  readonly unproven: readonly string[];
  /** Runs that are not ours by their time alone, and could be if the clocks were apart. */
  readonly nearby: readonly string[];
  /** All that cannot be ours. */
  readonly ruledOut: readonly string[];
  /** Runs that cannot be, each with its reason. */
  readonly rejected: readonly string[];
  /** The history could be read. */
  readonly read: boolean;
  /** How long the server asked to be left alone, milliseconds. */
  readonly asked: number;
}

/** So many can be named; one more says that there are more. */
export const MAX_LISTED = 5;

/**
 * The history, and where it shows no run that is proven to be new, the status call: a history may
 * list finished runs only. Never the status call alone: it names the latest run, which can be
 * another's that began after ours, and only the history shows that there are two.
 */
export async function searchNewRuns(
  task: Task,
  {
    baseline,
    sending,
    firstSeen = {},
  }: {
    readonly baseline: Baseline;
    readonly sending: Sending;
    /** When each run was seen first, by our wall clock; now, unless told. */
    readonly firstSeen?: Readonly<Record<string, number>>;
  },
  timeLimitMs: number,
  signal: AbortSignal | undefined,
): Promise<NewRuns> {
  const { client, host, request } = task;
  const call = { timeLimitMs, signal };
  const { clockOffsetMs } = baseline;
  const judged = (executions: readonly Execution[], isListed: boolean) => {
    const now = host.clock.epochMs();
    return executions.map(execution => {
      const seenAt = firstSeen[execution.auditId ?? ""] ?? now;
      const evidence = { task, sending, baseline, clockOffsetMs, seenAt };
      const why = whyNotOurs(execution, evidence);
      const listedActive = isListed && isActive(execution.status);
      return {
        auditId: execution.auditId,
        why,
        nearby: why !== undefined && isJustBefore(execution, evidence),
        proven: listedActive || isTimed(execution, baseline),
      };
    });
  };
  const startedAt = host.clock.monotonicMs();
  const history = await readNewestRuns(task, call);
  const shown = history.kind === "value" ? judged(history.value.executions, true) : [];
  const left = timeLimitMs - (host.clock.monotonicMs() - startedAt);
  const silent = !shown.some(({ why, proven }) => why === undefined && proven);
  const latest =
    history.kind === "value" && silent && left > 0 && signal?.aborted !== true
      ? await client.latestExecution(request.flowId, { timeLimitMs: left, signal })
      : undefined;
  const current = latest?.kind === "value" ? judged([latest.value], false) : [];
  const all = shown.concat(current);
  const possible = all.flatMap(({ auditId, why, proven }) =>
    why === undefined && auditId !== undefined ? [{ auditId, proven }] : [],
  );
  // Sets: a history that is not cut may list 100,000 runs.
  const proven = new Set(possible.flatMap(run => (run.proven ? [run.auditId] : [])));
  const found = new Set(possible.map(({ auditId }) => auditId));
  const idsOf = (runs: typeof all) => runs.flatMap(({ auditId }) => auditId ?? []);
  const rejected = all.flatMap(({ auditId, why }) =>
    why === undefined || why === KNOWN_BEFORE || auditId === undefined
      ? []
      : [`run ${auditId}: ${why}`],
  );
  return {
    found: [...found].slice(0, MAX_LISTED + 1),
    unproven: [...found.difference(proven)].slice(0, MAX_LISTED + 1),
    nearby: [...new Set(idsOf(all.filter(({ nearby }) => nearby)))].slice(0, MAX_LISTED),
    ruledOut: idsOf(all.filter(({ why }) => why !== undefined)),
    rejected: [...new Set(rejected)].slice(0, MAX_NAMED),
    read: history.kind === "value",
    asked: Math.max(askedMs(history), latest === undefined ? 0 : askedMs(latest)),
  };
}

const MAX_NAMED = 3;

/**
 * A run that the history did not list before the start may have been there all the same, where it
 * lists finished runs only. Then only its time tells, by the server's own clock.
 */
function isTimed(execution: Execution, { clockOffsetMs }: Baseline): boolean {
  return startOf(execution) !== undefined && clockOffsetMs !== undefined;
}
