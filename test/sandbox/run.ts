/** The status words with which a run is over. */
export type End = "success" | "warning" | "error" | "canceled";

/** For how long, and how, the status call denies that a run exists. Times count from its start. */
export interface MissingRecord {
  readonly fromMs?: number;
  readonly untilMs?: number;
  readonly answer: "not-found" | "null" | "empty-object" | "empty-body";
}

/** How a run will go, decided before it begins. */
export interface Plan {
  /** Time in `queued`. Default 0. */
  readonly queuedMs?: number;
  /** Time in `running`. Default 1000; `Infinity` for a run that never ends by itself. */
  readonly runningMs?: number;
  /** Default `success`. */
  readonly end?: End;
  /** The exception of a run that did not go well, shown once it has ended. */
  readonly message?: string;
  /** Rows processed, shown once it has ended. */
  readonly records?: number;
  /** Lines for the log of the run, on top of those that every run has. */
  readonly log?: string;
  /** The exact words over time, instead of queued, running and the end. */
  readonly statuses?: readonly { readonly afterMs: number; readonly status: string }[];
  readonly missing?: readonly MissingRecord[];
  /** The history lists the run only after this time. Default 0. */
  readonly listedAfterMs?: number;
  /** What a stop does. Default: the status becomes `canceled` at once and stays so. */
  readonly whenStopped?: WhenStopped;
}

/**
 * The article "Stop a running Flow" says that a stop may do nothing, may take minutes, and that
 * `canceled` then turns into `error`, or into `success` for a streaming flow.
 */
interface WhenStopped {
  readonly ignored?: boolean;
  /** Time until the status is `canceled`. */
  readonly afterMs?: number;
  /** What `canceled` turns into, and how much later. */
  readonly settles?: { readonly afterMs: number; readonly status: End };
}

/** The truth about one run. A test reads it; only the model changes it. */
export interface Run {
  readonly flowId: number;
  readonly auditId: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The query string of the start call, without the question mark. */
  readonly query: string;
  readonly startedBy: "api" | "scheduler" | "user";
  /** Login of who started it. */
  readonly user: string;
  /** Of the message to a listener that started it. */
  readonly messageId?: string;
  /** The run that this one retries by itself. */
  readonly parentAuditId?: string;
  /** Ms since 1970, as all times here. */
  readonly startedAt: number;
  /** `Infinity` as long as the run has no end in sight. */
  readonly endsAt: number;
  readonly end: End | undefined;
  readonly message: string | undefined;
  readonly plan: Plan;
  /** Every stop request that named this run, with the answer that it got. */
  readonly stopRequests: readonly { readonly at: number; readonly status: number }[];
}

/** The model's own view of a run: the same object, open for change. */
export interface OpenRun extends Run {
  endsAt: number;
  end: End | undefined;
  message: string | undefined;
  phases: Phase[];
  stopRequests: { at: number; status: number }[];
}

interface Phase {
  readonly from: number;
  readonly status: string;
}

/** Begins a run that follows the plan. */
export function openRun(
  facts: Pick<
    Run,
    | "flowId"
    | "auditId"
    | "parameters"
    | "query"
    | "startedBy"
    | "user"
    | "messageId"
    | "parentAuditId"
    | "startedAt"
  >,
  plan: Plan,
): OpenRun {
  const run: OpenRun = {
    ...facts,
    plan,
    endsAt: Number.POSITIVE_INFINITY,
    end: undefined,
    message: plan.message,
    phases: phasesOf(plan, facts.startedAt),
    stopRequests: [],
  };
  settle(run);
  return run;
}

/** The status word at a moment. */
export function statusAt(run: OpenRun, at: number): string {
  let status = run.phases[0]?.status ?? "queued";
  for (const phase of run.phases) {
    if (phase.from <= at) status = phase.status;
  }
  return status;
}

/** Whether the run still occupies its flow. */
export function isActive(run: Run, at: number): boolean {
  return at < run.endsAt;
}

/** Does what the plan says about a stop. */
export function stopRun(run: OpenRun, at: number): void {
  const how = run.plan.whenStopped ?? {};
  if (how.ignored === true || !isActive(run, at)) return;
  const canceledAt = at + (how.afterMs ?? 0);
  const kept = run.phases.filter(phase => phase.from < canceledAt);
  // The run may end by itself before the stop reaches it, or be under an earlier stop.
  if (kept.some(phase => isEnd(phase.status))) return;
  kept.push({ from: canceledAt, status: "canceled" });
  if (how.settles !== undefined) {
    kept.push({ from: canceledAt + how.settles.afterMs, status: how.settles.status });
  }
  run.phases = kept;
  settle(run);
}

/** Ends a run now, against its plan. */
export function endRun(run: OpenRun, at: number, end: End, message: string | undefined): void {
  run.phases = run.phases.filter(phase => phase.from < at);
  run.phases.push({ from: at, status: end });
  run.message = message;
  settle(run);
}

/** How the status call answers while it denies the run, if it does. */
export function denialAt(run: Run, at: number): MissingRecord["answer"] | undefined {
  const age = at - run.startedAt;
  for (const { fromMs = 0, untilMs = Number.POSITIVE_INFINITY, answer } of run.plan.missing ?? []) {
    if (fromMs <= age && age < untilMs) return answer;
  }
  return undefined;
}

function phasesOf(plan: Plan, startedAt: number): Phase[] {
  if (plan.statuses !== undefined) {
    return plan.statuses.map(({ afterMs, status }) => ({ from: startedAt + afterMs, status }));
  }
  const runsFrom = startedAt + (plan.queuedMs ?? 0);
  const endsAt = runsFrom + (plan.runningMs ?? 1000);
  const phases: Phase[] = [
    { from: startedAt, status: "queued" },
    { from: runsFrom, status: "running" },
  ];
  if (endsAt !== Number.POSITIVE_INFINITY) {
    phases.push({ from: endsAt, status: plan.end ?? "success" });
  }
  return phases;
}

function settle(run: OpenRun): void {
  const last = run.phases.at(-1);
  const ended = last !== undefined && isEnd(last.status);
  run.endsAt = ended ? last.from : Number.POSITIVE_INFINITY;
  run.end = ended && isEnd(last.status) ? last.status : undefined;
}

function isEnd(status: string): status is End {
  return ["success", "warning", "error", "canceled"].includes(status);
}
