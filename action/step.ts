import type { EtlworksClient } from "../shared/etlworks/etlworks-client.ts";
import type { SendHttp } from "../shared/etlworks/http/http.ts";
import type { Clock } from "../shared/run/clock.ts";
import type { Sleep } from "../shared/run/process-host.ts";
import type { Secrets } from "../shared/secrets.ts";
import type { ActionInputs } from "./inputs/inputs.ts";
import type { WorkflowRunner } from "./runner/workflow-runner.ts";
import type { Workspace } from "./runner/workspace.ts";

/** Everything of the outside world that a step uses. `main.ts` passes the real things. */
export interface StepDependencies {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly runner: WorkflowRunner;
  readonly secrets: Secrets;
  readonly workspace: Workspace;
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

/** What the phases of a step work with. */
export interface Step extends StepDependencies {
  readonly inputs: ActionInputs;
  readonly client: EtlworksClient;
  /** Makes text from outside fit to be shown: visible, and without a known secret. */
  readonly clean: (text: string) => string;
  /** When the step began, by `clock.monotonicMs()`. The timeout counts from here. */
  readonly startedAt: number;
}

/** The end of the user's time, by `clock.monotonicMs()`. */
export function deadlineOf({ inputs, startedAt }: Pick<Step, "inputs" | "startedAt">): number {
  return inputs.timeoutMs === 0 ? Number.MAX_SAFE_INTEGER : startedAt + inputs.timeoutMs;
}
