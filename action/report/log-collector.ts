import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import { messageOf } from "../../shared/thrown.ts";
import type { WorkflowRunner } from "../runner/workflow-runner.ts";
import type { Workspace } from "../runner/workspace.ts";
import { deadlineOf, type Step } from "../step.ts";
import { takeRunLog } from "./console-log.ts";
import { describeFlowBriefly, type FlowResult } from "./flow-result.ts";

/** The logs of several runs: each printed as it comes, all of them in the one `log-file`. */
export interface LogCollector {
  /** Reads the log of a run that has ended, as far as it is wanted; `true` when it was printed. */
  take(
    result: FlowResult,
    dependencies: { readonly client: EtlworksClient; readonly runner: WorkflowRunner },
  ): Promise<boolean>;
  /** Writes the file; returns its path when it was written. */
  write(): Promise<string | undefined>;
}

/** Many runs of 10 MB each would not fit into this process. */
const MAX_BYTES = 64 * 1024 * 1024;

export function createLogCollector(step: Step): LogCollector {
  const { inputs, workspace, secrets, stop } = step;
  const { logFile, showLog } = inputs;
  const parts: string[] = [];
  let bytes = 0;
  return {
    async take({ report, verdict }, { client, runner }) {
      const { flowId, flowName, auditId, outcome } = report;
      const show = showLog === "always" || (showLog === "on-failure" && verdict === "fail");
      if (flowId === undefined || auditId === undefined || outcome.kind === "aborted") return false;
      const title = `${describeFlowBriefly(flowId, flowName)} · run ${auditId}`;
      const collecting: Workspace = {
        ...workspace,
        writeText(_path, _input, text) {
          const part = `=== ${title}\n${text}`;
          bytes += Buffer.byteLength(part);
          parts.push(bytes <= MAX_BYTES ? part : `=== ${title}\n(left out: the file is full)\n`);
        },
      };
      const { shown } = await takeRunLog(
        { flowId, auditId },
        { show, file: logFile },
        {
          client,
          runner,
          workspace: collecting,
          redact: secrets.redact,
          stop,
          leftMs: deadlineOf(step) - step.clock.monotonicMs(),
        },
      );
      return shown;
    },
    async write() {
      if (logFile === undefined || parts.length === 0) return undefined;
      try {
        workspace.writeText(logFile, "log-file", parts.join("\n"));
        return logFile;
      } catch (error) {
        const why = messageOf(error);
        await step.runner.warning(`The logs of the runs could not be written: ${why}`, "Run log");
        return undefined;
      }
    },
  };
}
