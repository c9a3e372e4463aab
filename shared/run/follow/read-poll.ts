import type { Execution } from "../../etlworks/replies/execution.ts";
import { reasonOf } from "../../etlworks/replies/failure-reason.ts";
import type { Failure, Reply } from "../../etlworks/replies/reply.ts";
import { isActive, TERMINAL_STATUSES } from "../../etlworks/replies/run-status.ts";
import { jittered } from "../backoff.ts";
import { isOfAnotherFlow } from "../other-flow.ts";
import type { RunEvent } from "../run-request.ts";
import { prolonged } from "../streak.ts";
import { disbelief, whyDisbelieved } from "../whose-run.ts";
import { failedPoll } from "./failing-polls.ts";
import type { FollowedRun, Following } from "./following.ts";
import { backOff, clipped, SOONEST_POLL_MS, scheduled } from "./poll-delay.ts";

/** After this long without a trace the run is lost (a record needs seconds to appear). */
const LOST_AFTER_MS = 120_000;

/** How long a refusal must go on, when the same credentials have been accepted before. */
const REFUSED_AFTER_MS = 60_000;

/** A run without a deadline is not followed for ever when our side cannot ask. */
const DENIED_AFTER_MS = 86_400_000;

/** Our side could not ask. */
export interface Denied {
  readonly kind: "denied";
  readonly message: string;
}

/** What a poll tells of the run, and when the next one is due. */
export async function readPoll(
  run: FollowedRun,
  state: Following,
  reply: Reply<Execution> | Denied,
): Promise<Following> {
  switch (reply.kind) {
    case "value":
      return readStatus(run, state, reply.value);
    case "absent":
      // A balancer's page is no word of a run that was seen. Of one that was not, it may be the server's.
      return reply.status === 404 && reply.fromApi === false && state.execution !== null
        ? missed(run, state, reasonOf(reply))
        : readAbsence(run, state, reply);
    case "rate-limited": {
      const next = failedPoll({ ...state, rateLimits: state.rateLimits + 1 }, reasonOf(reply));
      const delayMs = scheduled(run, next, reply.retryAfterMs ?? 0);
      await run.task.report({ kind: "rate-limited", auditId: run.start.auditId, delayMs });
      return { ...next, delayMs };
    }
    case "unauthorized":
      return reply.fromApi ? refusedPoll(run, state, reply) : missed(run, state, reasonOf(reply));
    case "rejected": {
      const credentials = reply.status === 400 || reply.status === 403;
      return reply.fromApi && credentials
        ? refusedPoll(run, state, reply)
        : missed(run, state, reasonOf(reply));
    }
    case "unreachable":
      return missed(run, state, reply.message);
    case "fault":
      return missed(run, state, reply.message, reply.retryAfterMs);
    case "denied": {
      const { message } = reply;
      const forever =
        state.failingSince !== null && state.at - state.failingSince > DENIED_AFTER_MS;
      if (forever) return { ...state, end: { kind: "denied", message } };
      return { ...(await missed(run, state, message)), denied: true };
    }
    case "stopped":
      return { ...state, end: { kind: "stopped" } };
  }
}

/** So long at most is a service left alone that says when it is back: the usual longest gap. */
const MAX_BREAK_MS = 300_000;

/** A fault: ask again soon at first, but not before the service is back. */
async function missed(
  run: FollowedRun,
  state: Following,
  reason: string,
  backInMs = 0,
): Promise<Following> {
  const faultsInARow = state.faultsInARow + 1;
  const next = failedPoll({ ...state, faults: state.faults + 1, faultsInARow }, reason);
  const random = run.task.host.random();
  const breakMs = Math.min(MAX_BREAK_MS, backInMs) * (1 + 0.1 * random);
  const delayMs = clipped(run, next, Math.max(breakMs, backOff(faultsInARow, random)));
  await run.task.report({ kind: "poll-failed", auditId: run.start.auditId, reason, delayMs });
  return { ...next, delayMs };
}

/** The server's own refusal. One node may not know the key yet, or any more; it is asked again. */
async function refusedPoll(
  run: FollowedRun,
  state: Following,
  failure: Extract<Failure, { kind: "unauthorized" | "rejected" }>,
): Promise<Following> {
  const streak = prolonged(state.refused, state, REFUSED_AFTER_MS);
  const left = (state.accepted ? REFUSED_AFTER_MS : 0) - streak.lastedMs;
  if (left <= 0) return { ...state, end: { kind: "refused", failure } };
  const next = await missed(run, { ...state, refused: streak }, reasonOf(failure));
  // The poll that decides comes when the minute is over, but no sooner after this one than any other.
  return { ...next, delayMs: Math.min(next.delayMs, Math.max(SOONEST_POLL_MS, left)) };
}

async function readAbsence(
  run: FollowedRun,
  state: Following,
  reply: Extract<Failure, { kind: "absent" }>,
): Promise<Following> {
  const why = reasonOf(reply);
  const absent = prolonged(state.absent, state, LOST_AFTER_MS);
  const next = failedPoll(
    { ...state, accepted: true, faultsInARow: 0, refused: null, absent },
    why,
  );
  if (absent.lastedMs >= LOST_AFTER_MS) {
    return { ...next, end: { kind: "lost", ...(reply.fromApi === false ? { why } : {}) } };
  }
  // Normal just after a start, so the gaps stay short until it is found or given up.
  const delayMs = Math.min(10_000, Math.max(1_000, absent.lastedMs / 4));
  return { ...next, delayMs: clipped(run, next, jittered(delayMs, run.task.host.random())) };
}

async function readStatus(
  run: FollowedRun,
  state: Following,
  execution: Execution,
): Promise<Following> {
  const { task, start } = run;
  const doubt = whyDisbelieved(start, execution, task, state.execution === null);
  if (doubt !== undefined) {
    const why = disbelief(start, doubt);
    await task.report({ kind: "not-ours", auditId: start.auditId, reason: why });
    return { ...state, end: { kind: "not-ours", why } };
  }
  const { flowId } = execution;
  if (flowId !== undefined && isOfAnotherFlow(execution, task)) {
    return state.execution === null && start.origin === "attached"
      ? { ...state, end: { kind: "other-flow", flowId } }
      : missed(run, state, `the answer is about a run of flow ${flowId}`);
  }
  const status = execution.status ?? "";
  const terminal = TERMINAL_STATUSES.find(word => word === status);
  if (status !== state.status) {
    const known = terminal !== undefined || isActive(status);
    const elapsedMs = state.at - start.at;
    const event: RunEvent = { kind: "status", auditId: start.auditId, status, known, elapsedMs };
    await task.report(event);
  }
  const next: Following = { ...state, ...ALIVE, status, execution };
  if (terminal !== undefined) return { ...next, end: { kind: "ended", status: terminal } };
  return { ...next, delayMs: scheduled(run, next, 0) };
}

/**
 * The one sign of life of a run: a usable answer about it. Whatever else the server says (an error,
 * a 429, a refusal, another run's record) it can say of a run that does not exist.
 */
const ALIVE = {
  accepted: true,
  faultsInARow: 0,
  failingSince: null,
  failingTold: false,
  lastFailure: null,
  refused: null,
  absent: null,
} as const;
