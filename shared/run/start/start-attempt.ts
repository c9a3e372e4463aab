import { type Reply, valueIn } from "../../etlworks/replies/reply.ts";
import { limitedBy } from "../deadline.ts";
import type { Once } from "../host.ts";
import type { Task } from "../run-request.ts";
import type { Attempt, Busy, Circumstances } from "./attempt.ts";
import type { Baseline } from "./baseline.ts";
import { begun, withoutOthers } from "./check-named-run.ts";
import { classifyReply } from "./classify-start-reply.ts";

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
  if (host.clock.monotonicMs() >= deadline)
    return { kind: "timed-out", why: "there was no time left to send the start" };
  await report({ kind: "starting" });
  const startedAt = host.clock.monotonicMs();
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
  const attempt = read.kind === "started" ? await begun(task, read, circumstances, deadline) : read;
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
