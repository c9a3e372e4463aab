import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import type { Execution } from "../../shared/etlworks/replies/execution.ts";
import { isTerminal, type TerminalStatus } from "../../shared/etlworks/replies/run-status.ts";
import { isOfAnotherFlow } from "../../shared/run/other-flow.ts";
import type { StopRequest } from "../../shared/run/stop-run.ts";
import { type Owner, whyDisbelieved } from "../../shared/run/whose-run.ts";
import { type StopResult, sendStop } from "./send-stop.ts";
import type { RunState } from "./step-state.ts";
import type { WorkflowRunner } from "./workflow-runner.ts";

/** What the record of a run says now. */
export type RunCheck =
  | { readonly kind: "ours"; readonly ended: TerminalStatus | undefined }
  /** `why` is a clause about the run. */
  | { readonly kind: "not-ours"; readonly why: string }
  /** `absent`: the server has no record of it, perhaps not yet. Otherwise no usable answer. */
  | { readonly kind: "absent" | "unreadable"; readonly why: string };

/** What tells our runs from those of others. */
export type Claim = Pick<Owner, "foreignRuns" | "user">;

/** Reads the record of a run and holds it against the belief that the run is ours. */
export async function checkRun(
  run: RunState,
  claim: Claim,
  { client, timeLimitMs }: { readonly client: EtlworksClient; readonly timeLimitMs: number },
): Promise<RunCheck> {
  const { flowId, auditId } = run;
  const reply = await client.execution(flowId, auditId, { timeLimitMs });
  if (reply.kind !== "value") {
    const why = "message" in reply ? reply.message : reply.kind;
    return { kind: reply.kind === "absent" ? "absent" : "unreadable", why };
  }
  const why = whyNotTheRun(run, reply.value, { ...claim, request: { flowId } });
  if (why !== undefined) return { kind: "not-ours", why };
  const { status } = reply.value;
  return { kind: "ours", ended: isTerminal(status) ? status : undefined };
}

function whyNotTheRun(run: RunState, execution: Execution, owner: Owner): string | undefined {
  if (run.origin !== "attached") {
    return whyDisbelieved(run, execution, owner, run.seen !== true);
  }
  return isOfAnotherFlow(execution, owner) ? `it is a run of flow ${execution.flowId}` : undefined;
}

/** How the run ended, if the check has shown that. */
export function endSeen(check: RunCheck | undefined): TerminalStatus | undefined {
  return check?.kind === "ours" ? check.ended : undefined;
}

/**
 * Stops a run of ours after a check of it (none was needed where there is none), unless that could
 * hit the run of somebody else. Says what came of it.
 */
export async function stopOwnRun(
  run: RunState,
  check: Exclude<RunCheck, { kind: "not-ours" }> | undefined,
  dependencies: {
    readonly client: EtlworksClient;
    readonly runner: WorkflowRunner;
    readonly stopRequest: StopRequest;
    readonly timeLeftMs: () => number;
  },
): Promise<StopResult> {
  const { runner, stopRequest, timeLeftMs } = dependencies;
  const ended = endSeen(check);
  if (ended !== undefined) {
    // What was known before the check may say that it could still be running.
    const sentence = `A last look shows that run ${run.auditId} has ended (${ended}), so there is nothing to stop.`;
    runner.line(sentence);
    return { kind: "none", sentence };
  }
  const whyNot = check === undefined ? undefined : whyNoStop(run, check, stopRequest);
  if (whyNot === undefined) return sendStop(run, { ...dependencies, timeLimitMs: timeLeftMs() });
  await runner.warning(whyNot, "Stop request");
  return { kind: "failed", sentence: whyNot };
}

/**
 * A run that the answer to our start named is ours as long as no record speaks against it. What was
 * only taken for ours needs a record. A request that names no run stops whatever is running, so ours
 * must be seen running.
 */
function whyNoStop(
  { auditId, origin, seen }: RunState,
  check: Exclude<RunCheck, { kind: "not-ours" }>,
  stopRequest: StopRequest,
): string | undefined {
  if (check.kind === "ours" || origin === "attached") return undefined;
  const unread =
    check.kind === "absent"
      ? `Etlworks has no record of run ${auditId}`
      : `The record of run ${auditId} could not be read (${check.why})`;
  if (!namesTheRun(stopRequest)) {
    return `${unread}, and stop-request names no run, so it was not sent: it could stop another run of the flow. Run ${auditId} may still be running.`;
  }
  return origin === "adopted" && seen !== true
    ? `${unread}, so it is not certain that this step started it, and no stop request was sent. The run may still be running.`
    : undefined;
}

export function namesTheRun({ path }: StopRequest): boolean {
  return path.includes("{audit-id}");
}
