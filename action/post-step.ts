import type { EtlworksClient } from "../shared/etlworks/etlworks-client.ts";
import type { TerminalStatus } from "../shared/etlworks/replies/execution.ts";
import { mapWithLimit } from "../shared/map-with-limit.ts";
import { parseRequestHeaders, type RequestHeaders } from "../shared/request-headers.ts";
import { judge } from "../shared/run/verdict.ts";
import { messageOf } from "../shared/thrown.ts";
import { UserError } from "../shared/user-error.ts";
import { connect } from "./inputs/connect.ts";
import { claimOf, type Login, maskSecrets, readLogin } from "./inputs/login.ts";
import { createInputSource, type InputSource } from "./inputs/read-input.ts";
import { createCommitStatus, finalState } from "./report/commit-status.ts";
import { type Claim, checkRun, endSeen, stopOwnRun } from "./runner/own-run.ts";
import {
  type RunState,
  readState,
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
    const { settings, runs: all, status } = readState(environment);
    const runs = all.filter(({ retried }) => retried !== true);
    const pending = status?.concluded === false ? status : undefined;
    const watched = pending === undefined ? runs.filter(isOpen) : runs;
    if (settings === undefined) return await tellLost(watched.filter(isOpen), runner);
    if (watched.length === 0) return;
    const source = createInputSource(environment);
    maskSecrets(source, environment, secrets);
    const login = loginOrWhyNot(source, settings);
    const ends =
      typeof login === "string"
        ? await withoutLogin(watched, login, dependencies)
        : await lookAfter(watched, settings, {
            ...dependencies,
            claimOn: run => claimOf(login, othersThan(run, all)),
            client: connect(
              {
                baseUrl: new URL(settings.baseUrl),
                login,
                requestHeaders: headersIn(source),
              },
              dependencies,
            ),
          });
    if (pending !== undefined) await concludeStatus(pending, ends, settings, source, dependencies);
  } catch (error) {
    const why = messageOf(error);
    await runner.warning(`The clean-up after the flow did not work: ${why}`, "Run Etlworks Flow");
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

async function withoutLogin(
  runs: readonly RunState[],
  why: string,
  { runner }: StepDependencies,
): Promise<readonly End[]> {
  for (const run of runs.filter(isOpen)) {
    await runner.warning(
      `${describe(run)} was never seen to end and may still be running. The clean-up has no credentials to look after it: ${why}`,
      "Run Etlworks Flow",
    );
  }
  return runs.map(run => ({ run, status: undefined }));
}

/** Nobody knows where the runs are, so their credentials go nowhere. */
async function tellLost(runs: readonly RunState[], runner: StepDependencies["runner"]) {
  for (const run of runs) {
    await runner.warning(
      `${describe(run)} was never seen to end and may still be running. What the step saved for the clean-up cannot be read, so look at the run in Etlworks.`,
      "Run Etlworks Flow",
    );
  }
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
    runner.line(
      `${describe(run)} was never seen to end and may still be running. Set stop-request to stop it with the job`,
    );
  } else {
    const timeLeftMs = () => TIME_LIMIT_MS;
    await stopOwnRun(run, check, { client, runner, stopRequest, timeLeftMs });
  }
  return { run, status };
}

async function concludeStatus(
  pending: StatusState,
  ends: readonly End[],
  { failOnWarning }: StepSettings,
  source: InputSource,
  dependencies: StepDependencies,
): Promise<void> {
  const { runner, secrets } = dependencies;
  const token = source.optional("github-token");
  if (token === "") {
    return runner.warning(
      `The commit status "${pending.context}" stays pending: the clean-up has no github-token to conclude it.`,
      "Commit status",
    );
  }
  const { context } = pending;
  const status = createCommitStatus({ ...dependencies, token, context, redact: secrets.redact });
  const unseen = ends.find(end => end.status === undefined);
  const states = ends.flatMap(({ status: word }) =>
    word === undefined ? [] : [finalState(word, judge(word, { failOnWarning }))],
  );
  const failed = ends.find(
    ({ status: word }) => word !== undefined && judge(word, { failOnWarning }) === "fail",
  );
  const shown = failed ?? unseen ?? ends.at(-1);
  const state = states.includes("failure") ? "failure" : unseen === undefined ? "success" : "error";
  // All is over where main could only not tell GitHub.
  const early = ends.some(({ run }) => isOpen(run)) ? "The job ended early. " : "";
  await status.conclude(
    state,
    shown === undefined ? early : `${early}${describe(shown.run)} ${describeEnd(shown)}`,
  );
}

function describeEnd({ run, status }: End): string {
  if (run.phase === "not-ours") return "is not the one that this step started";
  return status === undefined ? "was not seen to end" : `ended: ${status}`;
}
