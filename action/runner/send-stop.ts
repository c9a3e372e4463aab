import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import { type RunToStop, type StopRequest, stopRun } from "../../shared/run/stop-run.ts";
import type { WorkflowRunner } from "./workflow-runner.ts";

/** Sends the user's stop request for a run and says what came of it. Never fails the step. */
export async function sendStop(
  run: RunToStop,
  dependencies: {
    readonly client: EtlworksClient;
    readonly runner: WorkflowRunner;
    readonly stopRequest: StopRequest;
    readonly timeLimitMs: number;
  },
): Promise<void> {
  const { client, runner, stopRequest, timeLimitMs } = dependencies;
  const reply = await stopRun(client, stopRequest, run, { timeLimitMs });
  const name = `run ${run.auditId}`;
  const title = "Stop request";
  switch (reply.kind) {
    case "value":
      runner.line(`Asked Etlworks to stop ${name}; it may need some minutes to end`);
      return;
    case "not-ours":
      runner.line(`Not stopping ${name}: somebody else started it`);
      return;
    case "unauthorized":
      return runner.warning(
        `Etlworks did not accept the credentials of the stop request for ${name} (401). The run goes on.`,
        title,
      );
    case "rejected": {
      const role =
        reply.status === 403
          ? " Stopping needs the Editor or Administrator role; Operator may run flows, but not stop them."
          : "";
      return runner.warning(
        `Etlworks refused to stop ${name} (${reply.status}: ${reply.message}).${role} The run goes on.`,
        title,
      );
    }
    case "absent":
      return runner.warning(
        `The stop request for ${name} found nothing (${reply.status}: ${reply.message}). Check stop-request. The run may go on.`,
        title,
      );
    case "rate-limited":
      return runner.warning(
        `Etlworks answered 429 to the stop request for ${name}. The run goes on.`,
        title,
      );
    case "unreachable":
    case "fault":
      return runner.warning(
        `The stop request for ${name} had no usable answer (${reply.message}). The run may go on.`,
        title,
      );
    case "stopped":
      return runner.warning(`The stop request for ${name} was cut off. The run may go on.`, title);
  }
}
