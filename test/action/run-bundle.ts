import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { field } from "../../shared/json-fields.ts";
import { secretsInHeaders } from "../../shared/request-headers.ts";
import { declaredInputs } from "./action-metadata.ts";
import { checkStep } from "./check-step.ts";
import { hostStep, type StepProcess, spawnStep } from "./step-process.ts";

/** What a step left behind: everything a runner would see of it. */
export interface StepResult {
  readonly phase: "main" | "post";
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Log lines without workflow commands. */
  readonly lines: readonly string[];
  /** Workflow commands, such as `error` and `warning`, with their text unescaped. */
  readonly commands: readonly Command[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly elapsedMs: number;
}

export interface Command {
  readonly name: string;
  readonly properties: string;
  readonly text: string;
}

export interface StepOptions {
  /** The defaults of action.yml stand in for what is left out, as on a runner. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly phase?: "main" | "post";
  /** The state that `main` saved, for `post`. */
  readonly state?: Readonly<Record<string, string>>;
  /** Added to the environment; `undefined` takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Told before the process begins how to read what the step has left in its files so far. */
  readonly onStart?: (files: RunningStep["files"]) => void;
  /** Gets the step as soon as it runs. */
  readonly whileRunning?: (step: RunningStep) => void | Promise<void>;
  /** Secrets besides those in the inputs, such as the tokens of a login; asked at the end. */
  readonly secrets?: () => readonly string[];
  /** Works in the workspace before the step begins. */
  readonly prepare?: (workspace: string) => void;
  /** Works in the workspace after the step has ended. */
  readonly inspect?: (workspace: string) => void;
  /** A step that takes longer is killed and counts as hanging. Default 50 s: no other wait is so long. */
  readonly patienceMs?: number;
}

export interface RunningStep {
  readonly signal: StepProcess["signal"];
  readonly workspace: string;
  /** Resolves when the text has been printed. */
  readonly printed: (text: string) => Promise<void>;
  /** What the step has left in its files so far. */
  readonly files: () => Pick<StepResult, "outputs" | "state" | "summary">;
}

const root = join(import.meta.dirname, "..", "..");
const bundle = join(root, "dist", "action");

/**
 * Runs the committed bundle as a runner does: a process (see step-process.ts), inputs as `INPUT_*`,
 * files for outputs, state and summary, and nothing else of this process's environment. Whatever the
 * step was to show, what must hold for every step is checked here too (see check-step.ts).
 */
export async function runStep(options: StepOptions): Promise<StepResult> {
  const { phase = "main", patienceMs = 50_000 } = options;
  const folder = mkdtempSync(join(tmpdir(), "etlworks-step-"));
  const names = ["OUTPUT", "STATE", "STEP_SUMMARY", "ENV", "PATH"];
  for (const name of names) writeFileSync(join(folder, name), "");
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const workspace = join(folder, "workspace");
  mkdirSync(workspace);
  options.prepare?.(workspace);
  const connections = join(folder, "connections");
  writeFileSync(connections, "");
  const files = () => ({
    outputs: readFileCommands(read("OUTPUT")),
    state: readFileCommands(read("STATE")),
    summary: read("STEP_SUMMARY"),
  });
  const environment: Record<string, string | undefined> = {
    PATH: process.env["PATH"] ?? "",
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: workspace,
    WATCHED_CONNECTIONS: connections,
    ...Object.fromEntries(names.map(name => [`GITHUB_${name}`, join(folder, name)])),
    ...prefixed("INPUT_", { ...declaredInputs(), ...options.inputs }, name =>
      name.replaceAll(" ", "_").toUpperCase(),
    ),
    ...prefixed("STATE_", options.state ?? {}, name => name),
    ...options.environment,
  };
  const begun = performance.now();
  const entry = join(bundle, phase === "post" ? "post.js" : "index.js");
  const given = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  let stdout = "";
  let stderr = "";
  const waiting: { text: string; resolve: () => void }[] = [];
  const begin = needsOwnProcess(options) ? spawnStep : hostStep;
  const step = begin({
    entry,
    environment: Object.fromEntries(given),
    onStdout: part => {
      stdout += part;
      for (const { text, resolve } of waiting) if (stdout.includes(text)) resolve();
    },
    onStderr: part => {
      stderr += part;
    },
  });
  options.onStart?.(files);
  let hangs = false;
  const watchdog = setTimeout(() => {
    hangs = true;
    step.signal("SIGKILL");
  }, patienceMs);
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ text, resolve });
      if (stdout.includes(text)) resolve();
      void step.ended.then(() =>
        reject(new Error(`the step ended and never printed "${text}":\n${stdout}`)),
      );
    });
  try {
    await options.whileRunning?.({ signal: step.signal, workspace, printed, files });
    const exitCode = await step.ended;
    if (hangs) throw new Error(`the step hung for ${patienceMs} ms:\n${stdout}\n${stderr}`);
    const elapsedMs = performance.now() - begun;
    const result = { phase, exitCode, stdout, stderr, ...splitLog(stdout), ...files(), elapsedMs };
    checkStep(result, {
      secrets: [...secretInputs(options.inputs), ...(options.secrets?.() ?? [])],
      otherFiles: read("ENV") + read("PATH"),
      debug: environment["RUNNER_DEBUG"] === "1",
      filesBroken: environment["GITHUB_OUTPUT"] !== join(folder, "OUTPUT"),
      connections: readFileSync(connections, "utf8")
        .split("\n")
        .filter(line => line !== ""),
      allowedHosts: allowedHosts(environment, options.state),
    });
    options.inspect?.(workspace);
    return result;
  } finally {
    clearTimeout(watchdog);
    step.signal("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A step that gets options of Node; `STEP_PROCESS=own` gives one to each (`.ci/run action`). */
function needsOwnProcess({ environment = {} }: StepOptions): boolean {
  return (
    process.env["STEP_PROCESS"] === "own" ||
    Object.keys(environment).some(name => name.startsWith("NODE_"))
  );
}

/** The instance (for the post step: the one that main saved), GitHub, and proxies. */
function allowedHosts(
  environment: Readonly<Record<string, string | undefined>>,
  state: StepOptions["state"],
): string[] {
  const settings: unknown = JSON.parse(state?.["settings"] ?? "{}");
  const addresses = [
    state === undefined ? environment["INPUT_BASE-URL"] : field(settings, "baseUrl"),
    environment["GITHUB_API_URL"],
    ...["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"].map(
      name => environment[name],
    ),
  ];
  return addresses.flatMap(address => {
    const text = typeof address === "string" ? address.trim() : "";
    const url = URL.parse(/^[a-z0-9]+:\/\//i.test(text) ? text : `http://${text}`);
    if (url === null) return [];
    const host = url.hostname.replace(/^\[|\]$/g, "");
    return [`${host}:${url.port || (url.protocol === "https:" ? "443" : "80")}`];
  });
}

function prefixed(
  prefix: string,
  values: Readonly<Record<string, string>>,
  rename: (name: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [prefix + rename(name), value]),
  );
}

/** The inputs that are secret, and what is left of them without a pasted prefix or quotes. */
function secretInputs(inputs: Readonly<Record<string, string>>): string[] {
  const headers = secretsInHeaders(inputs["request-headers"] ?? "");
  const others = ["api-key", "password", "github-token"].flatMap(name => {
    const value = inputs[name]?.trim() ?? "";
    return [value, value.replace(/^bearer\s+/i, "").replaceAll(/^["'`]+|["'`]+$/g, "")];
  });
  return [...headers, ...others];
}

/**
 * As the runner reads stdout (actions/runner, ActionCommand.cs): `::command::` at the start of a
 * line, blanks aside. The older `##[command]`, which counts anywhere, is forbidden altogether.
 */
function splitLog(stdout: string): { lines: string[]; commands: Command[] } {
  const lines: string[] = [];
  const commands: Command[] = [];
  for (const line of stdout.split(/\r\n|\n|\r/)) {
    const [, name, properties, text] = /^\s*::([^\s:]+)(?: ([^:]*))?::(.*)$/.exec(line) ?? [];
    if (name === undefined) {
      if (line !== "") lines.push(line);
    } else {
      commands.push({ name, properties: properties ?? "", text: unescapeData(text ?? "") });
    }
  }
  return { lines, commands };
}

/** How the runner reads the text of a command back. */
export function unescapeData(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

/** `name=value` and `name<<delimiter`, as the runner reads GITHUB_OUTPUT and GITHUB_STATE. */
export function readFileCommands(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    if (line === "") continue;
    const heredoc = line.indexOf("<<");
    const equals = line.indexOf("=");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      values[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    if (heredoc < 0) throw new Error(`the runner would refuse this line: ${line}`);
    const delimiter = line.slice(heredoc + 2);
    const end = lines.indexOf(delimiter, index + 1);
    if (end < 0) throw new Error(`no end for the value of ${line.slice(0, heredoc)}`);
    values[line.slice(0, heredoc)] = lines.slice(index + 1, end).join("\n");
    index = end;
  }
  return values;
}
