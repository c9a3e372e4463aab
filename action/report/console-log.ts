import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import { reasonOf } from "../../shared/etlworks/replies/failure-reason.ts";
import { withShortLines } from "../../shared/etlworks/replies/server-text.ts";
import { messageOf } from "../../shared/thrown.ts";
import { plainLines, visibleText } from "../runner/plain-text.ts";
import type { WorkflowRunner } from "../runner/workflow-runner.ts";
import type { Workspace } from "../runner/workspace.ts";

/** The end of a log is what explains a failure; more than this nobody reads in a job's log. */
const MAX_LINES = 2_000;

/** A longer line is data, and would fill the job's log. A file has room for it. */
const MAX_LINE = 4_000;

const LOG_TIME_LIMIT_MS = 15_000;

/** The log of a run that ended at the very deadline is read all the same, but not for long. */
const MIN_TIME_LIMIT_MS = 5_000;

/** What was done with the log of a run. */
export interface LogTaken {
  readonly shown: boolean;
  readonly written: boolean;
}

/**
 * Reads the log of a run once, prints it folded (each line made harmless) and writes it to a file,
 * as far as both are wanted. Whatever goes wrong is a warning.
 */
export async function takeRunLog(
  run: { readonly flowId: number; readonly auditId: string },
  wanted: { readonly show: boolean; readonly file: string | undefined },
  dependencies: {
    readonly client: EtlworksClient;
    readonly runner: WorkflowRunner;
    readonly workspace: Workspace;
    readonly redact: (text: string) => string;
    readonly stop: AbortSignal;
    /** What is left of the user's time. */
    readonly leftMs: number;
  },
): Promise<LogTaken> {
  const { client, runner, workspace, redact, stop, leftMs } = dependencies;
  const { show, file } = wanted;
  if (!show && file === undefined) return { shown: false, written: false };
  const reply = await client.consoleLog(run.flowId, run.auditId, {
    timeLimitMs: Math.max(MIN_TIME_LIMIT_MS, Math.min(LOG_TIME_LIMIT_MS, leftMs)),
    signal: stop,
  });
  if (reply.kind !== "value") {
    await runner.warning(
      `The log of run ${run.auditId} could not be read (${reasonOf(reply)}).`,
      "Run log",
    );
    return { shown: false, written: false };
  }
  const text = redact(visibleText(reply.value.text.trimEnd()));
  const cut = reply.value.cut ? ["(cut after 10 MB)"] : [];
  if (show) {
    const lines = plainLines(withShortLines(text, MAX_LINE));
    const shown = lines.slice(-MAX_LINES);
    const notes = [
      ...(shown.length < lines.length ? [`(the last ${MAX_LINES} of ${lines.length} lines)`] : []),
      ...cut,
    ];
    runner.group(`Log of run ${run.auditId}`, [...notes, ...shown]);
  }
  if (file === undefined) return { shown: show, written: false };
  try {
    workspace.writeText(file, "log-file", `${[text, ...cut].join("\n")}\n`);
    return { shown: show, written: true };
  } catch (error) {
    const why = messageOf(error);
    await runner.warning(`The log of run ${run.auditId} could not be written: ${why}`, "Run log");
    return { shown: show, written: false };
  }
}
