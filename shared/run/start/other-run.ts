import { type Execution, startOf } from "../../etlworks/replies/execution.ts";
import { type Reply, valueIn } from "../../etlworks/replies/reply.ts";
import { isActive } from "../../etlworks/replies/run-status.ts";
import { askInTime } from "../deadline.ts";
import { isOfAnotherFlow } from "../other-flow.ts";
import type { Task } from "../run-request.ts";
import type { StartedRun } from "../started-run.ts";
import { mayBeBegunBy } from "../whose-run.ts";
import type { Busy } from "./attempt.ts";
import { type Baseline, readBaseline } from "./baseline.ts";
import { busyEvent } from "./start-attempt.ts";

interface About {
  readonly baseline: Reply<Baseline>;
  readonly deadline: number;
  readonly attempt: number;
}

/** Whose run a code 1 is about. */
export interface Ownership {
  readonly whose: "anothers" | "maybe-ours";
  /** The run was active when its status was asked. */
  readonly active: boolean;
}

/**
 * Tells whether the run that code 1 names can be our own. The record of a run decides: what began
 * before we sent the start is another's, what began meanwhile can be ours. Without a record, a run
 * of another that is active decides. When nothing does, it may be ours.
 */
export async function tellOwnership(
  task: Task,
  busy: Busy & { readonly otherAuditId: string },
  about: About,
): Promise<Ownership> {
  const first: { checks: number; ownership: Ownership | null; delayMs: number } = {
    checks: 0,
    ownership: null,
    delayMs: 0,
  };
  const { clock } = task.host;
  const state = await task.host.until(
    `whose ${about.attempt}`,
    first,
    async ({ checks }) => {
      const last =
        checks >= GAPS_MS.length || clock.monotonicMs() + (GAPS_MS[checks] ?? 0) > about.deadline;
      const answer = await askWhose(task, busy, about, { last, final: checks >= MAX_CHECKS });
      const found = "whose" in answer ? answer : undefined;
      if (found?.whose === "anothers") await task.report(busyEvent(task, busy));
      if (found?.whose === "maybe-ours" && !mayAttach(task, found)) {
        await task.report({ kind: "in-doubt", reason: whyInDoubt(busy), searching: false });
      }
      const asked = "askedMs" in answer ? answer.askedMs : 0;
      const left = Math.max(0, about.deadline - clock.monotonicMs());
      const delayMs = Math.min(left, Math.max(asked, GAPS_MS[checks] ?? 0));
      return { checks: checks + 1, ownership: found ?? null, delayMs };
    },
    ({ ownership, delayMs }) => (ownership === null ? delayMs : "done"),
  );
  return state.ownership ?? MAYBE_OURS;
}

/** To follow the run is right whoever began it, where the policy is to attach. */
export function mayAttach({ request }: Task, { active }: Ownership): boolean {
  return active && request.ifRunning === "attach";
}

export function whyInDoubt({ otherAuditId }: Busy & { readonly otherAuditId: string }): string {
  return `the server answered that run ${otherAuditId} is running, a new run that may be ours`;
}

/** A record needs some seconds to appear. */
const GAPS_MS = [1_000, 2_000, 4_000] as const;
/** A 429 puts the last question off, but not for ever. */
const MAX_CHECKS = GAPS_MS.length + 2;
const TIME_LIMIT_MS = 5_000;

async function askWhose(
  task: Task,
  busy: Busy & { readonly otherAuditId: string },
  { baseline: before, deadline }: About,
  { last, final }: { readonly last: boolean; readonly final: boolean },
): Promise<Ownership | { readonly askedMs: number }> {
  const { host, request } = task;
  const { named: askNamed, latest: askLatest } = questions(task, deadline);
  const baseline = valueIn(before);
  const mayBeOurs = (record: Execution) => mayBeBegunBy(record, busy.sentAt, baseline, task);
  const named = await askNamed(busy.otherAuditId);
  if (named.kind === "value") {
    const whose = mayBeOurs(named.value) ? "maybe-ours" : "anothers";
    return { whose, active: isActiveRunOfFlow(named.value, task) };
  }
  // An id without a record names nothing. Then the run that is active decides.
  const limit = askedMs(named);
  const latest = limit > 0 ? named : await askLatest();
  // With a run query ours may run beside another, so that another is active says nothing.
  const oneAtATime = request.runQuery === "";
  const another =
    oneAtATime &&
    latest.kind === "value" &&
    latest.value.auditId !== busy.otherAuditId &&
    isActiveRunOfFlow(latest.value, task) &&
    wasThere(latest.value, busy, baseline) &&
    !mayBeOurs(latest.value);
  if (another) return ANOTHERS;
  const wait = Math.max(limit, askedMs(latest));
  const more = !last || (wait > 0 && !final);
  const late = host.clock.monotonicMs() + wait > deadline;
  if (more && !late && !host.stop.aborted) return { askedMs: wait };
  if (wait > 0 || !oneAtATime || named.kind !== "absent") return MAYBE_OURS;
  // A record may stay away for 30 s, and what was active before may have ended when ours began. Only
  // a run that was there before and is active still proves that ours did not begin.
  for (const { auditId } of baseline?.active.slice(0, MAX_ASKED) ?? []) {
    const earlier = await askNamed(auditId);
    if (earlier.kind === "value" && isActiveRunOfFlow(earlier.value, task)) return ANOTHERS;
    if (askedMs(earlier) > 0) return MAYBE_OURS;
  }
  return MAYBE_OURS;
}

const ANOTHERS: Ownership = { whose: "anothers", active: false };
const MAYBE_OURS: Ownership = { whose: "maybe-ours", active: false };

/** Where one runs at a time there is one; a history may still list some that died. */
const MAX_ASKED = 3;

/**
 * Whether a run was active when the start was answered. One that began later says nothing of the
 * start: ours may have ended before it began, or run beside it.
 */
function wasThere(
  execution: Execution,
  busy: Busy & { readonly otherAuditId: string },
  baseline: Baseline | undefined,
): boolean {
  const { auditId } = execution;
  const startedAt = startOf(execution);
  if (auditId === undefined) return false;
  if (baseline?.auditIds.includes(auditId) === true) return true;
  // Ids grow.
  if (BigInt(auditId) < BigInt(busy.otherAuditId)) return true;
  return startedAt !== undefined && busy.sentAt !== undefined && startedAt < busy.sentAt;
}

function questions({ client, host, request }: Task, deadline: number) {
  return {
    named: (auditId: string) =>
      askInTime(deadline, host, TIME_LIMIT_MS, call =>
        client.execution(request.flowId, auditId, call),
      ),
    latest: () =>
      askInTime(deadline, host, TIME_LIMIT_MS, call =>
        client.latestExecution(request.flowId, call),
      ),
  };
}

/** How long a 429 asks to wait. */
export function askedMs(reply: Reply<unknown>): number {
  return reply.kind === "rate-limited" ? (reply.retryAfterMs ?? 0) : 0;
}

/** A run of another flow is in nobody's way here, and is not the one to attach to. */
export function isActiveRunOfFlow(execution: Execution, task: Task): boolean {
  return isActive(execution.status) && !isOfAnotherFlow(execution, task);
}

/** Follows the other run: the one that the answer names, or the only one that is active. */
export async function attach(
  task: Task,
  busy: Busy,
  { attempt, deadline }: Pick<About, "attempt" | "deadline">,
): Promise<StartedRun | NotFound> {
  const target = await task.host.read(`history to attach ${attempt}`, () =>
    findActive(task, busy, deadline),
  );
  if (target.kind !== "active") return target;
  const { auditId, startedAt, pastSeconds, clockOffsetMs } = target;
  const attached = await task.host.once(`attach ${attempt}`, async (): Promise<StartedRun> => {
    const { clock } = task.host;
    const now = clock.epochMs() + clockOffsetMs;
    const age = startedAt === null ? 0 : Math.max(0, now - startedAt);
    const at = clock.monotonicMs() - age;
    const run = { kind: "started", auditId, origin: "attached", at, pastSeconds } as const;
    await task.report(run);
    return run;
  });
  return attached.kind === "done"
    ? attached.value
    : // The process ended while it told of it; following changes nothing, so go on.
      { kind: "started", auditId, origin: "attached", at: target.at, pastSeconds };
}

type Target =
  | {
      readonly kind: "active";
      readonly at: number;
      readonly auditId: string;
      readonly startedAt: number | null;
      readonly pastSeconds: readonly number[];
      readonly clockOffsetMs: number;
    }
  | NotFound;

interface NotFound {
  readonly kind: "gone" | "several";
  /** How long a 429 asked to wait before the next request. */
  readonly askedMs: number;
}

/** The history may list finished runs only, so what it does not show is asked of the status call. */
async function findActive(task: Task, { otherAuditId }: Busy, deadline: number): Promise<Target> {
  const { host } = task;
  const read = await readBaseline(task, deadline);
  const history = valueIn(read);
  const missing = (kind: NotFound["kind"], reply: Reply<unknown> = read): NotFound => ({
    kind,
    askedMs: askedMs(reply),
  });
  const { named: askNamed, latest: askLatest } = questions(task, deadline);
  const active = history?.active ?? [];
  const found = (auditId: string, startedAt: number | undefined): Target => ({
    kind: "active",
    at: host.clock.monotonicMs(),
    auditId,
    startedAt: startedAt ?? null,
    pastSeconds: history?.pastSeconds ?? [],
    clockOffsetMs: history?.clockOffsetMs ?? 0,
  });
  const named = active.find(run => run.auditId === otherAuditId);
  if (named !== undefined) return found(named.auditId, named.startedAt);
  // Listed and not active: that one is over.
  if (otherAuditId !== undefined && history?.auditIds.includes(otherAuditId) !== true) {
    const asked = await askNamed(otherAuditId);
    if (asked.kind === "value" && isActiveRunOfFlow(asked.value, task)) {
      return found(otherAuditId, startOf(asked.value));
    }
    if (askedMs(asked) > 0 && active.length === 0) return missing("gone", asked);
  }
  const [only, ...others] = active;
  if (only !== undefined) {
    return others.length === 0 ? found(only.auditId, only.startedAt) : missing("several");
  }
  const latest = await askLatest();
  return latest.kind === "value" &&
    latest.value.auditId !== undefined &&
    isActiveRunOfFlow(latest.value, task)
    ? found(latest.value.auditId, startOf(latest.value))
    : missing("gone", latest);
}
