import { formatDuration } from "../duration.ts";
import type { StartAnswer } from "../etlworks/etlworks-replies.ts";
import { statusMeaning } from "../etlworks/http-status-meaning.ts";
import type { Failure, Reply } from "../etlworks/reply.ts";
import { START_CODES } from "../etlworks/start-code.ts";
import type { Baseline } from "./baseline.ts";
import { askInTime, limitedBy } from "./deadline.ts";
import type { Once } from "./host.ts";
import type { Task } from "./run-request.ts";
import type { StartedRun } from "./started-run.ts";
import { largestId, mayBeBegunBy, type Sending, whyAnothers, whyNotBegun } from "./whose-run.ts";

/** What came of sending one start. Plain data, remembered by the host. */
export type Attempt =
  | StartedRun
  | { readonly kind: "not-started"; readonly code?: string; readonly message: string }
  | { readonly kind: "timed-out"; readonly why: string }
  | { readonly kind: "stopped" }
  | { readonly kind: "refused"; readonly failure: Failure }
  | Busy
  | Again
  | InDoubt;

/** Code 1. */
export interface Busy {
  readonly kind: "busy";
  readonly otherAuditId?: string;
  /** When we sent the start, by the server's clock. */
  readonly sentAt?: number;
  /**
   * Nobody knew the run before, so it may be our own: the older documents read code 1 as "your run
   * is still running".
   */
  readonly maybeOurs: boolean;
}

/** Provably nothing began. */
export interface Again {
  readonly kind: "again";
  readonly at: number;
  readonly failure: Extract<Failure, { kind: "rate-limited" | "unreachable" }>;
  readonly jitter: number;
}

/** A run may have begun. `sending` is unknown when the host died with it. */
export interface InDoubt {
  readonly kind: "in-doubt";
  readonly reason: string;
  readonly sending?: Sending;
  /** The runs that the answer names, where it says no and names some: ours is one of them or none. */
  readonly named?: readonly string[];
}

const USUAL_START_MS = 30_000;

/** Sends the start once and remembers what came of it. */
export async function attemptStart(
  task: Task,
  attempt: number,
  baseline: Reply<Baseline>,
  deadline: number,
): Promise<Attempt> {
  return toAttempt(
    await task.host.once(`start ${attempt}`, () => sendStart(task, baseline, deadline)),
  );
}

function toAttempt(result: Once<Attempt>): Attempt {
  // The host died between sending and remembering. When it was sent is lost with it.
  return result.kind === "done"
    ? result.value
    : { kind: "in-doubt", reason: "the process ended while it sent the start" };
}

async function sendStart(
  task: Task,
  baseline: Reply<Baseline>,
  deadline: number,
): Promise<Attempt> {
  const { request, host, client, report } = task;
  const startedAt = host.clock.monotonicMs();
  if (startedAt >= deadline)
    return { kind: "timed-out", why: "there was no time left to send the start" };
  const sentAt = host.clock.epochMs();
  const reply = await client.start(request.flowId, request.parameters, request.runQuery, {
    // Cut short at the deadline, and then in doubt: never forgotten.
    timeLimitMs: limitedBy(deadline, host, USUAL_START_MS),
    signal: host.abandon,
    unsentSignal: host.stop,
  });
  const circumstances: Circumstances = {
    at: host.clock.monotonicMs(),
    tookMs: host.clock.monotonicMs() - startedAt,
    sending: { sentAt, failedAt: host.clock.epochMs() },
    baseline,
    jitter: host.random(),
  };
  const decided = await withoutOthers(task, reply, circumstances, deadline);
  const read = classifyReply(decided, task, circumstances);
  const attempt =
    read.kind === "started" ? await confirmed(task, read, circumstances, deadline) : read;
  if (attempt.kind === "started") await report(attempt);
  if (attempt.kind === "in-doubt") {
    // Without knowing the runs before, the history cannot tell (see resolve-doubt.ts).
    const searching = valueIn(baseline) !== undefined;
    await report({ kind: "in-doubt", reason: attempt.reason, searching });
  }
  if (attempt.kind === "busy" && !attempt.maybeOurs) await report(busyEvent(task, attempt));
  return attempt;
}

export function busyEvent({ request }: Task, busy: Pick<Busy, "otherAuditId">) {
  const other = busy.otherAuditId === undefined ? {} : { otherAuditId: busy.otherAuditId };
  return { kind: "busy", policy: request.ifRunning, ...other } as const;
}

interface Circumstances {
  readonly at: number;
  /** How long the start took, until it had its answer. */
  readonly tookMs: number;
  readonly sending: Sending;
  readonly baseline: Reply<Baseline>;
  readonly jitter: number;
}

function classifyReply(
  reply: Reply<StartAnswer>,
  task: Task,
  circumstances: Circumstances,
): Attempt {
  const { at, sending, jitter, baseline } = circumstances;
  switch (reply.kind) {
    case "value":
      return classifyAnswer(reply, task, circumstances);
    case "rate-limited":
      return { kind: "again", at, failure: reply, jitter };
    case "unreachable":
      return reply.permanent
        ? { kind: "refused", failure: reply }
        : { kind: "again", at, failure: reply, jitter };
    case "unauthorized":
      return { kind: "refused", failure: reply };
    case "rejected":
      return isConfigurationError(reply.status)
        ? { kind: "refused", failure: reply }
        : { kind: "not-started", message: whyDeclined(reply) };
    case "absent":
      return reply.status === 404
        ? { kind: "refused", failure: reply }
        : { kind: "in-doubt", reason: reply.message, sending };
    case "fault":
      // Twice a web page with status 200, before and now: there is no API behind this address.
      return reply.website && isWebsite(baseline)
        ? { kind: "refused", failure: reply }
        : { kind: "in-doubt", reason: reply.message, sending, ...namedIn(reply) };
    case "stopped":
      return reply.mayHaveArrived
        ? { kind: "in-doubt", reason: "cancelled before the server answered", sending }
        : { kind: "stopped" };
  }
}

function namedIn({ naming }: Extract<Failure, { kind: "fault" }>): Pick<InDoubt, "named"> {
  return naming === undefined ? {} : { named: naming.auditIds };
}

/** A no that names runs of others, such as the one that is in the way, is just a no. */
async function withoutOthers(
  task: Task,
  reply: Reply<StartAnswer>,
  { baseline, sending }: Circumstances,
  deadline: number,
): Promise<Reply<StartAnswer>> {
  if (reply.kind !== "fault" || reply.naming === undefined) return reply;
  const { client, host, request } = task;
  const { auditIds, no } = reply.naming;
  const known = valueIn(baseline);
  const isOlder = (id: string) => known?.auditIds.includes(id) === true;
  const [unknown, ...more] = [...new Set(auditIds)].filter(
    id => !isOlder(id) && task.foreignRuns?.has(id) !== true,
  );
  if (unknown === undefined) return no;
  if (more.length > 0 || known?.clockOffsetMs === undefined) return reply;
  // A history may list finished runs only. Then the record of the run tells.
  const record = await askInTime(deadline, host, CONFIRM_MS, call =>
    client.execution(request.flowId, unknown, call),
  );
  const sentAt = sending.sentAt + known.clockOffsetMs;
  const mayBeOurs = record.kind !== "value" || mayBeBegunBy(record.value, sentAt, known, task);
  return mayBeOurs ? reply : no;
}

/** What an answer of the API comes to. What it says is not believed where it cannot be of our start. */
function classifyAnswer(
  reply: Extract<Reply<StartAnswer>, { kind: "value" }>,
  task: Task,
  circumstances: Circumstances,
): Attempt {
  const { at, sending } = circumstances;
  const { code, auditId, flowId, exception } = reply.value;
  const baseline = valueIn(circumstances.baseline);
  const sent = sentByServer(reply.serverTime, baseline, circumstances);
  const sentAt = sent === undefined ? {} : { sentAt: sent };
  const replayed = whyReplayed(reply, circumstances);
  if (replayed !== undefined) return { kind: "in-doubt", reason: replayed, sending };
  const said = START_CODES[code];
  if (said === "busy") {
    const known =
      auditId === undefined ||
      baseline?.auditIds.includes(auditId) === true ||
      whyAnothers({ auditId, ...(flowId === undefined ? {} : { flowId }) }, task) !== undefined;
    const other = auditId === undefined ? {} : { otherAuditId: auditId };
    return { kind: "busy", ...other, ...sentAt, maybeOurs: !known };
  }
  if (said === "begun") {
    if (auditId === undefined) {
      const reason = "the server started the run but did not say its id";
      return { kind: "in-doubt", reason, sending };
    }
    if (flowId !== undefined && flowId !== task.request.flowId) {
      const reason = `the server answered the start with run ${auditId} of flow ${flowId}`;
      return { kind: "in-doubt", reason, sending };
    }
    if (task.foreignRuns?.has(auditId) === true) {
      const reason = `the server answered the start with run ${auditId}, which another start of this process began`;
      return { kind: "in-doubt", reason, sending };
    }
    if (baseline?.auditIds.includes(auditId) === true) {
      const reason = `the server answered the start with run ${auditId}, which is an old one`;
      return { kind: "in-doubt", reason, sending };
    }
    const { pastSeconds = [], newestAt } = baseline ?? {};
    const newest = newestAt === undefined ? {} : { newestAt };
    return { kind: "started", auditId, origin: "started", at, pastSeconds, ...sentAt, ...newest };
  }
  const meaning = CODE_MEANINGS[code] ?? "a code we do not know";
  const message = exception ?? `the server answered the start with code ${code} (${meaning})`;
  return { kind: "not-started", code, message };
}

/**
 * When we sent the start, by the server's own clock, so that a wall clock of ours that jumps does no
 * harm. An answer that was kept may carry the date of that day, so the history's counts as well.
 */
function sentByServer(
  serverTime: number | undefined,
  baseline: Baseline | undefined,
  { at, tookMs }: Circumstances,
): number | undefined {
  if (serverTime === undefined) return undefined;
  const byAnswer = serverTime - Math.ceil(tookMs);
  if (baseline?.clockOffsetMs === undefined) return byAnswer;
  const sinceHistory = Math.max(0, at - tookMs - baseline.at);
  const byHistory = baseline.epochMs + baseline.clockOffsetMs + Math.floor(sinceHistory);
  return Math.max(byAnswer, byHistory);
}

/** Why an answer cannot be to the request that we sent. */
function whyReplayed(
  { ageMs = 0 }: Extract<Reply<StartAnswer>, { kind: "value" }>,
  { tookMs }: Circumstances,
): string | undefined {
  // A second more: it is counted in whole ones, and may count the time that the answer took.
  return ageMs > tookMs + 1_000
    ? `the answer to the start was ${formatDuration(ageMs)} old: something on the way had kept it`
    : undefined;
}

const CODE_MEANINGS: Readonly<Record<string, string>> = {
  "2": "canceled",
  "3": "was not executed",
  "5": "error",
};

/** How long the record of an answered run may take to say what it is. */
const CONFIRM_MS = 5_000;

/**
 * Ids grow. An id that is not newer than the runs known before, and yet not among the newest of
 * them, can come from an answer that something on the way has kept: its record tells.
 */
async function confirmed(
  task: Task,
  run: StartedRun,
  { baseline, sending }: Circumstances,
  deadline: number,
): Promise<Attempt> {
  const { client, host, request } = task;
  const known = valueIn(baseline);
  // Who waits for the run will see its record, whatever its id.
  const blind = known === undefined && !request.wait;
  if (!blind && BigInt(run.auditId) > largestId(known)) return run;
  const reply = await askInTime(deadline, host, CONFIRM_MS, call =>
    client.execution(request.flowId, run.auditId, call),
  );
  const why = reply.kind === "value" ? whyNotBegun(reply.value, request.flowId, run) : undefined;
  if (why === undefined) return run;
  const reason = `the server answered the start with run ${run.auditId}, but ${why}`;
  return { kind: "in-doubt", reason, sending };
}

function isConfigurationError(status: number): boolean {
  return status === 400 || (status >= 403 && status <= 405) || (status >= 300 && status < 400);
}

function isWebsite(baseline: Reply<Baseline>): boolean {
  return baseline.kind === "fault" && baseline.website;
}

function whyDeclined({ status, message }: Extract<Failure, { kind: "rejected" }>): string {
  if (status < 300) return message;
  const meaning = statusMeaning(status);
  return `the server answered ${status}${meaning === undefined ? "" : ` (${meaning})`}: ${message}`;
}

export function valueIn<Value>(reply: Reply<Value>): Value | undefined {
  return reply.kind === "value" ? reply.value : undefined;
}
