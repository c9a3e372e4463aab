import type { StartAnswer } from "../etlworks/etlworks-replies.ts";
import type { Failure, Reply } from "../etlworks/reply.ts";
import { jittered, pollCostSeconds } from "./backoff.ts";
import {
  type Baseline,
  expectedForeignStarts,
  readBaseline,
  readHistory,
  runsSince,
  type Sending,
  toBaseline,
} from "./baseline.ts";
import type { Once } from "./host.ts";
import type { Task } from "./run-request.ts";
import { nextGapSeconds } from "./schedule.ts";
import type { StartedRun } from "./started-run.ts";

/** How the attempt to begin a run went. */
export type Start =
  | StartedRun
  | { readonly kind: "busy" | "skipped"; readonly otherAuditId?: string }
  | { readonly kind: "not-started"; readonly code?: string; readonly message: string }
  | { readonly kind: "start-unknown"; readonly reason: string }
  | { readonly kind: "timed-out"; readonly why: string }
  | { readonly kind: "stopped" }
  | { readonly kind: "refused"; readonly failure: Failure };

/**
 * Begins a run at most once. The one POST is sent again only when the attempt before provably did
 * nothing (never connected, 429, 401 with fresh credentials, or code 1: another run is running).
 * When its fate is unknown, the history decides: exactly one new run is ours; otherwise we say
 * that we do not know. `deadline` is on `host.clock.monotonicMs()`.
 */
export async function startRun(task: Task, opening: Opening): Promise<Start> {
  const { host, request } = task;
  let baseline = opening.baseline;
  const { deadline } = opening;
  let lostRaces = 0;
  /** Since when the server has not been reached at all. */
  let unreachableSince: number | undefined;

  for (let attempt = 1; ; attempt++) {
    if (host.stop.aborted) return { kind: "stopped" };
    const sent = settled(
      await host.once(`start ${attempt}`, () => sendStart(task, baseline, deadline)),
    );
    switch (sent.kind) {
      case "started":
      case "not-started":
      case "refused":
      case "timed-out":
      case "stopped":
        return sent;
      case "in-doubt":
        return resolveDoubt(task, sent, { baseline, deadline, attempt, contended: lostRaces > 0 });
      case "again": {
        const unreachable = sent.failure.kind === "unreachable";
        unreachableSince = unreachable ? (unreachableSince ?? sent.at) : undefined;
        if (unreachableSince !== undefined && sent.at - unreachableSince >= request.patienceMs) {
          return { kind: "refused", failure: sent.failure };
        }
        const delay = retryDelay(sent, attempt, sent.at - opening.at);
        if (sent.at + delay >= deadline) return { kind: "timed-out", why: tooLong(sent.failure) };
        await pause(task, `pause ${attempt}`, sent, delay);
        break;
      }
      case "busy": {
        const decided = await decideBusy(task, sent, attempt);
        if (decided !== "wait") return decided;
        lostRaces += 1;
        unreachableSince = undefined;
        if (await waitUntilFree(task, { baseline, deadline, attempt, lostRaces })) {
          return { kind: "timed-out", why: "another run of the flow was going all the time" };
        }
        break;
      }
    }
    if (host.stop.aborted) return { kind: "stopped" };
    // Runs that began while we waited must not look like ours later.
    baseline = await freshBaseline(task, `history ${attempt + 1}`);
  }
}

/** What the policy makes of another run. Exhaustive: an added policy does not compile without a case. */
async function decideBusy(
  task: Task,
  busy: Extract<Sent, { kind: "busy" }>,
  attempt: number,
): Promise<Start | "wait"> {
  switch (task.request.ifRunning) {
    case "fail":
      return { ...other(busy), kind: "busy" };
    case "skip":
      return { ...other(busy), kind: "skipped" };
    case "attach": {
      const attached = await attach(task, busy, attempt);
      return attached === "gone" ? "wait" : attached;
    }
    case "wait":
      return "wait";
  }
}

/** What is known before the first attempt. */
export interface Opening {
  readonly at: number;
  readonly deadline: number;
  readonly baseline: Reply<Baseline>;
}

type Sent =
  | Extract<Start, { kind: "started" | "not-started" | "refused" | "timed-out" | "stopped" }>
  | { readonly kind: "busy"; readonly at: number; readonly otherAuditId?: string }
  | {
      readonly kind: "again";
      readonly at: number;
      readonly failure: Failure;
      readonly jitter: number;
    }
  | { readonly kind: "in-doubt"; readonly reason: string; readonly sending?: Sending };

function settled(result: Once<Sent>): Sent {
  // The host died between sending and remembering. When it was sent is lost with it.
  return result.kind === "done"
    ? result.value
    : { kind: "in-doubt", reason: "the host was interrupted while it sent the start" };
}

async function sendStart(task: Task, baseline: Reply<Baseline>, deadline: number): Promise<Sent> {
  const { request, host, client, report } = task;
  if (host.clock.monotonicMs() >= deadline) {
    return { kind: "timed-out", why: "there was no chance before the timeout" };
  }
  const sentAt = host.clock.epochMs();
  const reply = await client.start(request.flowId, request.parameters, request.runQuery, {
    signal: host.abandon,
    unsentSignal: host.stop,
  });
  const at = host.clock.monotonicMs();
  const sending = { sentAt, failedAt: host.clock.epochMs() };
  const sent = classifyReply(reply, { at, sending, baseline, jitter: host.random() });
  if (sent.kind === "started") await report(sent);
  if (sent.kind === "in-doubt") await report({ kind: "in-doubt", reason: sent.reason });
  if (sent.kind === "busy")
    await report({ ...other(sent), kind: "busy", policy: request.ifRunning });
  return sent;
}

interface Circumstances {
  readonly at: number;
  readonly sending: Sending;
  readonly baseline: Reply<Baseline>;
  readonly jitter: number;
}

function classifyReply(reply: Reply<StartAnswer>, circumstances: Circumstances): Sent {
  const { at, sending, jitter, baseline } = circumstances;
  switch (reply.kind) {
    case "value":
      return classifyAnswer(reply.value, circumstances);
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
        : { kind: "not-started", message: reply.message };
    case "absent":
      return reply.status === 404
        ? { kind: "refused", failure: reply }
        : { kind: "in-doubt", reason: reply.message, sending };
    case "fault":
      // Twice a web page with status 200, before and now: there is no API behind this address.
      return reply.website && isWebsite(baseline)
        ? { kind: "refused", failure: reply }
        : { kind: "in-doubt", reason: reply.message, sending };
    case "stopped":
      return reply.mayHaveArrived
        ? { kind: "in-doubt", reason: "stopped before the server answered", sending }
        : { kind: "stopped" };
  }
}

/** Codes: 0 started, 1 another run is running, 4 ended already (a synchronous run). Others: no start. */
function classifyAnswer(answer: StartAnswer, circumstances: Circumstances): Sent {
  const { at, baseline, sending } = circumstances;
  const { code, auditId, exception } = answer;
  if (code === "1") {
    return {
      kind: "busy",
      at,
      ...(auditId === undefined ? {} : { otherAuditId: auditId }),
    };
  }
  if (code === "0" || code === "4") {
    if (auditId === undefined) {
      const reason = "the server started the run but did not say its id";
      return { kind: "in-doubt", reason, sending };
    }
    if (baseline.kind === "value" && baseline.value.auditIds.includes(auditId)) {
      const reason = `the server answered the start with run ${auditId}, which is an old one`;
      return { kind: "in-doubt", reason, sending };
    }
    const pastSeconds = baseline.kind === "value" ? baseline.value.pastSeconds : [];
    return { kind: "started", auditId, origin: "started", at, pastSeconds };
  }
  const meaning = CODE_MEANINGS[code] ?? "a code we do not know";
  const message = exception ?? `the server answered the start with code ${code} (${meaning})`;
  return { kind: "not-started", code, message };
}

const CODE_MEANINGS: Readonly<Record<string, string>> = {
  "2": "canceled",
  "3": "was not executed",
  "5": "error",
};

function isConfigurationError(status: number): boolean {
  return status === 400 || (status >= 403 && status <= 405) || (status >= 300 && status < 400);
}

function isWebsite(baseline: Reply<Baseline>): boolean {
  return baseline.kind === "fault" && baseline.website;
}

function other(from: { readonly otherAuditId?: string }): { readonly otherAuditId?: string } {
  return from.otherAuditId === undefined ? {} : { otherAuditId: from.otherAuditId };
}

function tooLong(failure: Failure): string {
  return failure.kind === "rate-limited"
    ? "the server answered 429 and asked to wait until after the timeout"
    : "the server could not be reached before the timeout";
}

/** `Retry-After` wins; otherwise 1, 2, 4 … s up to a minute, or a tenth of what was waited already. */
function retryDelay(
  again: Extract<Sent, { kind: "again" }>,
  attempt: number,
  waitedMs: number,
): number {
  const { failure, jitter } = again;
  const asked = failure.kind === "rate-limited" ? failure.retryAfterMs : undefined;
  // Never earlier than asked, and not all at the same moment.
  const longest = Math.max(60_000, waitedMs / 10);
  const backOff = jittered(Math.min(longest, 1_000 * 2 ** Math.min(attempt - 1, 30)), jitter);
  // "Come back in 0 s" is said by servers that do not mean it.
  return asked === undefined || asked < 1_000 ? backOff : asked * (1 + 0.1 * jitter);
}

async function pause(
  task: Task,
  name: string,
  again: Extract<Sent, { kind: "again" }>,
  delayMs: number,
): Promise<void> {
  const reason =
    again.failure.kind === "unreachable" ? again.failure.message : "429, too many requests";
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

function freshBaseline(task: Task, name: string): Promise<Reply<Baseline>> {
  return task.host.read(name, () => readBaseline(task));
}

/** Follow the other run: the one the answer names, or the only one that is running. */
async function attach(
  task: Task,
  busy: Extract<Sent, { kind: "busy" }>,
  attempt: number,
): Promise<Start | "gone"> {
  const baseline = await freshBaseline(task, `history to attach ${attempt}`);
  const history = baseline.kind === "value" ? baseline.value : undefined;
  const active = history?.active ?? [];
  const only = active.length === 1 ? active[0]?.auditId : undefined;
  // Whether code 1 comes with the other run's id, a fresh one or none is not documented, so an id
  // that the history does not know counts less than the only run that is running.
  const { otherAuditId } = busy;
  const listed = otherAuditId !== undefined && history?.auditIds.includes(otherAuditId) === true;
  const auditId = listed || history === undefined ? otherAuditId : only;
  if (auditId === undefined) {
    return history !== undefined && active.length === 0 && attempt < 4 ? "gone" : { kind: "busy" };
  }
  const startedAt = active.find(run => run.auditId === auditId)?.startedAt;
  const begun = await task.host.once(`attach ${attempt}`, async () => {
    const now = task.host.clock.epochMs() + (history?.clockOffsetMs ?? 0);
    const age = startedAt === undefined ? 0 : Math.max(0, now - startedAt);
    const start = {
      kind: "started",
      auditId,
      origin: "attached",
      at: task.host.clock.monotonicMs() - age,
      pastSeconds: history?.pastSeconds ?? [],
    } as const;
    await task.report(start);
    return start;
  });
  return begun.kind === "done" ? begun.value : { kind: "busy", otherAuditId: auditId };
}

/** Trying anyway is harmless (code 1 again), and the history may show a run that died long ago. */
const TRY_ANYWAY_MS = 600_000;

interface Waiting {
  readonly since: number | null;
  readonly polledAt: number;
  readonly checks: number;
  readonly free: boolean;
  readonly late: boolean;
  readonly delayMs: number;
}

/** Waits until no run of the flow is running. Returns true when the deadline came first. */
async function waitUntilFree(
  task: Task,
  about: {
    readonly baseline: Reply<Baseline>;
    readonly deadline: number;
    readonly attempt: number;
    readonly lostRaces: number;
  },
): Promise<boolean> {
  const { host } = task;
  // Each race lost to another waiter makes a look dearer, so that many waiters do not stampede.
  const cost = pollCostSeconds(about.lostRaces - 1);
  const first: Waiting = {
    since: null,
    polledAt: 0,
    checks: 0,
    free: false,
    late: false,
    delayMs: 0,
  };

  const check = async (state: Waiting): Promise<Waiting> => {
    const begun = host.clock.monotonicMs();
    const since = state.since ?? begun;
    const reply = state.checks === 0 ? undefined : await readHistory(task, 10_000);
    const at = host.clock.monotonicMs();
    const earlier = about.baseline.kind === "value" ? about.baseline.value : undefined;
    const known = reply?.kind === "value" ? toBaseline(task, reply) : earlier;
    const active = known?.active ?? [];
    const offset = known?.clockOffsetMs ?? 0;
    const began = active.flatMap(run => (run.startedAt === undefined ? [] : [run.startedAt]));
    const age = Math.max(at - since, ...began.map(time => host.clock.epochMs() + offset - time));
    const gap = nextGapSeconds({
      ageSeconds: age / 1_000,
      pastSeconds: known?.pastSeconds ?? [],
      pollCostSeconds: cost,
    });
    const asked = reply?.kind === "rate-limited" ? (reply.retryAfterMs ?? 0) : 0;
    const delayMs = Math.max(asked, jittered(gap * 1_000, host.random()));
    return {
      since,
      polledAt: at,
      checks: state.checks + 1,
      free:
        (reply?.kind === "value" && active.length === 0) ||
        (at - since >= TRY_ANYWAY_MS && reply?.kind !== "rate-limited") ||
        isBlind(reply),
      late: at >= about.deadline,
      delayMs: Math.min(delayMs, Math.max(0, about.deadline - at)),
    };
  };
  const state = await host.until(
    `free ${about.attempt}`,
    first,
    check,
    ({ free, late, delayMs }) => (free || late ? "done" : delayMs),
  );
  return state.late && !state.free;
}

/** The history will never be readable with these credentials: then only trying tells. */
function isBlind(reply: Reply<unknown> | undefined): boolean {
  return reply?.kind === "rejected" || reply?.kind === "unauthorized" || reply?.kind === "absent";
}

/** Adopting the only new run is right when fewer than one in ten such runs would be another's. */
const MAX_STRANGERS = 0.1;

/** How long a lost start may take to show up in the history. */
const CLEAR_UP_MS = 30_000;
const CLEAR_UP_GAPS_MS = [1_000, 1_000, 2_000, 3_000, 5_000] as const;

interface DoubtResolution {
  readonly since: number | null;
  readonly at: number;
  readonly checks: number;
  readonly found: readonly string[];
  /** The history could be read at least once. */
  readonly read: boolean;
  /** Until the next look. */
  readonly delayMs: number;
}

/** Looks for the one run that can be ours after a start whose answer was lost. */
async function resolveDoubt(
  task: Task,
  doubt: Extract<Sent, { kind: "in-doubt" }>,
  about: {
    readonly baseline: Reply<Baseline>;
    readonly deadline: number;
    readonly attempt: number;
    /** We have waited for another run before this start, and so may others. */
    readonly contended: boolean;
  },
): Promise<Start> {
  const { host, report } = task;
  const { deadline, attempt } = about;
  const unknown = (why: string): Start => ({
    kind: "start-unknown",
    reason: `${doubt.reason}; ${why}`,
  });
  if (task.request.adoption === "never") {
    return unknown("a run that began meanwhile may be another event's");
  }
  if (about.baseline.kind !== "value") {
    return unknown("the flow's history could not be read before the start, so nothing can tell");
  }
  const baseline = about.baseline.value;
  const sending = doubt.sending ?? { sentAt: baseline.epochMs };
  if (about.contended || expectedForeignStarts(baseline, sending) > MAX_STRANGERS) {
    return unknown("others seem to start this flow too, so no new run can be told to be ours");
  }
  const look = async (timeLimitMs: number, signal: AbortSignal | undefined) => {
    const page = { limit: 20, offset: 0 };
    const reply = await task.client.history(task.request.flowId, page, { timeLimitMs, signal });
    if (reply.kind !== "value") {
      const asked = reply.kind === "rate-limited" ? (reply.retryAfterMs ?? 0) : 0;
      return { found: [], read: false, asked };
    }
    return { found: runsSince(reply.value.executions, baseline, sending), read: true, asked: 0 };
  };
  const begin = async (auditId: string): Promise<Start> => {
    const adopted = await host.once(`adopt ${attempt}`, async () => {
      const at = host.clock.monotonicMs();
      const { pastSeconds } = baseline;
      const start = { kind: "started", auditId, origin: "adopted", at, pastSeconds } as const;
      await report(start);
      return start;
    });
    return adopted.kind === "done"
      ? adopted.value
      : {
          kind: "started",
          auditId,
          origin: "adopted",
          at: baseline.at,
          pastSeconds: baseline.pastSeconds,
        };
  };

  const first: DoubtResolution = {
    since: null,
    at: 0,
    checks: 0,
    found: [],
    read: false,
    delayMs: 0,
  };
  let state = await host.until(
    `clear up ${attempt}`,
    first,
    async ({ since, checks, read }): Promise<DoubtResolution> => {
      const begun = host.clock.monotonicMs();
      const { found, asked, ...seen } = await look(5_000, host.stop);
      const gap = CLEAR_UP_GAPS_MS[Math.min(checks, CLEAR_UP_GAPS_MS.length - 1)] ?? 1_000;
      return {
        since: since ?? begun,
        at: host.clock.monotonicMs(),
        checks: checks + 1,
        found,
        read: read || seen.read,
        delayMs: Math.max(asked, jittered(gap, host.random())),
      };
    },
    ({ since, at, found, delayMs }) => {
      const left = Math.min(CLEAR_UP_MS - (at - (since ?? at)), deadline - at);
      return found.length > 0 || left <= 0 ? "done" : Math.min(delayMs, left);
    },
  );
  if (state.found.length === 0 && host.stop.aborted) {
    // Told to stop in the middle of the doubt: one short look, so that our run can be stopped too.
    const last = await host.once("last look", () => look(1_500, undefined));
    if (last.kind === "done") {
      state = { ...state, found: last.value.found, read: state.read || last.value.read };
    }
  }
  const [only, ...others] = state.found;
  if (only === undefined) {
    return unknown(
      state.read
        ? "no new run has appeared in the flow's history"
        : "the flow's history could not be read since",
    );
  }
  if (others.length > 0) {
    return unknown(`several new runs have appeared in the history (${state.found.join(", ")})`);
  }
  return begin(only);
}
