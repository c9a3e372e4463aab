import { createHash } from "node:crypto";
import type { SendHttp } from "../../shared/etlworks/http/http.ts";
import { findProxy } from "../../shared/etlworks/http/proxy.ts";
import { hideCredentials } from "../../shared/etlworks/replies/server-text.ts";
import type { OutcomeKind } from "../../shared/run/outcome.ts";
import type { Verdict } from "../../shared/run/verdict.ts";
import { messageOf } from "../../shared/thrown.ts";
import { plainLine } from "../runner/plain-text.ts";
import type { FinalState, StatusEnd } from "../runner/step-state.ts";
import type { WorkflowRunner } from "../runner/workflow-runner.ts";
import { githubFetch } from "./github-fetch.ts";

/**
 * The outcome where reviewers look: a status on the commit, and on the deployment when the workflow
 * runs for one. It is a courtesy: whatever goes wrong with it is a warning and never fails the job.
 */
export interface CommitStatus {
  readonly context: string;
  /** The run has begun. Does not wait for GitHub. */
  readonly pending: (description: string) => void;
  /** What GitHub could not take just then, for the post step to try once more. */
  readonly conclude: (state: FinalState, description: string) => Promise<StatusEnd | undefined>;
}

type Github = typeof import("@actions/github");

/** GitHub cuts nothing: what is longer is refused. */
const MAX_DESCRIPTION = 140;
const MAX_CONTEXT = 200;

export function createCommitStatus(dependencies: {
  readonly token: string;
  readonly context: string;
  readonly runner: WorkflowRunner;
  readonly send: SendHttp;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Hides known secrets; the last thing that is done to a text. */
  readonly redact: (text: string) => string;
  readonly timeLeftMs: () => number;
  /** Aborted when the job is cancelled: there is time for one try, and the post step makes another. */
  readonly stop: AbortSignal;
  /** Loads `@actions/github`: 80 ms that only those pay who give a token. */
  readonly loadGithub: () => Promise<Github>;
}): CommitStatus {
  const { token, runner, environment, redact, timeLeftMs, stop, loadGithub } = dependencies;
  const context = asContext(dependencies.context);
  let before: Promise<unknown> = Promise.resolve();
  let warned = false;

  const attempt = async (state: State, description: string): Promise<void> => {
    // The toolkit stops at a proxy that cannot be used as soon as it is loaded, in words that name none.
    findProxy(new URL(environment["GITHUB_API_URL"] || "https://api.github.com"), environment);
    const github = await loadGithub();
    const status = { token, context, state, fetch: githubFetch(dependencies.send, timeLeftMs()) };
    try {
      await publish(github, { ...status, description });
    } catch (error) {
      // Something in the text that GitHub does not take must not leave the status as it was.
      if (statusOf(error) !== 422) throw error;
      await publish(github, { ...status, description: PLAIN[state] });
    }
  };
  const send = async (state: State, text: string, tries: number): Promise<boolean> => {
    const description = asGithubTakesIt(text, redact);
    for (let left = tries; ; left--) {
      try {
        await attempt(state, description);
        return true;
      } catch (error) {
        if (mayPass(error) && left > 1 && !stop.aborted) continue;
        // The second failure has the reason of the first.
        if (!warned) await runner.warning(inOneLine(explain(error), redact), "Commit status");
        warned = true;
        return !mayPass(error);
      }
    }
  };
  return {
    context,
    pending(description) {
      before = send("pending", description, 1);
    },
    async conclude(state, description) {
      // GitHub shows the status that arrived last.
      await before;
      if (await send(state, description, 2)) return undefined;
      return { state, description: asGithubTakesIt(description, redact) };
    },
  };
}

/** GitHub was not reached, or has no time: what a permission or the text causes stays. */
function mayPass(error: unknown): boolean {
  const status = statusOf(error);
  if (typeof status !== "number") return true;
  const limited = status === 403 && error instanceof Error && /rate limit/i.test(error.message);
  return status >= 500 || status === 429 || status === 408 || limited;
}

/**
 * The context by which GitHub tells statuses apart. Two instances, two jobs and two flows do not
 * share one, so that a success of one never covers the failure of another.
 */
export function defaultStatusContext(about: {
  readonly host: string;
  readonly job: string;
  readonly flow: string;
}): string {
  const { host, job, flow } = about;
  return ["etlworks", host, ...(job === "" ? [] : [job]), flow].join("/");
}

export function finalState(kind: OutcomeKind, verdict: Verdict): FinalState {
  if (verdict === "pass") return "success";
  return HAS_FAILED[kind] ? "failure" : "error";
}

/** Of an outcome that does not pass: whether it is known that the run did not go well. */
const HAS_FAILED: Readonly<Record<OutcomeKind, boolean>> = {
  success: true,
  warning: true,
  error: true,
  canceled: true,
  started: true,
  skipped: true,
  busy: true,
  "not-started": true,
  "start-unknown": false,
  "timed-out": false,
  lost: false,
  aborted: false,
  refused: false,
};

type State = "pending" | FinalState;

const PLAIN: Readonly<Record<State, string>> = {
  pending: "The flow is running",
  success: "The flow went well",
  failure: "The flow failed",
  error: "The flow was not seen to end",
};

const CREATED = 201;

async function publish(
  github: Github,
  status: {
    readonly token: string;
    readonly context: string;
    readonly state: State;
    readonly description: string;
    readonly fetch: ReturnType<typeof githubFetch>;
  },
): Promise<void> {
  const { context } = github;
  const request = { fetch: status.fetch };
  const octokit = github.getOctokit(status.token, { request });
  const page = `${context.serverUrl}/${context.repo.owner}/${context.repo.repo}/actions/runs/${context.runId}`;
  const { description } = status;
  const made = await octokit.rest.repos.createCommitStatus({
    ...context.repo,
    sha: commitOf(context),
    state: status.state,
    context: status.context,
    description,
    target_url: page,
  });
  demandCreated(made);
  const deployment: unknown = context.payload["deployment"];
  // On "deployment_status" a status of ours would start the workflow again.
  const deploymentId = context.eventName === "deployment" ? idOf(deployment) : undefined;
  if (deploymentId === undefined) return;
  const told = await octokit.rest.repos.createDeploymentStatus({
    ...context.repo,
    deployment_id: deploymentId,
    state: status.state === "pending" ? "in_progress" : status.state,
    description,
    log_url: page,
  });
  demandCreated(told);
}

/** Whatever is in the way (a sign-in, a proxy) can answer 200, and then GitHub has nothing. */
function demandCreated({ status, url }: { readonly status: number; readonly url: string }): void {
  if (status === CREATED) return;
  throw new Error(
    `${URL.parse(url)?.host ?? "The server"} answered ${status} where GitHub answers ${CREATED}, so it may not be GitHub`,
  );
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

/** A description: in one line, without a known secret, short. Redaction comes last but for the cut. */
export function asGithubTakesIt(text: string, redact: (text: string) => string): string {
  return acceptable(inOneLine(text, redact), MAX_DESCRIPTION);
}

/** A secret of several lines is known only before they become one. */
function inOneLine(text: string, redact: (text: string) => string): string {
  return redact(plainLine(redact(text)));
}

/**
 * GitHub answers 422 to characters above U+FFFF (an emoji) and to longer texts. Whole characters
 * only: half a one would be such a character again.
 */
function acceptable(text: string, characters: number, astral = (_character: string) => "?") {
  const known = Array.from(text.toWellFormed(), character =>
    character.length > 1 ? astral(character) : character,
  ).join("");
  return known.length <= characters ? known : `${known.slice(0, characters - 1)}…`;
}

/** Two contexts that differ stay different: a success under one must not cover a failure. */
function asContext(text: string): string {
  const shown = acceptable(text, Number.POSITIVE_INFINITY, character => {
    return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`;
  });
  if (shown.length <= MAX_CONTEXT) return shown;
  const mark = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return `${shown.slice(0, MAX_CONTEXT - mark.length - 1)}…${mark}`;
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && "status" in error ? error.status : undefined;
}

function explain(error: unknown): string {
  const why = hideCredentials(messageOf(error)).replace(/\.$/, "");
  return `The commit status could not be set: ${why}.${advise(error)}`;
}

function advise(error: unknown): string {
  if (mayPass(error)) return "";
  switch (statusOf(error)) {
    case 401:
      return " Check github-token: GitHub does not accept it.";
    case 403:
    case 404:
      return " The job needs the permission `statuses: write` (and `deployments: write` on a deployment).";
    default:
      return "";
  }
}
