import type { Execution } from "../etlworks/replies/execution.ts";
import { reasonOf } from "../etlworks/replies/failure-reason.ts";
import type { Failure, Reply } from "../etlworks/replies/reply.ts";
import { USUAL_TIME_LIMIT_MS } from "../etlworks/transmit.ts";
import { jittered } from "./backoff.ts";
import { limitedBy } from "./deadline.ts";
import type { Task } from "./run-request.ts";

/** Never a word of the run, but one that a wrong address, wrong credentials or a wrong network has. */
export function isMistakeOfSetup(reply: Reply<unknown>): reply is Failure {
  switch (reply.kind) {
    case "unauthorized":
    case "rejected":
      return true;
    case "absent":
      return reply.status === 404 && reply.fromApi === false;
    case "fault":
      return reply.website;
    case "unreachable":
      return reply.permanent;
    case "value":
    case "rate-limited":
    case "stopped":
      return false;
  }
}

/** What is carried from poll to poll. Plain data. */
interface Polls {
  readonly since: number | null;
  readonly at: number;
  readonly count: number;
  readonly failure: Failure | null;
  readonly delayMs: number;
}

const MAX_GAP_MS = 10_000;

/**
 * Asks for a run that nobody here has seen, where the first answer of this server was a mistake of
 * set-up: a run that was seen goes on whatever a firewall says, but this may be the wrong address.
 * Returns the mistake when it has lasted for the patience of a start; `undefined` as soon as there is
 * any other answer, and when the time is over.
 */
export async function pollUnseenRun(
  task: Task,
  auditId: string,
  deadline: number,
): Promise<Failure | undefined> {
  const { host, client, request, report } = task;
  const first: Polls = { since: null, at: 0, count: 0, failure: null, delayMs: 0 };
  const poll = async ({ since, count }: Polls): Promise<Polls> => {
    const startedAt = since ?? host.clock.monotonicMs();
    const timeLimitMs = limitedBy(deadline, host, USUAL_TIME_LIMIT_MS);
    const call = { timeLimitMs, signal: host.stop };
    const reply: Reply<Execution> = await client.execution(request.flowId, auditId, call);
    const at = host.clock.monotonicMs();
    const polled = { since: startedAt, at, count: count + 1 };
    if (!isMistakeOfSetup(reply)) return { ...polled, failure: null, delayMs: 0 };
    const gap = jittered(Math.min(MAX_GAP_MS, 1_000 * 2 ** count), host.random());
    const left = Math.min(startedAt + request.patienceMs, deadline) - at;
    const delayMs = Math.max(0, Math.min(gap, left));
    if (left > 0) {
      await report({ kind: "poll-failed", auditId, reason: reasonOf(reply), delayMs });
    }
    return { ...polled, failure: reply, delayMs };
  };
  const isOver = ({ since, at, failure }: Polls) =>
    failure === null || isFinal(failure) || at - (since ?? at) >= request.patienceMs;
  const { failure } = await host.until("first polls", first, poll, state =>
    isOver(state) || state.at >= deadline ? "done" : state.delayMs,
  );
  const stopped = host.stop.aborted || host.clock.monotonicMs() >= deadline;
  return failure === null || (stopped && !isFinal(failure)) ? undefined : failure;
}

/** As at a start: Etlworks itself says so, or nothing but a change of the set-up helps. */
function isFinal(failure: Failure): boolean {
  switch (failure.kind) {
    case "unauthorized":
      return failure.fromApi;
    case "rejected":
      return failure.fromApi && (failure.status === 400 || failure.status === 403);
    case "unreachable":
      return failure.permanent;
    case "absent":
    case "rate-limited":
    case "fault":
    case "stopped":
      return false;
  }
}
