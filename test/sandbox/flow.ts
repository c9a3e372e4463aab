import type { End, Plan, Run } from "./run.ts";

/** A flow as its owner built it, with what its runs will do. */
export interface Flow {
  readonly id: number;
  readonly name: string;
  readonly description?: string;
  readonly flowType?: string;
  readonly tags?: readonly string[];
  readonly enabledSchedules?: number;
  readonly disabledSchedules?: number;
  /** Login. */
  readonly createdBy?: string;
  /** Ms since 1970. */
  readonly created?: number;
  readonly modified?: number;
  /** The plans of its first, second, … run; the last one serves all later runs. */
  readonly runs?: readonly Plan[];
  /** The answers to the first, second, … start call; the last one serves all later calls. */
  readonly starts?: readonly ScriptedStart[];
  /** Runs from before the model began, in any order. */
  readonly past?: readonly PastRun[];
  /** Whether a start call may ask for a run beside one that is running. Default true. */
  readonly allowsParallelRuns?: boolean;
}

/** An answer to a start call. `{}` is the usual one. */
interface ScriptedStart {
  /**
   * 0 started, 1 already running, 2 canceled, 3 wasn't running, 4 success, 5 error; others are
   * not documented. With 0 the single-instance rule still holds.
   */
  readonly code?: number;
  /** Whether a run begins. By default it does with 0, and with 4, where it has ended already. */
  readonly begins?: boolean;
  /** Leaves `auditId` out. */
  readonly withoutAuditId?: boolean;
  readonly exception?: string;
  /** Answers `{"success": false, "error": …}` with HTTP 200; no run begins. */
  readonly refusal?: string;
}

/** A run that ended before the model began. */
export interface PastRun {
  readonly startedAt: number;
  readonly durationMs: number;
  readonly end?: End;
  readonly message?: string;
  readonly records?: number;
  readonly startedBy?: Run["startedBy"];
}

/** Past runs of one flow at a steady beat, the newest one started `everyMs` before `now`. */
export function pastRuns(
  now: number,
  everyMs: number,
  durationsMs: readonly number[],
): readonly PastRun[] {
  return durationsMs.map((durationMs, index) => ({
    startedAt: now - everyMs * (durationsMs.length - index),
    durationMs,
    startedBy: "scheduler",
  }));
}

/** What `GET /v1/flows` shows of a flow. */
export interface FlowSummary {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly flowType: string;
  readonly tags: readonly string[];
  readonly enabledSchedules: number;
  readonly disabledSchedules: number;
  readonly latestFinishedStatus: string | null;
  readonly createdBy: string;
  readonly created: number;
  readonly modifiedBy: string;
  readonly modified: number;
}

/** Fills what the owner left out with the quickstart's own sample. */
export function summaryOf(flow: Flow, latestFinishedStatus: string | null): FlowSummary {
  const createdBy = flow.createdBy ?? "alice@example.com";
  const created = flow.created ?? 1_715_366_462_000;
  return {
    id: flow.id,
    name: flow.name,
    description: flow.description ?? "",
    flowType: flow.flowType ?? "ETL.database.event",
    tags: flow.tags ?? [],
    enabledSchedules: flow.enabledSchedules ?? 0,
    disabledSchedules: flow.disabledSchedules ?? 0,
    latestFinishedStatus,
    createdBy,
    created,
    modifiedBy: createdBy,
    modified: flow.modified ?? created,
  };
}

/**
 * The quickstart's filters: `q` substring of the name, `tag` (repeatable, any of them), `since`
 * (updated after), `sort` with an optional leading minus. A wrong value gives the message for a 400.
 */
export function selectFlows(
  flows: readonly FlowSummary[],
  query: URLSearchParams,
): readonly FlowSummary[] | { readonly mistake: string } {
  const wanted = (query.get("q") ?? "").toLowerCase();
  const tags = query.getAll("tag");
  const since = query.get("since");
  const sinceMs = since === null ? Number.NEGATIVE_INFINITY : Date.parse(since);
  if (Number.isNaN(sinceMs)) return { mistake: `Invalid value '${since}' for 'since'` };
  const selected = flows.filter(
    flow =>
      flow.name.toLowerCase().includes(wanted) &&
      (tags.length === 0 || tags.some(tag => flow.tags.includes(tag))) &&
      flow.modified > sinceMs,
  );
  const sort = query.get("sort");
  if (sort === null) return selected;
  const field = sortFields[sort.replace(/^-/, "")];
  if (field === undefined) return { mistake: `Unknown sort field '${sort}'` };
  const sign = sort.startsWith("-") ? -1 : 1;
  return selected.toSorted((one, other) => sign * compare(field(one), field(other)));
}

const sortFields: Readonly<Record<string, (flow: FlowSummary) => string | number>> = {
  id: flow => flow.id,
  name: flow => flow.name,
  createdAt: flow => flow.created,
  created: flow => flow.created,
  modifiedAt: flow => flow.modified,
  modified: flow => flow.modified,
};

function compare(one: string | number, other: string | number): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
