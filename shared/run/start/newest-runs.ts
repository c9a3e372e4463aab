import type { HistoryPage } from "../../etlworks/etlworks-client.ts";
import type { Call, Reply } from "../../etlworks/replies/reply.ts";
import type { Task } from "../run-request.ts";

/** Enough for the schedule (20 lengths) and for telling a new run from old ones. */
const PAGE = { limit: 20, offset: 0 } as const;

/**
 * The newest runs of the history, as far as a page goes. The documents do not say in which order it
 * comes: where the first page holds the oldest runs, the end of the list is read too.
 */
export async function readNewestRuns(
  { client, host, request }: Task,
  call: Call & { readonly timeLimitMs: number },
): Promise<Reply<HistoryPage>> {
  const startedAt = host.clock.monotonicMs();
  const first = await client.history(request.flowId, PAGE, call);
  if (first.kind !== "value" || !isOldestFirst(first.value)) return first;
  const { executions, total = 0 } = first.value;
  const timeLimitMs = call.timeLimitMs - (host.clock.monotonicMs() - startedAt);
  if (timeLimitMs <= 0 || call.signal?.aborted === true) return NO_TIME_LEFT;
  // Runs may begin in between, so the page has room for more than are there.
  const offset = total - Math.ceil(executions.length / 2);
  const last = await client.history(request.flowId, { ...PAGE, offset }, { ...call, timeLimitMs });
  if (last.kind !== "value") return last;
  const known = new Set(last.value.executions.map(({ auditId }) => auditId));
  const older = executions.filter(({ auditId }) => !known.has(auditId));
  return { ...last, value: { ...last.value, executions: [...older, ...last.value.executions] } };
}

const NO_TIME_LEFT = {
  kind: "unreachable",
  permanent: false,
  message: "there was no time left to ask for the newest runs of the history",
} as const;

/** Ids grow. A list that is whole has the newest runs, in whatever order. */
function isOldestFirst({ executions, total = 0 }: HistoryPage): boolean {
  const ids = executions.flatMap(({ auditId }) => (auditId === undefined ? [] : [BigInt(auditId)]));
  return total > executions.length && (ids.at(-1) ?? 0n) > (ids[0] ?? 0n);
}
