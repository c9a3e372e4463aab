import { DURATION_FORMS, parseDuration } from "../../shared/duration.ts";
import { parseBaseUrl } from "../../shared/etlworks/base-url.ts";
import { checkApiKey } from "../../shared/etlworks/credentials.ts";
import type { SettingNames } from "../../shared/etlworks/explain-failure.ts";
import { IF_RUNNING, type IfRunning } from "../../shared/run/run-request.ts";
import type { StopRequest } from "../../shared/run/stop-run.ts";
import type { Secrets } from "../../shared/secrets.ts";
import { UserError } from "../../shared/user-error.ts";
import { type Parameters, parseParameters } from "./parameters.ts";

/** Every input of action.yml, read and checked once. */
export interface ActionInputs {
  /** Ends in `/rest`. */
  readonly baseUrl: URL;
  readonly login: Login;
  readonly flow: FlowChoice;
  readonly parameters: Parameters;
  readonly wait: boolean;
  /** 0 = no limit. */
  readonly timeoutMs: number;
  /** `undefined`: by the schedule. */
  readonly pollIntervalMs: number | undefined;
  readonly ifRunning: IfRunning;
  readonly failOnWarning: boolean;
  readonly stopRequest: StopRequest | undefined;
  readonly runQuery: string;
  readonly showLog: ShowLog;
  readonly summary: boolean;
  readonly dryRun: boolean;
  readonly githubToken: string | undefined;
  /** What these settings are called in sentences. */
  readonly names: SettingNames;
}

export type Login =
  | { readonly kind: "api-key"; readonly key: string }
  | { readonly kind: "password"; readonly username: string; readonly password: string };

export type FlowChoice =
  | { readonly kind: "id"; readonly id: number }
  | { readonly kind: "name"; readonly name: string };

const SHOW_LOG = ["never", "on-failure", "always"] as const;
export type ShowLog = (typeof SHOW_LOG)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the inputs from `INPUT_*`. Registers every secret first, so that nothing printed later can
 * show one. Throws one UserError that names everything that is wrong.
 */
export function readInputs(environment: Environment, secrets: Secrets): ActionInputs {
  const get = (name: string) =>
    (environment[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`] ?? "").trim();
  for (const name of ["api-key", "password", "github-token"]) addSecret(get(name), secrets);

  const problems: string[] = [];
  const attempt = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };

  const allowHttp = environment["ETLWORKS_ALLOW_HTTP"] === "true";
  const baseUrl = attempt(() =>
    parseBaseUrl(get("base-url") || "https://app.etlworks.com/rest", {
      name: "base-url",
      allowHttp,
    }),
  );
  const login = attempt(() => readLogin(get));
  const flow = attempt(() => readFlow(get));
  const parameters = attempt(() => parseParameters(get("parameters")));
  const wait = attempt(() => readSwitch(get, "wait", true));
  const timeoutMs = attempt(() => readDuration(get, "timeout", "60m"));
  const interval = attempt(() => readInterval(get));
  const ifRunning = attempt(() => readChoice(get, "if-running", IF_RUNNING, "fail"));
  const failOnWarning = attempt(() => readSwitch(get, "fail-on-warning", false));
  const stopRequest = attempt(() => ({ value: readStopRequest(get("stop-request")) }));
  const runQuery = attempt(() => readRunQuery(get("run-query")));
  const showLog = attempt(() => readChoice(get, "show-log", SHOW_LOG, "never"));
  const summary = attempt(() => readSwitch(get, "summary", true));
  const dryRun = attempt(() => readSwitch(get, "dry-run", false));

  if (
    baseUrl === undefined ||
    login === undefined ||
    flow === undefined ||
    parameters === undefined ||
    wait === undefined ||
    timeoutMs === undefined ||
    interval === undefined ||
    ifRunning === undefined ||
    failOnWarning === undefined ||
    stopRequest === undefined ||
    runQuery === undefined ||
    showLog === undefined ||
    summary === undefined ||
    dryRun === undefined
  ) {
    throw new UserError(problems.join("\n"));
  }
  const credentials = login.kind === "api-key" ? "api-key" : "username and password";
  const names = {
    baseUrl: "base-url",
    credentials,
    flow: flow.kind === "id" ? "flow-id" : "flow-name",
  };
  return {
    baseUrl,
    login,
    flow,
    parameters,
    wait,
    timeoutMs,
    ifRunning,
    failOnWarning,
    runQuery,
    showLog,
    summary,
    dryRun,
    names,
    pollIntervalMs: interval.value,
    stopRequest: stopRequest.value,
    githubToken: get("github-token") || undefined,
  };
}

type Get = (name: string) => string;

function addSecret(value: string, secrets: Secrets): void {
  if (value === "") return;
  secrets.add(value);
  // What somebody pastes around a key is not secret, the rest of it is.
  const bare = value.replace(/^bearer\s+/i, "").replace(/^["'`]+|["'`]+$/g, "");
  if (bare !== "") secrets.add(bare);
}

function readLogin(get: Get): Login {
  const [key, username, password] = [get("api-key"), get("username"), get("password")];
  if (key !== "" && (username !== "" || password !== "")) {
    throw new UserError("Give either api-key, or username and password, not both.");
  }
  if (key !== "") return { kind: "api-key", key: checkApiKey(key, "api-key") };
  if (username === "" && password === "") {
    throw new UserError(
      "Give an api-key (or username and password). If you did: a secret that does not exist, or that a fork may not read, arrives empty.",
    );
  }
  if (username === "") throw new UserError("password is given, but username is empty.");
  if (password === "") throw new UserError("username is given, but password is empty.");
  return { kind: "password", username, password };
}

function readFlow(get: Get): FlowChoice {
  const [id, name] = [get("flow-id"), get("flow-name")];
  if (id !== "" && name !== "") throw new UserError("Give either flow-id or flow-name, not both.");
  if (name !== "") return { kind: "name", name };
  if (id === "") throw new UserError("Give flow-id (or flow-name): which flow is to be run.");
  if (!/^[1-9]\d{0,14}$/.test(id)) {
    throw new UserError(
      `flow-id: "${shorten(id)}" is not a positive whole number. For a name use flow-name.`,
    );
  }
  return { kind: "id", id: Number(id) };
}

function readSwitch(get: Get, name: string, standard: boolean): boolean {
  const value = get(name);
  if (value === "") return standard;
  // The forms of YAML 1.2, as everywhere in workflows.
  if (/^(true|True|TRUE)$/.test(value)) return true;
  if (/^(false|False|FALSE)$/.test(value)) return false;
  throw new UserError(`${name}: "${shorten(value)}" is not known. Use true or false.`);
}

function readChoice<Choice extends string>(
  get: Get,
  name: string,
  choices: readonly Choice[],
  standard: Choice,
): Choice {
  const value = get(name);
  if (value === "") return standard;
  const found = choices.find(choice => choice === value);
  if (found !== undefined) return found;
  throw new UserError(
    `${name}: "${shorten(value)}" is not known. Use one of: ${choices.join(", ")}.`,
  );
}

function readDuration(get: Get, name: string, standard: string): number {
  const value = get(name) || standard;
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  throw new UserError(`${name}: "${shorten(value)}" is not a duration. Use ${DURATION_FORMS}.`);
}

function readInterval(get: Get): { readonly value: number | undefined } {
  const value = get("poll-interval");
  if (value === "" || value === "auto") return { value: undefined };
  const interval = parseDuration(value);
  if (interval !== undefined && interval > 0) return { value: interval };
  throw new UserError(
    `poll-interval: "${shorten(value)}" is not known. Use auto, or a duration of at least 1s such as 30s.`,
  );
}

function readStopRequest(value: string): StopRequest | undefined {
  if (value === "") return undefined;
  const [, method, path] = /^(GET|POST|PUT|PATCH|DELETE)\s+(\/[^\s#\\]*)$/.exec(value) ?? [];
  if (method === undefined || path === undefined) {
    throw new UserError(
      `stop-request: "${shorten(value)}" is not a request. Write a method and a path below base-url, for example POST /v1/flows/{flow-id}/stop?auditId={audit-id}.`,
    );
  }
  const unknown = path
    .match(/\{[^}]*\}?/g)
    ?.find(token => token !== "{flow-id}" && token !== "{audit-id}");
  if (unknown !== undefined) {
    throw new UserError(
      `stop-request: ${shorten(unknown)} is not known. Use {flow-id} and {audit-id}.`,
    );
  }
  return { method, path: path.replace(/^\/rest(?=\/)/, "") };
}

function readRunQuery(value: string): string {
  const query = value.replace(/^\?/, "");
  // The characters of a query (RFC 3986, 3.4).
  if (/^(?:[\w\-.~!$&'()*+,;=:@/?]|%[\dA-Fa-f]{2})*$/.test(query)) return query;
  throw new UserError(
    `run-query: "${shorten(value)}" is not a query string. Write name=value&name=value, URL-encoded.`,
  );
}

function shorten(value: string): string {
  const line = value.replace(/\s+/g, " ");
  // A key in the wrong place would be cut, and no mask knows half of it.
  return line.length > 80 ? `a text of ${line.length} characters` : line;
}
