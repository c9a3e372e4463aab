import { spawn } from "node:child_process";

/** A process that a test started. */
export interface Child {
  readonly pid: number;
  /** Everything it has written so far, stdout and stderr in order of arrival. */
  readonly output: string;
  /** Resolves with the exit code, or with the signal that killed it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Resolves when the output matches; rejects when the process ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends the signal, SIGKILL if that did not help within 5 s, and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface ChildOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** Starts a process with this environment and nothing else of ours. */
export function startChild(
  command: string,
  commandArguments: readonly string[],
  options: ChildOptions = {},
): Child {
  const child = spawn(command, commandArguments, {
    cwd: options.folder,
    env: { ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const waiting = new Set<() => void>();
  const look = () => {
    for (const wake of waiting) wake();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      look();
    });
  }
  let over = false;
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      over = true;
      look();
      resolve(code ?? signal ?? "SIGKILL");
    });
  });
  return {
    pid: child.pid ?? 0,
    get output() {
      return output;
    },
    ended,
    says(pattern) {
      return new Promise((resolve, reject) => {
        const wake = () => {
          const match = pattern.exec(output);
          if (match === null && !over) return;
          waiting.delete(wake);
          if (match === null) reject(new Error(`${command} ended without ${pattern}:\n${output}`));
          else resolve(match);
        };
        waiting.add(wake);
        wake();
      });
    },
    async stop(signal = "SIGTERM") {
      if (over) return;
      child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
