import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a step left behind: everything a runner would see of it. */
export interface StepResult {
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
  readonly inputs: Readonly<Record<string, string>>;
  readonly phase?: "main" | "post";
  /** The state that `main` saved, for `post`. */
  readonly state?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Gets the process as soon as it runs. */
  readonly whileRunning?: (step: RunningStep) => void | Promise<void>;
}

export interface RunningStep {
  readonly process: ChildProcess;
  /** Resolves when the text has been printed. */
  readonly printed: (text: string) => Promise<void>;
}

const bundle = join(import.meta.dirname, "..", "..", "dist", "action");

/**
 * Runs the committed bundle as a runner does: a process of its own, inputs as `INPUT_*`, files for
 * outputs, state and summary, and nothing else of this process's environment.
 */
export async function runStep(options: StepOptions): Promise<StepResult> {
  const folder = mkdtempSync(join(tmpdir(), "etlworks-step-"));
  const files = Object.fromEntries(
    ["OUTPUT", "STATE", "STEP_SUMMARY", "ENV", "PATH"].map(name => {
      const file = join(folder, name);
      writeFileSync(file, "");
      return [`GITHUB_${name}`, file];
    }),
  );
  const begun = performance.now();
  const entry = join(bundle, options.phase === "post" ? "post.js" : "index.js");
  const child = spawn(process.execPath, [entry], {
    env: {
      ...files,
      ...prefixed("INPUT_", options.inputs, name => name.replaceAll(" ", "_").toUpperCase()),
      ...prefixed("STATE_", options.state ?? {}, name => name),
      ...options.environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const waiting: { text: string; resolve: () => void }[] = [];
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    stdout += part;
    for (const { text, resolve } of waiting) if (stdout.includes(text)) resolve();
  });
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    stderr += part;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", code => resolve(code));
  });
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ text, resolve });
      if (stdout.includes(text)) resolve();
      void ended.then(() =>
        reject(new Error(`the step ended and never printed "${text}":\n${stdout}`)),
      );
    });
  try {
    await options.whileRunning?.({ process: child, printed });
    const exitCode = await ended;
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    return {
      exitCode,
      stdout,
      stderr,
      ...splitLog(stdout),
      outputs: readFileCommands(read("OUTPUT")),
      state: readFileCommands(read("STATE")),
      summary: read("STEP_SUMMARY"),
      elapsedMs: performance.now() - begun,
    };
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
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

/** As the runner reads stdout: a command stands at the start of a line, blanks aside. */
function splitLog(stdout: string): { lines: string[]; commands: Command[] } {
  const lines: string[] = [];
  const commands: Command[] = [];
  for (const line of stdout.split(/\r\n|\n|\r/)) {
    const [, name, properties, text] = /^\s*::([\w-]+)(?: ([^:]*))?::(.*)$/.exec(line) ?? [];
    if (name === undefined) {
      if (line !== "") lines.push(line);
    } else {
      commands.push({ name, properties: properties ?? "", text: unescape(text ?? "") });
    }
  }
  return { lines, commands };
}

function unescape(text: string): string {
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
