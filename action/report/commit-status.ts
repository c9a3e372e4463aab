import type { OutcomeKind } from "../../shared/run/outcome.ts";
import type { Verdict } from "../../shared/run/verdict.ts";
import { plainLine } from "../runner/plain-text.ts";
import type { WorkflowRunner } from "../runner/workflow-runner.ts";

/**
 * The outcome where reviewers look: a status on the commit, and on the deployment when the workflow
 * runs for one. It is a courtesy: whatever goes wrong with it is a warning and never fails the job.
 */
export interface CommitStatus {
  /** The run has begun. Does not wait for GitHub. */
  readonly pending: (description: string) => void;
  readonly conclude: (state: FinalState, description: string) => Promise<void>;
}

type Github = typeof import("@actions/github");

/** GitHub cuts nothing: a longer description is refused. */
const MAX_DESCRIPTION = 140;

export function createCommitStatus(dependencies: {
  readonly token: string;
  readonly flowId: number;
  readonly runner: WorkflowRunner;
  readonly timeLeftMs: () => number;
  /** Loads `@actions/github`: 80 ms that only those pay who give a token. */
  readonly loadGithub: () => Promise<Github>;
}): CommitStatus {
  const { token, flowId, runner, timeLeftMs, loadGithub } = dependencies;
  let before: Promise<void> = Promise.resolve();
  let warned = false;

  const send = async (state: State, description: string) => {
    try {
      const github = await loadGithub();
      await publish(github, { token, flowId, state, description, timeLimitMs: timeLeftMs() });
    } catch (error) {
      // The second failure has the reason of the first.
      if (!warned) await runner.warning(explain(error), "Commit status");
      warned = true;
    }
  };
  return {
    pending(description) {
      before = send("pending", description);
    },
    async conclude(state, description) {
      // GitHub shows the status that arrived last.
      await before;
      await send(state, description);
    },
  };
}

/** `failure`: the run did not go well. `error`: whether it did is not known. */
export type FinalState = "success" | "failure" | "error";

export function finalState(kind: OutcomeKind, verdict: Verdict): FinalState {
  if (verdict === "pass") return "success";
  const unknown: readonly OutcomeKind[] = [
    "start-unknown",
    "lost",
    "aborted",
    "timed-out",
    "refused",
  ];
  return unknown.includes(kind) ? "error" : "failure";
}

type State = "pending" | FinalState;

async function publish(
  github: Github,
  status: {
    readonly token: string;
    readonly flowId: number;
    readonly state: State;
    readonly description: string;
    readonly timeLimitMs: number;
  },
): Promise<void> {
  const { context } = github;
  const octokit = github.getOctokit(status.token);
  const page = `${context.serverUrl}/${context.repo.owner}/${context.repo.repo}/actions/runs/${context.runId}`;
  const description = shorten(plainLine(status.description));
  const request = { signal: AbortSignal.timeout(status.timeLimitMs) };
  await octokit.rest.repos.createCommitStatus({
    ...context.repo,
    sha: commitOf(context),
    state: status.state,
    context: `etlworks/flow-${status.flowId}`,
    description,
    target_url: page,
    request,
  });
  const deployment: unknown = context.payload["deployment"];
  // On "deployment_status" a status of ours would start the workflow again.
  const deploymentId = context.eventName === "deployment" ? idOf(deployment) : undefined;
  if (deploymentId === undefined) return;
  await octokit.rest.repos.createDeploymentStatus({
    ...context.repo,
    deployment_id: deploymentId,
    state: status.state === "pending" ? "in_progress" : status.state,
    description,
    log_url: page,
    request,
  });
}

/** On a pull request GITHUB_SHA is a merge commit that nobody looks at. */
function commitOf(context: Github["context"]): string {
  const head: unknown = context.payload.pull_request?.["head"];
  const sha = typeof head === "object" && head !== null && "sha" in head ? head.sha : undefined;
  return typeof sha === "string" ? sha : context.sha;
}

function idOf(value: unknown): number | undefined {
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : undefined;
  return typeof id === "number" ? id : undefined;
}

function shorten(text: string): string {
  return text.length <= MAX_DESCRIPTION ? text : `${text.slice(0, MAX_DESCRIPTION - 1)}…`;
}

function explain(error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  const advice =
    status === 403 || status === 404
      ? " The job needs the permission `statuses: write` (and `deployments: write` on a deployment)."
      : "";
  return `The commit status could not be set: ${why}.${advice}`;
}
