import { ACTIVE_STATUSES, type Execution } from "../etlworks/execution.ts";
import type { Reply } from "../etlworks/reply.ts";
import { type Baseline, readBaseline } from "./baseline.ts";
import { limitedBy } from "./deadline.ts";
import type { Task } from "./run-request.ts";
import { type Busy, busyEvent, valueIn } from "./start-attempt.ts";
import type { StartedRun } from "./started-run.ts";
import { whyNotOurs } from "./whose-run.ts";

interface About {
  readonly baseline: Reply<Baseline>;
  readonly deadline: number;
  readonly attempt: number;
}

/** Whose run a code 1 is about. */
export interface Verdict {
  readonly whose: "anothers" | "maybe-ours";
  /** The run was active when its status was asked. */
  readonly active: boolean;
}

/**
 * Tells whether the run that code 1 names can be our own. The record of a run decides: what began
 * before we sent the start is another's, what began meanwhile can be ours. Without a record, a run
 * of another that is active decides. When nothing does, it may be ours.
 */
export async function tellWhose(
  task: Task,
  busy: Busy & { readonly otherAuditId: string },
  about: About,
): Promise<Verdict> {
  const first: { checks: number; verdict: Verdict | null } = { checks: 0, verdict: null };
  const { clock } = task.host;
  const state = await task.host.until(
    `whose ${about.attempt}`,
    first,
    async ({ checks }) => {
      const last =
        checks >= GAPS_MS.length || clock.monotonicMs() + (GAPS_MS[checks] ?? 0) > about.deadline;
      const found = await askWhose(task, busy, about, last);
      if (found?.whose === "anothers") await task.report(busyEvent(task, busy));
      if (found?.whose === "maybe-ours" && !mayAttach(task, found)) {
        await task.report({ kind: "in-doubt", reason: whyInDoubt(busy) });
      }
      return { checks: checks + 1, verdict: found ?? null };
    },
    ({ checks, verdict }) => (verdict === null ? (GAPS_MS[checks - 1] ?? "done") : "done"),
  );
  return state.verdict ?? { whose: "maybe-ours", active: false };
}

/** To follow the run is right whoever began it, where the policy is to attach. */
export function mayAttach({ request }: Task, { active }: Verdict): boolean {
  return active && request.ifRunning === "attach";
}

export function whyInDoubt({ otherAuditId }: Busy & { readonly otherAuditId: string }): string {
  return `the server answered that run ${otherAuditId} is running, a new run that may be ours`;
}

/** A record needs some seconds to appear. */
const GAPS_MS = [1_000, 2_000, 4_000] as const;
const TIME_LIMIT_MS = 5_000;

async function askWhose(
  task: Task,
  busy: Busy & { readonly otherAuditId: string },
  { baseline: before, deadline }: About,
  last: boolean,
): Promise<Verdict | undefined> {
  const { client, host, request } = task;
  const limited = () => ({
    timeLimitMs: limitedBy(deadline, host, TIME_LIMIT_MS),
    signal: host.stop,
  });
  const baseline = valueIn(before);
  const whyNot = (reply: { readonly value: Execution; readonly serverTime?: number }) =>
    whyNotOurs(reply.value, {
      task,
      baseline,
      sending: busy.sending,
      seenAt: host.clock.epochMs(),
      clockOffsetMs:
        reply.serverTime === undefined
          ? baseline?.clockOffsetMs
          : reply.serverTime - host.clock.epochMs(),
    });
  const named = await client.execution(request.flowId, busy.otherAuditId, limited());
  if (named.kind === "value") {
    const whose = whyNot(named) === undefined ? "maybe-ours" : "anothers";
    return { whose, active: isActive(named.value) };
  }
  // An id without a record names nothing. Then the run that is active decides.
  const latest = await client.latestExecution(request.flowId, limited());
  const another =
    latest.kind === "value" &&
    latest.value.auditId !== busy.otherAuditId &&
    isActive(latest.value) &&
    whyNot(latest) !== undefined;
  if (another) return { whose: "anothers", active: false };
  if (!last && !host.stop.aborted) return undefined;
  const wasBusy = baseline !== undefined && baseline.active.length > 0;
  return { whose: wasBusy ? "anothers" : "maybe-ours", active: false };
}

/** A word that we do not know is no reason to take another's run for active. */
export function isActive({ status }: Execution): boolean {
  return ACTIVE_STATUSES.some(active => active === status);
}

/** Follows the other run: the one that the answer names, or the only one that is active. */
export async function attach(
  task: Task,
  busy: Busy,
  { attempt, deadline }: Pick<About, "attempt" | "deadline">,
): Promise<StartedRun | { readonly kind: "gone" | "several" }> {
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
  | { readonly kind: "gone" | "several" };

/** The history may list finished runs only, so what it does not show is asked of the status call. */
async function findActive(task: Task, { otherAuditId }: Busy, deadline: number): Promise<Target> {
  const { client, host, request } = task;
  const history = valueIn(await readBaseline(task, deadline));
  const limited = () => ({
    timeLimitMs: limitedBy(deadline, host, TIME_LIMIT_MS),
    signal: host.stop,
  });
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
    const asked = await client.execution(request.flowId, otherAuditId, limited());
    if (asked.kind === "value" && isActive(asked.value)) {
      return found(otherAuditId, asked.value.startedAt);
    }
  }
  const [only, ...others] = active;
  if (only !== undefined) {
    return others.length === 0 ? found(only.auditId, only.startedAt) : { kind: "several" };
  }
  const latest = await client.latestExecution(request.flowId, limited());
  return latest.kind === "value" && latest.value.auditId !== undefined && isActive(latest.value)
    ? found(latest.value.auditId, latest.value.startedAt)
    : { kind: "gone" };
}
