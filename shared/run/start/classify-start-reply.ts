import { formatDuration } from "../../duration.ts";
import type { StartAnswer } from "../../etlworks/replies/etlworks-replies.ts";
import { statusMeaning } from "../../etlworks/replies/http-status-meaning.ts";
import { type Failure, type Reply, valueIn } from "../../etlworks/replies/reply.ts";
import { START_CODES } from "../../etlworks/replies/start-code.ts";
import type { Task } from "../run-request.ts";
import { whyAnothers } from "../whose-run.ts";
import type { Attempt, Circumstances, InDoubt } from "./attempt.ts";
import type { Baseline } from "./baseline.ts";

/** What the reply to a start comes to. */
export function classifyReply(
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
