import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import type { Failure } from "../../shared/etlworks/replies/reply.ts";
import { type RunToStop, type StopRequest, stopRun } from "../../shared/run/stop-run.ts";
import type { WorkflowRunner } from "./workflow-runner.ts";

/** What became of a stop request. */
export interface StopResult {
  /**
   * `accepted`: Etlworks ends the run. `none`: the run is another's. `failed`: the run may go on.
   * `unknown`: something answered, and nobody can tell whether it was Etlworks.
   */
  readonly kind: "accepted" | "none" | "failed" | "unknown";
  /** One or two sentences for a person. */
  readonly sentence: string;
}

/** Sends the user's stop request for a run and says what came of it. Never fails the step. */
export async function sendStop(
  run: RunToStop,
  dependencies: {
    readonly client: EtlworksClient;
    readonly runner: WorkflowRunner;
    readonly stopRequest: StopRequest;
    readonly timeLimitMs: number;
  },
): Promise<StopResult> {
  const { client, runner, stopRequest, timeLimitMs } = dependencies;
  const result = describe(run, await stopRun(client, stopRequest, run, { timeLimitMs }));
  const doubtful = result.kind === "failed" || result.kind === "unknown";
  if (doubtful) await runner.warning(result.sentence, "Stop request");
  else runner.line(result.sentence);
  return result;
}

function describe(run: RunToStop, reply: Awaited<ReturnType<typeof stopRun>>): StopResult {
  const name = `run ${run.auditId}`;
  const failed = (sentence: string): StopResult => ({ kind: "failed", sentence });
  switch (reply.kind) {
    case "value":
      return {
        kind: "accepted",
        sentence: `Etlworks was asked to stop ${name}; it may need some minutes to end.`,
      };
    case "not-ours":
      return { kind: "none", sentence: `Not stopping ${name}: this step did not start it.` };
    case "unauthorized":
      return failed(
        `Etlworks did not accept the credentials of the stop request for ${name} (${reply.status ?? 401}). The run is still running.`,
      );
    case "rejected": {
      const advice = adviceOn(reply);
      // Who may not stop runs stopped none. Any other no may be about a run that is over.
      const left = reply.status === 403 ? "is still running" : "may still be running";
      return failed(
        `Etlworks refused to stop ${name} (${reply.status}: ${reply.message}).${advice} The run ${left}.`,
      );
    }
    case "absent":
      return failed(
        `The stop request for ${name} found nothing (${reply.status}: ${reply.message}). Check stop-request. The run may still be running.`,
      );
    case "rate-limited":
      return failed(
        `Etlworks answered 429 (too many requests) to the stop request for ${name}. The run is still running.`,
      );
    case "unreachable":
    case "fault":
      if (reply.kind === "fault" && reply.website) {
        return {
          kind: "unknown",
          sentence: `It is not known whether Etlworks stops ${name}: ${reply.message}. Check the path in stop-request, and look at the run in Etlworks.`,
        };
      }
      return failed(
        `The stop request for ${name} had no usable answer (${reply.message}). The run may still be running.`,
      );
    case "stopped":
      return failed(`The stop request for ${name} was interrupted. The run may still be running.`);
  }
}

/** What to change, where the answer tells. A page of a firewall says nothing of the role for sure. */
function adviceOn({ status, fromApi }: Extract<Failure, { kind: "rejected" }>): string {
  if (status >= 300 && status < 400) return " Check base-url and the path in stop-request.";
  if (status !== 403) return "";
  const role =
    " Stopping needs the Editor or Administrator role; Operator may run flows, but not stop them.";
  return fromApi
    ? role
    : `${role} If the user has it, a firewall or a gateway may have blocked the request: this is not Etlworks' own answer.`;
}
