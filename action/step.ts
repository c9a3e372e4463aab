import type { SendHttp } from "../shared/etlworks/http.ts";
import type { Clock } from "../shared/run/clock.ts";
import type { Sleep } from "../shared/run/process-host.ts";
import type { WorkflowRunner } from "./runner/workflow-runner.ts";

/** Everything of the outside world that a step uses. `main.ts` passes the real things. */
export interface StepDependencies {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly runner: WorkflowRunner;
  readonly send: SendHttp;
  readonly clock: Clock;
  readonly random: () => number;
  readonly sleep: Sleep;
  readonly every: (milliseconds: number, beat: () => void) => () => void;
  /** Aborted by SIGINT and SIGTERM. */
  readonly stop: AbortSignal;
  /** Aborted 2 s after `stop`. */
  readonly abandon: AbortSignal;
  readonly loadGithub: () => Promise<typeof import("@actions/github")>;
  /** How long a last request may take: 5 s, less when the runner is about to kill us. */
  readonly timeLeftMs: () => number;
}
