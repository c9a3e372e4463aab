import type { EtlworksClient } from "../shared/etlworks/etlworks-client.ts";
import type { TerminalStatus } from "../shared/etlworks/replies/run-status.ts";
import { mapWithLimit } from "../shared/map-with-limit.ts";
import { parseRequestHeaders, type RequestHeaders } from "../shared/request-headers.ts";
import { judge } from "../shared/run/verdict.ts";
import { messageOf } from "../shared/thrown.ts";
import { UserError } from "../shared/user-error.ts";
import { connect } from "./inputs/connect.ts";
import { claimOf, type Login, maskSecrets, readLogin } from "./inputs/login.ts";
import { createInputSource, type InputSource } from "./inputs/read-input.ts";
import { createCommitStatus } from "./report/commit-status.ts";
import { countedFlows } from "./report/flow-result.ts";
import { type Claim, checkRun, endSeen, stopOwnRun } from "./runner/own-run.ts";
import {
  type FinalState,
  type RunState,
  readState,
  type StartState,
  type StatusEnd,
  type StatusState,
  type StepSettings,
} from "./runner/step-state.ts";
import type { StepDependencies } from "./step.ts";

/**
 * Runs after the job, whatever became of the step. If nobody saw a run end (the step was killed, or
 * could only ask for a stop), it looks once, and stops the run where the user gave a request for
 * that; and it concludes a commit status that is still pending. It never fails the job.
 *
 * From its inputs it takes credentials only, since a runner may hand it those of another step: where
 * they go is in the state that the step saved.
 */
export async function postStep(dependencies: StepDependencies): Promise<void> {
  const { environment, runner, secrets } = dependencies;
  try {
    const { settings, runs: all, openStarts, status } = readState(environment);
    await tellOpenStarts(openStarts, runner);
    const runs = all.filter(({ retried }) => retried !== true);
    const pending = status?.concluded === false ? status : undefined;
    // What main has told already needs no look at the runs.
    const untold = pending !== undefined && pending.end === undefined;
    const watched = untold ? runs : runs.filter(isOpen);
    if (watched.length === 0 && pending === undefined) return;
    const source = createInputSource(environment);
    // Where nothing is sent, nothing is read.
    if (settings !== undefined || pending !== undefined) maskSecrets(source, environment, secrets);
    const ends = await endsOf(watched, all, settings, source, dependencies);
    if (pending !== undefined) {
      const { state, description } =
        pending.end ?? endOfStatus(pending, ends, settings?.failOnWarning === true);
      await concludePending(pending.context, state, description, source, dependencies);
    }
  } catch (error) {
    const why = messageOf(error);
    await runner.warning(`The clean-up after the flow did not work: ${why}`, "Run Etlworks Flow");
  }
}

/** A run of which nobody knows the id cannot be looked after; it may be loading data all the same. */
async function tellOpenStarts(
  starts: readonly StartState[],
  runner: StepDependencies["runner"],
): Promise<void> {
  for (const { flowId } of starts) {
    await runner.warning(
      `The start of flow ${flowId} was sent, and the step ended before it knew whether a run began. Look at the flow's history in Etlworks before you start it again.`,
      "Run Etlworks Flow",
    );
  }
}

interface End {
  readonly run: RunState;
  /** `undefined`: not seen to end. */
  readonly status: TerminalStatus | undefined;
}

function isOpen({ phase }: RunState): boolean {
  return phase === "following" || phase === "stopping";
}

function describe({ auditId, flowId }: RunState): string {
  return `Run ${auditId} of flow ${flowId}`;
}

function loginOrWhyNot(source: InputSource, { signIn }: StepSettings): Login | string {
  try {
    return readLogin(source, signIn);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** What is no list of headers is another action's input, and the run is looked after all the same. */
function headersIn(source: InputSource): RequestHeaders {
  try {
    return parseRequestHeaders(source.untrimmed("request-headers"), "request-headers");
  } catch (error) {
    if (error instanceof UserError) return {};
    throw error;
  }
}

/** How each of the runs has ended by now. `all`: with those in whose place another was started. */
async function endsOf(
  runs: readonly RunState[],
  all: readonly RunState[],
  settings: StepSettings | undefined,
  source: InputSource,
  dependencies: StepDependencies,
): Promise<readonly End[]> {
  const { runner } = dependencies;
  // Nobody knows where the runs are, so their credentials go nowhere.
  if (settings === undefined) {
    const why =
      "What the step saved for the clean-up cannot be read, so look at the run in Etlworks.";
    return unseen(runs, why, runner);
  }
  const login = loginOrWhyNot(source, settings);
  if (typeof login === "string") {
    return unseen(runs, `The clean-up has no credentials to look after it: ${login}`, runner);
  }
  const to = { baseUrl: new URL(settings.baseUrl), login, requestHeaders: headersIn(source) };
  return lookAfter(runs, settings, {
    ...dependencies,
    claimOn: run => claimOf(login, othersThan(run, all)),
    client: connect(to, dependencies),
  });
}

async function unseen(
  runs: readonly RunState[],
  why: string,
  runner: StepDependencies["runner"],
): Promise<readonly End[]> {
  for (const run of runs.filter(isOpen)) {
    await runner.warning(
      `${describe(run)} was never seen to end and may still be running. ${why}`,
      "Run Etlworks Flow",
    );
  }
  return runs.map(run => ({ run, status: undefined }));
}

/** A few at a time: there may be hundreds, and the runner does not wait for ever. */
const AT_A_TIME = 8;

interface LookingAfter extends StepDependencies {
  readonly client: EtlworksClient;
  readonly claimOn: (run: RunState) => Claim;
}

/** The runs that this step knows as those of other starts, or of others. */
function othersThan(run: RunState, runs: readonly RunState[]): Set<string> {
  return new Set(runs.filter(other => other !== run).map(({ auditId }) => auditId));
}

function lookAfter(
  runs: readonly RunState[],
  settings: StepSettings,
  dependencies: LookingAfter,
): Promise<readonly End[]> {
  return mapWithLimit(runs, AT_A_TIME, run => lookAfterOne(run, settings, dependencies));
}

const TIME_LIMIT_MS = 5_000;

async function lookAfterOne(
  run: RunState,
  { stopRequest }: StepSettings,
  dependencies: LookingAfter,
): Promise<End> {
  const { client, runner, claimOn } = dependencies;
  if (run.phase === "not-ours") return { run, status: undefined };
  const check = await checkRun(run, claimOn(run), { client, timeLimitMs: TIME_LIMIT_MS });
  if (check.kind === "not-ours") {
    const claim = run.origin === "attached" ? "is to follow" : "started";
    const why = `${describe(run)} is not the one that this step ${claim}, so it is left alone: ${check.why}`;
    if (isOpen(run)) await runner.warning(why, "Run Etlworks Flow");
    return { run: { ...run, phase: "not-ours" }, status: undefined };
  }
  const status = endSeen(check);
  if (!isOpen(run)) return { run, status };
  if (status !== undefined) {
    runner.line(`${describe(run)} has ended: ${status}`);
  } else if (stopRequest === undefined) {
    const advice = run.origin === "attached" ? "" : ". Set stop-request to stop it with the job";
    runner.line(`${describe(run)} was never seen to end and may still be running${advice}`);
  } else {
    const timeLeftMs = () => TIME_LIMIT_MS;
    await stopOwnRun(run, check, { client, runner, stopRequest, timeLeftMs });
  }
  return { run, status };
}

async function concludePending(
  context: string,
  state: FinalState,
  description: string,
  source: InputSource,
  dependencies: StepDependencies,
): Promise<void> {
  const { runner, secrets } = dependencies;
  const token = source.optional("github-token");
  if (token === "") {
    return runner.warning(
      `The commit status "${context}" stays pending: the clean-up has no github-token to conclude it.`,
      "Commit status",
    );
  }
  const status = createCommitStatus({ ...dependencies, token, context, redact: secrets.redact });
  await status.conclude(state, description);
}

/** Of a step that told nobody how it ended: a success only when every flow was seen to end well. */
function endOfStatus(
  { flows = 1 }: StatusState,
  ends: readonly End[],
  failOnWarning: boolean,
): StatusEnd {
  const failed = ends.find(
    ({ status }) => status !== undefined && judge(status, { failOnWarning }) === "fail",
  );
  const open = ends.find(({ status }) => status === undefined);
  const left = Math.max(0, flows - ends.length);
  // All is over where the step was killed only after its last run had ended.
  const early = left > 0 || ends.some(({ run }) => isOpen(run)) ? "The job ended early. " : "";
  const shown = failed ?? open ?? (left === 0 ? ends.at(-1) : undefined);
  const known = open === undefined && left === 0;
  return {
    state: failed !== undefined ? "failure" : known ? "success" : "error",
    description:
      shown === undefined
        ? `${early}No run is known of ${left} of ${countedFlows(flows)}`
        : `${early}${describe(shown.run)} ${describeEnd(shown)}`,
  };
}

function describeEnd({ run, status }: End): string {
  if (run.phase === "not-ours") return "is not the one that this step started";
  return status === undefined ? "was not seen to end" : `ended: ${status}`;
}
