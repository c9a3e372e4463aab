import type { Execution } from "../../etlworks/replies/execution.ts";
import { reasonOf } from "../../etlworks/replies/failure-reason.ts";
import { type Reply, valueIn } from "../../etlworks/replies/reply.ts";
import { jittered, pollCostSeconds } from "../backoff.ts";
import { askInTime, limitedBy } from "../deadline.ts";
import type { Task } from "../run-request.ts";
import { nextGapSeconds } from "../schedule.ts";
import { TELL_FAILING_AFTER_MS } from "../tell-failing.ts";
import { type Baseline, readHistory, toBaseline } from "./baseline.ts";
import { askedMs, isActiveRunOfFlow } from "./other-run.ts";

/** Trying anyway is harmless (code 1 again), and the history may show a run that died long ago. */
const TRY_ANYWAY_MS = 600_000;

const TIME_LIMIT_MS = 10_000;

/** What is carried from check to check. Plain data. */
interface Waiting {
  /** Null before the first check, which asks nothing: the start has just been answered. */
  readonly since: number | null;
  /** The history has shown an active run, so it is no history of finished runs only. */
  readonly seenActive: boolean;
  readonly free: boolean;
  readonly late: boolean;
  readonly delayMs: number;
  /** A check could tell whether a run is active. Missing where an older release began to wait. */
  readonly answered?: boolean;
  /** The last checks, where they could not. Missing as well. */
  readonly failing?: Failing | null;
}

interface Failing {
  readonly since: number;
  /** Why the last one could not. */
  readonly why: string;
  readonly told: boolean;
}

/** How the wait ended. `failure`: whether a run is active could not be read any more, and why. */
export type Turn = { readonly kind: "free" } | { readonly kind: "late"; readonly failure?: string };

/** Waits until no run of the flow is active, or the deadline comes. */
export async function waitForTurn(
  task: Task,
  about: {
    readonly baseline: Reply<Baseline>;
    readonly otherAuditId: string | undefined;
    readonly deadline: number;
    readonly attempt: number;
    readonly lostRaces: number;
    /** How long a 429 asked to wait before the next request. */
    readonly askedMs: number;
  },
): Promise<Turn> {
  const { host, report, request } = task;
  const earlier = valueIn(about.baseline);
  // Each race lost to another waiter makes a poll dearer, so that many waiters do not stampede.
  const cost = pollCostSeconds(about.lostRaces - 1);
  const first: Waiting = {
    since: null,
    seenActive: false,
    free: false,
    late: false,
    delayMs: 0,
    answered: false,
    failing: null,
  };

  const check = async (state: Waiting): Promise<Waiting> => {
    const since = state.since ?? host.clock.monotonicMs();
    const { otherAuditId } = about;
    if (state.since === null && request.ifRunning !== "wait") {
      // There is none to attach to, so this waits as well.
      const other = otherAuditId === undefined ? {} : { otherAuditId };
      await report({ kind: "busy", policy: "wait", ...other });
    }
    const reply =
      state.since === null
        ? undefined
        : await readHistory(task, limitedBy(about.deadline, host, TIME_LIMIT_MS));
    const known = reply?.kind === "value" ? toBaseline(task, reply) : earlier;
    const active = known?.active ?? [];
    const idle = reply?.kind === "value" && active.length === 0;
    const listed = otherAuditId !== undefined && known?.auditIds.includes(otherAuditId) === true;
    const inTime = host.clock.monotonicMs() < about.deadline;
    const status = idle && !state.seenActive && !listed ? await askStatus(task, about) : undefined;
    const free = idle && (status === undefined || !mayBeActive(status, task));
    const at = host.clock.monotonicMs();
    const offset = known?.clockOffsetMs ?? 0;
    const age = active.reduce(
      (oldest, { startedAt }) =>
        startedAt === undefined
          ? oldest
          : Math.max(oldest, host.clock.epochMs() + offset - startedAt),
      at - since,
    );
    const gap = nextGapSeconds({
      ageSeconds: age / 1_000,
      pastSeconds: known?.pastSeconds ?? [],
      pollCostSeconds: cost,
    });
    const asked =
      reply === undefined
        ? about.askedMs
        : Math.max(askedMs(reply), status === undefined ? 0 : askedMs(status));
    const delayMs = Math.max(asked, jittered(gap * 1_000, host.random()));
    // What there was no time to ask says nothing new.
    const asking = inTime || status === undefined ? whyUntold(status) : state.failing?.why;
    const why = whyUntold(reply) ?? asking;
    const limited = [reply, status].some(answer => answer?.kind === "rate-limited");
    return {
      since,
      seenActive: state.seenActive || active.length > 0,
      free: free || (at - since >= TRY_ANYWAY_MS && !limited) || isBlind(reply),
      late: at >= about.deadline,
      delayMs: Math.min(delayMs, Math.max(0, about.deadline - at)),
      answered: state.answered === true || (reply !== undefined && why === undefined),
      failing:
        why === undefined ? null : await stillFailing(state.failing ?? null, { why, at }, report),
    };
  };
  const state = await host.until(
    `free ${about.attempt}`,
    first,
    check,
    ({ free, late, delayMs }) => (free || late ? "done" : delayMs),
  );
  if (!state.late || state.free) return { kind: "free" };
  const { failing = null, answered = true } = state;
  // A fault now and then is nothing to tell, unless it is all there was.
  const blind = failing !== null && (failing.told || !answered);
  return blind ? { kind: "late", failure: failing.why } : { kind: "late" };
}

async function stillFailing(
  failing: Failing | null,
  { why, at }: { readonly why: string; readonly at: number },
  report: Task["report"],
): Promise<Failing> {
  const { since, told } = failing ?? { since: at, told: false };
  const failingMs = at - since;
  const tell = !told && failingMs >= TELL_FAILING_AFTER_MS;
  if (tell) await report({ kind: "polls-failing", reason: why, failingMs });
  return { since, why, told: told || tell };
}

/** Why an answer tells nothing about a run that is active. */
function whyUntold(reply: Reply<unknown> | undefined): string | undefined {
  return reply === undefined || reply.kind === "value" || reply.kind === "absent"
    ? undefined
    : reasonOf(reply);
}

/** A history of finished runs only says nothing of the one that is active: the status call does. */
function askStatus(
  task: Task,
  about: { readonly otherAuditId: string | undefined; readonly deadline: number },
): Promise<Reply<Execution>> {
  const { client, host, request } = task;
  const { otherAuditId, deadline } = about;
  return askInTime(deadline, host, TIME_LIMIT_MS, call =>
    otherAuditId === undefined
      ? client.latestExecution(request.flowId, call)
      : client.execution(request.flowId, otherAuditId, call),
  );
}

function mayBeActive(reply: Reply<Execution>, task: Task): boolean {
  switch (reply.kind) {
    case "value":
      return isActiveRunOfFlow(reply.value, task);
    // No answer is no reason to believe that it has ended; these may have one at the next check.
    case "fault":
    case "unreachable":
    case "rate-limited":
    case "stopped":
      return true;
    case "absent":
    case "rejected":
    case "unauthorized":
      return false;
  }
}

/** The history will never be readable with these credentials: then only trying tells. */
function isBlind(reply: Reply<unknown> | undefined): boolean {
  return reply?.kind === "rejected" || reply?.kind === "unauthorized" || reply?.kind === "absent";
}
