import { createRequestBudget } from "../shared/etlworks/request-budget.ts";
import type { Verdict } from "../shared/run/verdict.ts";
import { UserError } from "../shared/user-error.ts";
import {
  concludeCancelled,
  examineFlow,
  newPatience,
  type Patience,
  reportOfReached,
  sayDryRun,
} from "./dry-run.ts";
import { connect } from "./inputs/connect.ts";
import { type FlowOfMany, findFlows } from "./inputs/find-flows.ts";
import type { FlowSelection } from "./inputs/flow-selection.ts";
import { lookUpOf } from "./look-up.ts";
import { concludeFlows } from "./report/conclude-flows.ts";
import { flowLabels } from "./report/flow-labels.ts";
import { countedFlows, type FlowResult } from "./report/flow-result.ts";
import { createFlowsLog } from "./report/flows-log.ts";
import { concludeNotFound } from "./run-one-flow.ts";
import { deadlineOf, type Step } from "./step.ts";

/**
 * `dry-run` for several flows: checks each of them and says everything that would stop one, at
 * once. Starts nothing.
 */
export async function examineFlows(
  step: Step,
  selection: Exclude<FlowSelection, { kind: "one" }>,
): Promise<Verdict> {
  const { inputs, runner, clean, clock } = step;
  const deadline = deadlineOf(step);
  const send = createRequestBudget(step).limit(step.send, { deadline });
  const client = connect(inputs, { ...step, send });
  sayDryRun(runner);
  const found = await findFlows(selection, inputs.parameters, lookUpOf(step, client));
  if (found.kind !== "found") return concludeNotFound(step, found);

  const { flows } = found;
  const labels = flowLabels(flows);
  const log = createFlowsLog({ ...step, labels, every: () => () => undefined });
  const problems: string[] = [];
  const patience = newPatience();
  const results: FlowResult[] = [];
  for (const [index, flow] of flows.entries()) {
    if (clock.monotonicMs() >= deadline) {
      const count = flows.length - index;
      const why = `The dry run took too long: ${countedFlows(count)} could not be checked before the timeout.`;
      problems.push(`${why} Set a longer timeout.`);
      break;
    }
    const checked = await examineOne(
      flow,
      { problems, patience },
      {
        ...step,
        client,
        runner: log.runnerFor(index),
        inputs: { ...inputs, parameters: flow.parameters },
      },
    );
    if (step.stop.aborted) return concludeCancelled(step);
    if (checked === undefined) continue;
    const report = reportOfReached({ ...flow, ...checked }, clean);
    results.push({ label: labels[index] ?? String(flow.id), report, verdict: "pass" });
  }
  if (problems.length > 0) throw new UserError([...new Set(problems)].join("\n"));
  const durationMs = clock.monotonicMs() - step.startedAt;
  const about = { status: undefined, durationMs, logFile: undefined };
  return concludeFlows(step, results, about);
}

async function examineOne(
  flow: FlowOfMany,
  { problems, patience }: { readonly problems: string[]; readonly patience: Patience },
  step: Step,
) {
  try {
    return await examineFlow(step, flow, { deadline: deadlineOf(step), patience });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(error.message);
    return undefined;
  }
}
