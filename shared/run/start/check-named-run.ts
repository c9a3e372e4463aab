import type { StartAnswer } from "../../etlworks/replies/etlworks-replies.ts";
import { type Reply, valueIn } from "../../etlworks/replies/reply.ts";
import { askInTime } from "../deadline.ts";
import type { Task } from "../run-request.ts";
import type { StartedRun } from "../started-run.ts";
import { disbelief, largestId, mayBeBegunBy, whyNotBegun } from "../whose-run.ts";
import type { Attempt, Circumstances } from "./attempt.ts";

/** How long the record of an answered run may take to say what it is. */
const CONFIRM_MS = 5_000;

/** A no that names runs of others, such as the one that is in the way, is just a no. */
export async function withoutOthers(
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

/**
 * Ids grow. An id that is not newer than the runs known before, and yet not among the newest of
 * them, can come from an answer that something on the way has kept: its record tells. Reports the
 * run as soon as it may be told.
 */
export async function begun(
  task: Task,
  run: StartedRun,
  { baseline, sending }: Circumstances,
  deadline: number,
): Promise<Attempt> {
  const { client, host, request, report } = task;
  const known = valueIn(baseline);
  const isNew = BigInt(run.auditId) > largestId(known);
  // Who waits for the run will see its record, whatever its id.
  const blind = known === undefined && !request.wait;
  // Whatever its record says, no other run can be found: then nobody may lose it, who dies here.
  if (isNew) await report(run);
  if (isNew && !blind) return run;
  const reply = await askInTime(deadline, host, CONFIRM_MS, call =>
    client.execution(request.flowId, run.auditId, call),
  );
  const why = reply.kind === "value" ? whyNotBegun(reply.value, request.flowId, run) : undefined;
  if (why === undefined) {
    if (!isNew) await report(run);
    return run;
  }
  const reason = disbelief(run, why);
  if (isNew) await report({ kind: "not-ours", auditId: run.auditId, reason });
  return { kind: "in-doubt", reason, sending };
}
