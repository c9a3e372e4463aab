import { type ChildProcess, fork, spawn } from "node:child_process";
import { Socket } from "node:net";
import { join } from "node:path";
import { isObject } from "../../shared/json.ts";
import { COMPILE_CACHE } from "../compile-cache.ts";

/** What is to be run, and in which environment: nothing else of this process's environment is there. */
export interface StepCall {
  /** The file that action.yml names. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly onStdout: (part: string) => void;
  readonly onStderr: (part: string) => void;
}

export interface StepProcess {
  /** Sends a signal, unless the step is over. */
  readonly signal: (name: NodeJS.Signals) => void;
  /** The exit code; `null` when a signal ended it. Resolves when all that it printed has been given. */
  readonly ended: Promise<number | null>;
}

/** What is loaded before the bundle. */
const preloaded = ["watch-connections.cjs", "fast-clock.cjs"].flatMap(file => [
  "--require",
  join(import.meta.dirname, file),
]);
const host = join(import.meta.dirname, "step-host.cjs");

/** As a runner does. */
export function spawnStep({ entry, environment, onStdout, onStderr }: StepCall): StepProcess {
  const child = spawn(process.execPath, [...preloaded, entry], {
    env: { ...COMPILE_CACHE, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.setEncoding("utf8").on("data", onStdout);
  child.stderr.setEncoding("utf8").on("data", onStderr);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", code => resolve(code));
  });
  return { ended, signal: name => void child.kill(name) };
}

/** Each module that is loaded stays in memory, so a host is given up after some steps. */
const STEPS_PER_HOST = 60;

interface Host {
  readonly child: ChildProcess;
  played: number;
}

const idle: Host[] = [];

/**
 * The same bundle and the same environment, in a process that has played other steps before: it costs
 * 20 ms of computing, and a process of its own 130 ms, most of it for Node itself. Whatever a step
 * leaves open keeps it from ending here too.
 */
export function hostStep({ entry, environment, onStdout, onStderr }: StepCall): StepProcess {
  const one = takeIdle() ?? { child: startHost(), played: 0 };
  one.played += 1;
  const { child } = one;
  let over = false;
  const ended = new Promise<number | null>((resolve, reject) => {
    const told = Promise.withResolvers<number>();
    const all = Promise.all([
      told.promise,
      untilEnd(child.stdout, onStdout),
      untilEnd(child.stderr, onStderr),
    ]);
    const onMessage = (message: unknown) => {
      const code = isObject(message) ? message["exitCode"] : undefined;
      if (typeof code === "number") told.resolve(code);
    };
    const release = () => {
      over = true;
      for (const stream of [child.stdout, child.stderr]) stream?.removeAllListeners("data");
      child.off("message", onMessage).off("error", reject).off("close", onClose);
    };
    // What no step may do ends the host as it would end the step: an error that nobody catches.
    const onClose = (code: number | null) => {
      release();
      resolve(code);
    };
    child.on("message", onMessage).on("error", reject).on("close", onClose);
    const onEnd = async () => {
      const [code] = await all;
      release();
      if (one.played < STEPS_PER_HOST) idle.push(one);
      else child.disconnect();
      resolve(code);
    };
    void onEnd();
  });
  child.send({ entry, environment, end: END });
  const signal = (name: NodeJS.Signals) => {
    if (!over) child.kill(name);
  };
  return { ended, signal };
}

function takeIdle(): Host | undefined {
  const one = idle.pop();
  return one === undefined || one.child.connected ? one : takeIdle();
}

function startHost(): ChildProcess {
  const child = fork(host, {
    env: {},
    execArgv: ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", ...preloaded],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  // It leaves when this process does, and does not keep it from leaving.
  child.unref();
  child.channel?.unref();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8");
    if (stream instanceof Socket) stream.unref();
  }
  return child;
}

/** Printed by the host when a step is over; no step can, since its log has no control characters. */
const END = "\u0000end of step\n";

function untilEnd(stream: ChildProcess["stdout"], onText: (part: string) => void): Promise<void> {
  return new Promise(resolve => {
    let held = "";
    stream?.on("data", (part: string) => {
      held += part;
      const end = held.indexOf(END);
      const begun = held.indexOf("\u0000");
      const given = end >= 0 ? held.slice(0, end) : begun >= 0 ? held.slice(0, begun) : held;
      held = held.slice(given.length);
      if (given !== "") onText(given);
      if (end >= 0) resolve();
    });
  });
}
