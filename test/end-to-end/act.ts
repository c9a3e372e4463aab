import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Sandbox } from "../sandbox/server.ts";
import { type Child, startChild } from "./child.ts";
import { toolPath } from "./tool-path.ts";

export interface ActRun {
  /** Relative to `.github/workflows`. */
  readonly workflow: string;
  /** Ids of jobs; all of them by default. */
  readonly job?: string;
  readonly sandbox: Sandbox;
  /** A folder for act's own files; it copies the work tree into it for every job. */
  readonly home: string;
}

/**
 * Starts nektos/act in host mode: a real workflow engine, with steps as processes of this machine.
 * It needs no network: `actions/checkout` of the own repository is a copy of the work tree, and
 * `uses: ./` runs the committed bundle with the Node 24 that comes first in PATH.
 *
 * It differs from GitHub's runner: a cancelled or overdue step is killed (SIGKILL) without SIGINT
 * before, `timeout-minutes` of a job is ignored, and that of a step takes whole minutes only.
 */
export function startAct({ workflow, job, sandbox, home }: ActRun): Child {
  const parts = `workflow_dispatch --workflows .github/workflows/${workflow} --platform ubuntu-24.04=-self-hosted`;
  // Not as a secret, which act would mask by itself: that is the Action's work here.
  const given = [`SANDBOX_URL=${sandbox.baseUrl}`, `SANDBOX_API_KEY=${sandbox.apiKey}`].flatMap(
    variable => ["--var", variable],
  );
  const chosen = job === undefined ? [] : ["--job", job];
  return startChild(toolPath("go/act"), [...parts.split(" "), ...given, ...chosen], {
    folder: join(import.meta.dirname, "..", ".."),
    environment: { HOME: home, PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` },
  });
}

/** What act's log says of one job. */
export interface JobLog {
  readonly name: string;
  readonly verdict: "succeeded" | "failed" | "unfinished";
  /** Its lines without the job's name before them. */
  readonly lines: readonly string[];
}

/** Splits act's log by job. Lines of a step's output begin with `  | `. */
export function readJobs(log: string): readonly JobLog[] {
  const jobs = new Map<string, string[]>();
  for (const line of log.split("\n")) {
    const { name, text } = /^\[[^/\]]+\/(?<name>.*?) *\] ?(?<text>.*)$/.exec(line)?.groups ?? {};
    if (name === undefined) continue;
    jobs.set(name, [...(jobs.get(name) ?? []), text ?? ""]);
  }
  return [...jobs].map(([name, lines]) => ({ name, lines, verdict: verdictOf(lines) }));
}

function verdictOf(lines: readonly string[]): JobLog["verdict"] {
  if (lines.some(line => line.includes("🏁  Job succeeded"))) return "succeeded";
  return lines.some(line => line.includes("🏁  Job failed")) ? "failed" : "unfinished";
}

/** The process of the Action's main step below this process, as the runner would signal it. */
export function actionProcess(act: Child): number {
  for (const entry of readdirSync("/proc").filter(name => /^\d+$/.test(name))) {
    const command = readOrNothing(`/proc/${entry}/cmdline`);
    const parent = readOrNothing(`/proc/${entry}/stat`).split(" ")[3];
    if (command.includes("/dist/action/index.js") && parent === String(act.pid)) {
      return Number(entry);
    }
  }
  throw new Error("act runs no main step of the Action at the moment.");
}

/** Processes come and go while one reads the list of them. */
function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
