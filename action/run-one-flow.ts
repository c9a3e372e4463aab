import { formatDuration } from "../shared/duration.ts";
import { judge, type Verdict } from "../shared/run/verdict.ts";
import { findFlow, type NotFound } from "./inputs/find-flow.ts";
import type { FlowChoice } from "./inputs/flow-choice.ts";
import { lookUpOf } from "./look-up.ts";
import {
  type CommitStatus,
  createCommitStatus,
  defaultStatusContext,
} from "./report/commit-status.ts";
import { conclude } from "./report/conclude.ts";
import { reportOfEarlyEnd } from "./report/run-report.ts";
import { runWithRetries } from "./run-with-retries.ts";
import { saveStatus } from "./runner/step-state.ts";
import type { Step } from "./step.ts";

/** One flow: finds it, runs it (again after an error, where that is wanted), follows it, reports. */
export async function runOneFlow(
  step: Step,
  choice: FlowChoice,
  auditId: string | undefined,
): Promise<Verdict> {
  const { inputs, client } = step;
  const found = await findFlow(choice, lookUpOf(step));
  if (found.kind !== "found") return concludeNotFound(step, found);
  const status = commitStatusOf(step, String(found.flow.id));
  let runs = 0;
  let told = "";
  const tell = async (id: string) => {
    if (id === told) return;
    told = id;
    await step.runner.output("audit-id", id);
  };
  const report = await runWithRetries(step, found.flow, {
    auditId,
    nextRunIndex: () => ++runs,
    stopClient: client,
    knownRuns: new Set(),
    async onEvent(event) {
      // What comes after must not go on with a run of somebody else.
      if (event.kind === "not-ours") await tell("");
      if (event.kind !== "started") return;
      await step.runner.output("flow-id", String(found.flow.id));
      await tell(event.auditId);
      if (status === undefined) return;
      await saveStatus(step.runner, { context: status.context, concluded: false });
      status.pending(`Running: audit id ${event.auditId}`);
    },
  });
  // Nor with an earlier run, when it was started anew and nothing came of that.
  await tell(report.auditId ?? "");
  const verdict = judge(report.outcome.kind, inputs);
  await conclude(step, report, verdict, status);
  return verdict;
}

/** The step ends before it knows what to run. */
export async function concludeNotFound(step: Step, found: NotFound): Promise<Verdict> {
  const { clean, inputs } = step;
  const report =
    found.kind === "stopped"
      ? reportOfEarlyEnd(
          "aborted",
          "The job was cancelled before the flow was found; nothing was started.",
          { clean },
        )
      : reportOfEarlyEnd(
          "timed-out",
          `The flow was not started: ${found.why} (timeout ${formatDuration(inputs.timeoutMs)}).`,
          { clean },
        );
  const { unreachable = false, rateLimited = false } = found.kind === "timed-out" ? found : {};
  await conclude(step, { ...report, unreachable, rateLimited }, "fail", earlyStatusOf(step));
  return "fail";
}

/** `flow` is what the context calls it. */
export function commitStatusOf(step: Step, flow: string): CommitStatus | undefined {
  const { inputs, environment, secrets } = step;
  const { githubToken: token, statusContext, baseUrl } = inputs;
  if (token === undefined) return undefined;
  const job = environment["GITHUB_JOB"] ?? "";
  const context = statusContext ?? defaultStatusContext({ host: baseUrl.host, job, flow });
  return createCommitStatus({ ...step, token, context, redact: secrets.redact });
}

/**
 * The same before the flow is known, as far as its context is: the success of an earlier attempt must
 * not stay on a commit whose flow is not found any more.
 */
export function earlyStatusOf(step: Step): CommitStatus | undefined {
  const { flow, statusContext, dryRun } = step.inputs;
  if (dryRun) return undefined;
  if (flow.kind !== "one") return commitStatusOf(step, "flows");
  if (flow.choice.kind === "id") return commitStatusOf(step, String(flow.choice.id));
  // By default the context has the flow's id.
  return statusContext === undefined ? undefined : commitStatusOf(step, flow.choice.name);
}
