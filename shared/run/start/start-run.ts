import { reasonOf } from "../../etlworks/replies/failure-reason.ts";
import type { Failure, Reply } from "../../etlworks/replies/reply.ts";
import { UserError } from "../../user-error.ts";
import { jittered, waitAsked } from "../backoff.ts";
import type { Task } from "../run-request.ts";
import type { StartedRun } from "../started-run.ts";
import type { Again, Busy } from "./attempt.ts";
import { type Baseline, readBaseline } from "./baseline.ts";
import { attach, mayAttach, tellOwnership, whyInDoubt } from "./other-run.ts";
import { resolveDoubt } from "./resolve-doubt.ts";
import { attemptStart } from "./start-attempt.ts";
import { waitForTurn } from "./wait-for-turn.ts";

/** How the attempt to begin a run went. */
export type Start =
  | StartedRun
  | {
      readonly kind: "busy" | "skipped";
      readonly otherAuditId?: string;
      /** Why there is none to attach to: how many seem to be active. */
      readonly active?: "none" | "several";
    }
  | { readonly kind: "not-started"; readonly code?: string; readonly message: string }
  | { readonly kind: "start-unknown"; readonly reason: string }
  | {
      readonly kind: "timed-out";
      readonly why: string;
      /** The server asked to wait for longer than the time that is left, so nobody waited. */
      readonly askedMs?: number;
      /** The last answer was 429. */
      readonly rateLimited?: true;
      /** Whether another run was still active could not be read any more. */
      readonly failing?: true;
    }
  | { readonly kind: "stopped" }
  | { readonly kind: "refused"; readonly failure: Failure };

/** What is known before the first attempt. */
export interface Opening {
  readonly at: number;
  readonly deadline: number;
  readonly baseline: Reply<Baseline>;
}

/**
 * Begins a run at most once. The one POST is sent again only when the attempt before provably did
 * nothing (never connected, 429, 401 with fresh credentials, or code 1: another run is active).
 * When its fate is unknown, what the server knows of the flow's runs decides; otherwise we say that
 * we do not know. `deadline` is on `host.clock.monotonicMs()`.
 */
export async function startRun(task: Task, opening: Opening): Promise<Start> {
  const { host, request } = task;
  const { deadline } = opening;
  let baseline = opening.baseline;
  let lostRaces = 0;
  /** Since when the server has not been reached at all. */
  let unreachableSince: number | undefined;
  /** Why the last attempt did nothing. */
  let again: { readonly why: string; readonly rateLimited?: true } | undefined;

  for (let attempt = 1; ; attempt++) {
    if (host.stop.aborted) return { kind: "stopped" };
    const sent = await attemptStart(task, attempt, baseline, deadline);
    switch (sent.kind) {
      case "started":
      case "not-started":
      case "refused":
      case "stopped":
        return sent;
      case "timed-out":
        // Nothing was left for this attempt; what took the time says more.
        return { ...sent, ...again };
      case "in-doubt":
        return orUnknown(sent.reason, () =>
          resolveDoubt(task, sent, { baseline, deadline, attempt, contended: lostRaces > 0 }),
        );
      case "again": {
        // Nothing was begun, and nothing is to be: not the time is over, but the job.
        if (host.stop.aborted) return { kind: "stopped" };
        const unreachable = sent.failure.kind === "unreachable";
        unreachableSince = unreachable ? (unreachableSince ?? sent.at) : undefined;
        if (unreachableSince !== undefined && sent.at - unreachableSince >= request.patienceMs) {
          return { kind: "refused", failure: sent.failure };
        }
        again = whyTooLong(sent.failure);
        const delay = retryDelay(sent, attempt, sent.at - opening.at);
        if (sent.at + delay >= deadline) {
          const asked = waitAsked(sent.failure);
          return {
            kind: "timed-out",
            ...again,
            ...(asked === undefined ? {} : { askedMs: asked }),
          };
        }
        await pause(task, `pause ${attempt}`, sent, delay);
        break;
      }
      case "busy": {
        const decided = await decideBusy(task, sent, { baseline, deadline, attempt });
        if (decided.kind !== "wait") return decided;
        lostRaces += 1;
        again = undefined;
        unreachableSince = undefined;
        const { otherAuditId } = sent;
        const { askedMs } = decided;
        const about = { baseline, otherAuditId, deadline, attempt, lostRaces, askedMs };
        const turn = await waitForTurn(task, about);
        if (turn.kind === "late") return { kind: "timed-out", ...whyLate(turn.failure) };
        break;
      }
    }
    if (host.stop.aborted) return { kind: "stopped" };
    // Runs that began while we waited must not look like ours later.
    baseline = await host.read(`history ${attempt + 1}`, () => readBaseline(task, deadline));
  }
}

/** Try again when the flow is free. */
interface Wait {
  readonly kind: "wait";
  /** How long a 429 asked to wait before the next request. */
  readonly askedMs: number;
}

/** Code 1: first whose run it is about, then what the policy makes of another's. */
async function decideBusy(
  task: Task,
  busy: Busy,
  about: {
    readonly baseline: Reply<Baseline>;
    readonly deadline: number;
    readonly attempt: number;
  },
): Promise<Start | Wait> {
  const { otherAuditId } = busy;
  if (otherAuditId !== undefined && busy.maybeOurs) {
    const named = { ...busy, otherAuditId };
    const reason = whyInDoubt(named);
    const doubted = await orUnknown(reason, async () => {
      const ownership = await tellOwnership(task, named, about);
      if (ownership.whose === "anothers") return { kind: "anothers" } as const;
      if (mayAttach(task, ownership)) {
        const attached = await attach(task, busy, about);
        if (attached.kind === "started") return attached;
        // It has ended meanwhile, and may have been ours: no reason to start another.
      }
      // Never adopted: where code 1 means what the newest documents say, it is another's for sure.
      const why = `${reason} or somebody else's; it is not followed, and no other run is started`;
      return { kind: "start-unknown", reason: why } as const;
    });
    if (doubted.kind !== "anothers") return doubted;
  }
  return followPolicy(task, busy, about);
}

/** A mistake of set-up that comes up in the middle of a doubt, such as a secret, does not end it. */
async function orUnknown<Result>(
  reason: string,
  resolve: () => Promise<Result>,
): Promise<Result | Extract<Start, { kind: "start-unknown" }>> {
  try {
    return await resolve();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: "start-unknown", reason: `${reason}; ${error.message}` };
  }
}

/** The policy for another's run. A policy that is added does not compile without a case of its own. */
async function followPolicy(
  task: Task,
  busy: Busy,
  about: { readonly deadline: number; readonly attempt: number },
): Promise<Start | Wait> {
  const other = busy.otherAuditId === undefined ? {} : { otherAuditId: busy.otherAuditId };
  switch (task.request.ifRunning) {
    case "fail":
      return { ...other, kind: "busy" };
    case "skip":
      return { ...other, kind: "skipped" };
    case "attach": {
      const attached = await attach(task, busy, about);
      if (attached.kind === "started") return attached;
      // Nothing is active any more: then ours can be started.
      return attached.kind === "gone" && about.attempt < MAX_ATTACHES
        ? { kind: "wait", askedMs: attached.askedMs }
        : { ...other, kind: "busy", active: attached.kind === "gone" ? "none" : "several" };
    }
    case "wait":
      return { kind: "wait", askedMs: 0 };
  }
}

const MAX_ATTACHES = 4;

function whyLate(failure: string | undefined) {
  return failure === undefined
    ? { why: "another run was still running" }
    : ({
        why: `whether the other run had ended was still not known (last check: ${failure})`,
        failing: true,
      } as const);
}

function whyTooLong(failure: Again["failure"]) {
  return failure.kind === "rate-limited"
    ? ({ why: "Etlworks still answered 429 (too many requests)", rateLimited: true } as const)
    : { why: failure.message };
}

/** `Retry-After` wins; otherwise 1, 2, 4 … s up to a minute, or a tenth of what was waited already. */
function retryDelay(again: Again, attempt: number, waitedMs: number): number {
  const { failure, jitter } = again;
  const asked = waitAsked(failure);
  // Never earlier than asked, and not all at the same moment.
  const longest = Math.max(60_000, waitedMs / 10);
  const backOff = jittered(Math.min(longest, 1_000 * 2 ** Math.min(attempt - 1, 30)), jitter);
  return asked === undefined ? backOff : asked * (1 + 0.1 * jitter);
}

async function pause(task: Task, name: string, again: Again, delayMs: number): Promise<void> {
  const reason = reasonOf(again.failure);
  await task.host.until(
    name,
    { checks: 0 },
    async ({ checks }) => {
      if (checks === 0) await task.report({ kind: "start-delayed", reason, delayMs });
      return { checks: checks + 1 };
    },
    ({ checks }) => (checks > 1 ? "done" : delayMs),
  );
}
