import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import { plainLines } from "../runner/plain-text.ts";
import type { WorkflowRunner } from "../runner/workflow-runner.ts";

/** The end of a log is what explains a failure; more than this nobody reads in a job's log. */
const MAX_LINES = 2_000;

const TIME_LIMIT_MS = 15_000;

/** Prints the log of a run, folded, each line made harmless. */
export async function printRunLog(
  flowId: number,
  auditId: string,
  dependencies: {
    readonly client: EtlworksClient;
    readonly runner: WorkflowRunner;
    readonly stop: AbortSignal;
  },
): Promise<void> {
  const reply = await dependencies.client.consoleLog(flowId, auditId, {
    timeLimitMs: TIME_LIMIT_MS,
    signal: dependencies.stop,
  });
  if (reply.kind !== "value") {
    const why = "message" in reply ? reply.message : reply.kind;
    await dependencies.runner.warning(
      `The log of run ${auditId} could not be read (${why}).`,
      "Run log",
    );
    return;
  }
  const lines = plainLines(reply.value.text.trimEnd());
  const shown = lines.slice(-MAX_LINES);
  const notes = [
    ...(shown.length < lines.length ? [`(the last ${MAX_LINES} of ${lines.length} lines)`] : []),
    ...(reply.value.cut ? ["(cut after 10 MB)"] : []),
  ];
  dependencies.runner.group(`Log of run ${auditId}`, [...notes, ...shown]);
}
