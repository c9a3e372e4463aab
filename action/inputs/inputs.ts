import { parseBaseUrl } from "../../shared/etlworks/base-url.ts";
import type { SettingNames } from "../../shared/etlworks/explain-failure.ts";
import { parseRequestHeaders, type RequestHeaders } from "../../shared/request-headers.ts";
import { IF_RUNNING, type IfRunning } from "../../shared/run/if-running.ts";
import type { StopRequest } from "../../shared/run/stop-run.ts";
import { parseRunQuery } from "../../shared/run-query.ts";
import type { Secrets } from "../../shared/secrets.ts";
import { UserError } from "../../shared/user-error.ts";
import type { Workspace } from "../runner/workspace.ts";
import {
  refuseContradictions,
  refuseSecretsInPlainInputs,
  refuseUnreplaced,
} from "./contradictions.ts";
import { parametersFor } from "./flow-list.ts";
import { type FlowSelection, nameOfSelection, readFlowSelection } from "./flow-selection.ts";
import { type Login, maskSecrets, nameOfLogin, readLogin } from "./login.ts";
import { warningsOfNames } from "./parameter-warnings.ts";
import { emptyParameters, type Parameters, type ReadParameters } from "./parameters.ts";
import { readAll } from "./read-all.ts";
import {
  createInputSource,
  type InputSource,
  readChoice,
  readCount,
  readDuration,
  readInterval,
  readSwitch,
} from "./read-input.ts";
import { emptyWarning, readParameters } from "./read-parameters.ts";
import { parseStopRequest } from "./stop-request.ts";

/** Every input of action.yml, read and checked once. A new one is a property here and a reader below. */
export interface ActionInputs {
  /** Ends in `/rest`. */
  readonly baseUrl: URL;
  readonly login: Login;
  readonly flow: FlowSelection;
  readonly maxParallel: number;
  readonly failFast: boolean;
  /** What every flow gets: of `parameters-file` and, before these, of `parameters`. */
  readonly parameters: Parameters;
  readonly wait: boolean;
  /** 0 = no limit. */
  readonly timeoutMs: number;
  /** `undefined`: by the schedule. */
  readonly pollIntervalMs: number | undefined;
  readonly ifRunning: IfRunning;
  /** How many more runs after one that ended in `error`. */
  readonly retryOnError: number;
  readonly failOnWarning: boolean;
  readonly stopRequest: StopRequest | undefined;
  readonly runQuery: string;
  readonly requestHeaders: RequestHeaders;
  readonly showLog: ShowLog;
  /** A path in the workspace. */
  readonly logFile: string | undefined;
  readonly summary: boolean;
  readonly dryRun: boolean;
  readonly githubToken: string | undefined;
  /** `undefined`: made of host, job and flow. */
  readonly statusContext: string | undefined;
  /** What these settings are called in sentences. */
  readonly names: SettingNames;
  /** What looks like a mistake and may be none. */
  readonly warnings: readonly string[];
}

const SHOW_LOG = ["never", "on-failure", "always"] as const;
export type ShowLog = (typeof SHOW_LOG)[number];

/** With 200 flows at once, one process is still far below the server's 600 requests a minute. */
const MAX_PARALLEL = 1_000;
const MAX_RETRIES = 100;

type Given = Omit<ActionInputs, "names" | "warnings" | "parameters"> & {
  readonly parameters: ReadParameters;
};

/**
 * Reads the inputs from `INPUT_*`. Registers every secret first, so that nothing printed later can
 * show one. Throws one UserError that names everything that is wrong.
 */
export function readInputs(
  environment: Readonly<Record<string, string | undefined>>,
  secrets: Secrets,
  workspace: Workspace,
): ActionInputs {
  const source = createInputSource(environment);
  maskSecrets(source, environment, secrets);
  const given = readAll<Given, InputSource>(
    {
      baseUrl: from =>
        parseBaseUrl(from.required("base-url", "https://app.etlworks.com/rest"), {
          name: "base-url",
          allowHttp: environment["ETLWORKS_ALLOW_HTTP"] === "true",
        }),
      login: from => readLogin(from),
      flow: from => readFlowSelection(from, parametersOrNothing(from, workspace)),
      maxParallel: from =>
        readCount(from.required("max-parallel", "3"), "max-parallel", {
          min: 1,
          max: MAX_PARALLEL,
        }),
      failFast: from => readSwitch(from.required("fail-fast", "false"), "fail-fast"),
      parameters: from => readParameters(from, workspace),
      wait: from => readSwitch(from.required("wait", "true"), "wait"),
      timeoutMs: from => readDuration(from.required("timeout", "60m"), "timeout"),
      pollIntervalMs: from => readInterval(from.required("poll-interval", "auto"), "poll-interval"),
      ifRunning: from => readChoice(from.required("if-running", "fail"), "if-running", IF_RUNNING),
      retryOnError: from =>
        readCount(from.required("retry-on-error", "0"), "retry-on-error", {
          min: 0,
          max: MAX_RETRIES,
        }),
      failOnWarning: from =>
        readSwitch(from.required("fail-on-warning", "false"), "fail-on-warning"),
      stopRequest: from => parseStopRequest(from.optional("stop-request")),
      runQuery: from => parseRunQuery(from.optional("run-query"), "run-query"),
      requestHeaders: from =>
        parseRequestHeaders(from.untrimmed("request-headers"), "request-headers"),
      showLog: from => readChoice(from.required("show-log", "never"), "show-log", SHOW_LOG),
      logFile(from) {
        const path = from.optional("log-file");
        if (path === "") return undefined;
        workspace.checkTarget(path, "log-file");
        return path;
      },
      summary: from => readSwitch(from.required("summary", "true"), "summary"),
      dryRun: from => readSwitch(from.required("dry-run", "false"), "dry-run"),
      githubToken: from => readGithubToken(from.optional("github-token")),
      statusContext: from => readStatusContext(from.optional("status-context")),
    },
    source,
    problems => {
      refuseContradictions(source, problems);
      refuseUnreplaced(source, problems);
      refuseSecretsInPlainInputs(source, problems);
    },
  );
  const { parameters, warnings } = given.parameters;
  return {
    ...given,
    parameters,
    names: {
      baseUrl: "base-url",
      credentials: nameOfLogin(given.login),
      flow: nameOfSelection(given.flow),
    },
    warnings: [...warnings, ...warningsOf(given.flow, parameters)],
  };
}

/** What looks like a mistake only beside the choice of the flow. */
function warningsOf(flow: FlowSelection, parameters: Parameters): string[] {
  switch (flow.kind) {
    case "one":
      return flow.auditId !== undefined && Object.keys(parameters).length > 0
        ? ["audit-id starts nothing, so the parameters have no effect."]
        : [];
    case "several":
      return flow.entries.flatMap((entry, index) => {
        const where = `flows: entry ${index + 1}: `;
        const told = warningsOfNames(parameters);
        const odd = warningsOfNames(parametersFor(entry, parameters));
        return [
          ...emptyWarning(emptyParameters(entry.parameters ?? {}), where),
          ...odd.filter(warning => !told.includes(warning)).map(warning => `${where}${warning}`),
        ];
      });
    case "tag":
      return [];
  }
}

/** For the question whether a flow is given twice. What is wrong with them is told by their reader. */
function parametersOrNothing(source: InputSource, workspace: Workspace): Parameters | undefined {
  try {
    return readParameters(source, workspace).parameters;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function readGithubToken(value: string): string | undefined {
  if (value === "") return undefined;
  if (/[^\x21-\x7e]/.test(value)) {
    throw new UserError(
      "github-token: contains a space, a line break or another character that no token has. Check where it comes from.",
    );
  }
  return value;
}

/** GitHub compares contexts letter by letter. */
function readStatusContext(value: string): string | undefined {
  if (value === "") return undefined;
  if (/\p{Cc}/u.test(value)) {
    throw new UserError("status-context: contains a line break or another control character.");
  }
  return value;
}
