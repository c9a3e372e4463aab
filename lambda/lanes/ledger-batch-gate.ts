import type { BatchGate, BatchToRun, Begin } from "../batch-gate.ts";
import type { RunnerOrder } from "../order.ts";
import { readEntriesOf, readMembers } from "./batch-members.ts";
import { fillParameters } from "./batch-parameters.ts";
import type { BatchChange, Ledger } from "./ledger/ledger.ts";
import type { Batch, Out } from "./ledger/ledger-contents.ts";
import { type LedgerRetries, retryLedger } from "./retry-ledger.ts";

export interface FenceDependencies extends LedgerRetries {
  readonly ledger: Ledger;
  readonly epochMs: () => number;
  /** This execution, by its ARN. */
  readonly runner: string;
}

/** Of one order: the batch in the ledger, as the runner may change it. */
export function createBatchGate(order: RunnerOrder, dependencies: FenceDependencies): BatchGate {
  return {
    begin: () => beginBatch(order, dependencies),
    readParameters: () => readParameters(order, dependencies),
    noteAuditId: auditId => noteAuditId(order, auditId, dependencies),
    noteOut: out => noteOut(order, out, dependencies),
  };
}

/**
 * The fence before the start of a run: a conditional write on the batch, which of all executions that
 * were ever told to run it lets one through. It comes **before** the request that starts the run.
 *
 * May be done again by the same execution, until it has gone on to start.
 */
async function beginBatch(order: RunnerOrder, dependencies: FenceDependencies): Promise<Begin> {
  const { lane, batch: id, follow } = order;
  const batch = await retryLedger(dependencies, () => dependencies.ledger.readBatch(lane, id));
  if (batch === undefined) return givenUp(`there is no batch ${id} in lane ${lane}`);
  // Before the fence: what cannot be read must not leave a batch behind that counts as begun.
  const { run, parameters } = await describe(lane, batch, dependencies);
  const fenced = await passFence(order, batch, dependencies);
  if (fenced !== undefined) return givenUp(fenced);
  if (follow !== undefined) return { kind: "follow", batch: run, auditId: follow };
  if (parameters.kind === "impossible") {
    return { kind: "refused", batch: run, message: parameters.message };
  }
  return { kind: "start", batch: run };
}

async function readParameters(
  { lane, batch: id }: RunnerOrder,
  dependencies: FenceDependencies,
): Promise<Readonly<Record<string, string>>> {
  const batch = await retryLedger(dependencies, () => dependencies.ledger.readBatch(lane, id));
  if (batch === undefined) throw new Error(`There is no batch ${id} in lane ${lane}.`);
  const { parameters } = await describe(lane, batch, dependencies);
  if (parameters.kind === "impossible") throw new Error(parameters.message);
  return parameters.parameters;
}

/**
 * Notes the run's audit id, so that whoever comes after this execution can follow the run. Must be
 * done before anything else may fail.
 */
export async function noteAuditId(
  { lane, batch }: RunnerOrder,
  auditId: string,
  dependencies: FenceDependencies,
): Promise<"noted" | "another's"> {
  const change = await retryLedger(dependencies, () =>
    dependencies.ledger.noteAuditId(lane, batch, dependencies.runner, auditId),
  );
  return change.kind === "done" ? "noted" : "another's";
}

/** Notes how the batch ended. The first outcome counts, and only its own runner may note it. */
export async function noteOut(
  { lane, batch }: RunnerOrder,
  out: Omit<Out, "at">,
  dependencies: FenceDependencies,
): Promise<"noted" | "noted before" | "another's"> {
  const noting = { ...out, at: dependencies.epochMs() };
  const change = await retryLedger(dependencies, () =>
    dependencies.ledger.noteOut(lane, batch, dependencies.runner, noting),
  );
  if (change.kind === "done") return "noted";
  return change.batch?.runner === dependencies.runner ? "noted before" : "another's";
}

/** Why it does not let us through; undefined when it does. */
async function passFence(
  { lane, batch: id, gen, follow }: RunnerOrder,
  seen: Batch,
  dependencies: FenceDependencies,
): Promise<string | undefined> {
  const { ledger, runner } = dependencies;
  const me = { arn: runner, at: dependencies.epochMs() };
  if (follow === undefined) {
    const begun = await retryLedger(dependencies, () => ledger.beginBatch(lane, id, gen, me));
    return whyRefused(begun, runner);
  }
  if (seen.auditId !== follow || seen.runner === undefined) {
    return `batch ${id} has no run ${follow}`;
  }
  const gone = seen.runner;
  if (gone === runner) return seen.out === undefined ? undefined : "it has its outcome";
  const taken = await retryLedger(dependencies, () => ledger.takeOver(lane, id, gone, me));
  return whyRefused(taken, runner);
}

function whyRefused(change: BatchChange, runner: string): string | undefined {
  if (change.kind === "done") return undefined;
  const { batch } = change;
  if (batch === undefined) return "the batch is gone";
  if (batch.out !== undefined) return `the batch has its outcome: ${batch.out.kind}`;
  // The answer to our own write was lost, or this step is done again.
  if (batch.runner === runner) return undefined;
  return batch.st === "begun"
    ? `another execution began the batch: ${batch.runner}`
    : `the batch was claimed for generation ${batch.gen}`;
}

async function describe(lane: string, batch: Batch, dependencies: FenceDependencies) {
  const { id, members, manifest } = batch;
  const tickets = await readMembers(lane, members, dependencies);
  const entries = await readEntriesOf(tickets, dependencies);
  const first = entries[0];
  const newest = entries.at(-1);
  if (first === undefined || newest === undefined || entries.length < members.length) {
    // They go when the batch has an outcome, and then the fence is closed for us.
    return { run: bare(batch), parameters: missingEvents };
  }
  const { decision } = newest;
  const run: BatchToRun = {
    id,
    count: members.length,
    route: decision.route,
    flow: decision.flow,
    policy: decision.policy,
    afterFailure: decision.afterFailure,
    origin: first.decision.origin,
    parameterNames: Object.keys(decision.parameters),
    ...(manifest !== undefined && { manifest }),
  };
  return { run, parameters: fillParameters(decision, entries, manifest) };
}

const missingEvents = {
  kind: "impossible",
  message:
    "Events of the batch are missing in the ledger. Were items deleted by hand? Load the files again by a backfill.",
} as const;

function bare({ id, members, route, flow, afterFailure }: Batch): BatchToRun {
  return {
    id,
    count: members.length,
    route,
    flow,
    policy: { ifRunning: "wait", timeout: 0, failOnWarning: false },
    afterFailure,
    origin: { source: "", detailType: "" },
    parameterNames: [],
  };
}

function givenUp(reason: string): Begin {
  return { kind: "given-up", reason };
}
