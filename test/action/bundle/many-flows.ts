import type { FaultRule } from "../../sandbox/faults.ts";
import type { Flow } from "../../sandbox/flow.ts";
import {
  type RecordedRequest,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from "../../sandbox/server.ts";
import { type RunningStep, runStep, type StepResult } from "../run-bundle.ts";
import { STOP_REQUEST } from "./play.ts";

/** A step with several flows, and the server it meets. */
export interface Night {
  readonly flows: readonly Flow[];
  readonly inputs: Readonly<Record<string, string>>;
  readonly sandbox?: Partial<SandboxOptions>;
  readonly faults?: readonly FaultRule[];
  /**
   * How much faster than the real one the clock of both runs. Default 1. The step's own limits become
   * that much shorter: a machine that stands still for a moment must not look like a dead server.
   */
  readonly speed?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly whileRunning?: (step: RunningStep, sandbox: Sandbox) => Promise<void>;
  /** Then runs the post step with what the step saved. */
  readonly post?: boolean;
}

export interface NightResult {
  readonly main: StepResult;
  readonly post: StepResult | undefined;
  readonly sandbox: Sandbox;
  readonly requests: readonly RecordedRequest[];
  /** Those of the post step. */
  readonly postRequests: readonly RecordedRequest[];
  /** What `results` holds. */
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

export async function playNight(night: Night): Promise<NightResult> {
  const { speed = 1, inputs, whileRunning } = night;
  const startedAt = Date.now();
  const sandbox = await startSandbox({
    flows: night.flows,
    stopRequest: STOP_REQUEST,
    role: "Editor",
    ...night.sandbox,
    now: () => startedAt + (Date.now() - startedAt) * speed,
  });
  try {
    for (const fault of night.faults ?? []) sandbox.fault(fault);
    const common = {
      inputs: { "base-url": sandbox.baseUrl, "api-key": sandbox.apiKey, ...inputs },
      environment: {
        ...(speed === 1 ? {} : { FAST_CLOCK: String(speed) }),
        ...night.environment,
      },
    };
    const main = await runStep({
      ...common,
      ...(whileRunning === undefined
        ? {}
        : { whileRunning: (step: RunningStep) => whileRunning(step, sandbox) }),
    });
    const requests = [...sandbox.requests];
    const post =
      night.post === true
        ? await runStep({ ...common, phase: "post", state: main.state })
        : undefined;
    return {
      main,
      post,
      sandbox,
      requests,
      postRequests: sandbox.requests.slice(requests.length),
      results: readList(main.outputs["results"]),
    };
  } finally {
    await sandbox.close();
  }
}

/** Flows 1 to `flowCount`, all with a tag, whose runs take so long. */
export function tagged(flowCount: number, runningMs: number, more: Partial<Flow> = {}): Flow[] {
  return Array.from({ length: flowCount }, (_, index) => ({
    id: index + 1,
    name: `Load ${String(index + 1).padStart(3, "0")}`,
    tags: ["nightly"],
    runs: [{ runningMs }],
    ...more,
  }));
}

export const RUN = /^\/rest\/v1\/flows\/\d+\/run$/;
export const STOP = /^\/rest\/v1\/flows\/\d+\/stop\?auditId=\d+$/;

export function count(requests: readonly RecordedRequest[], path: RegExp): number {
  return requests.filter(request => path.test(request.path)).length;
}

/** The flows of all runs, by their ids: those that start at once may arrive in any order. */
export function flowsRun({ model }: Sandbox): number[] {
  return model.runs.map(({ flowId }) => flowId).toSorted((one, other) => one - other);
}

/** The most runs of the sandbox that were active at the same time. */
export function mostAtOnce({ model }: Sandbox): number {
  return Math.max(
    ...model.runs.map(
      ({ startedAt }) =>
        model.runs.filter(run => run.startedAt <= startedAt && run.endsAt > startedAt).length,
    ),
  );
}

/** The most requests in any minute of the sandbox's clock. */
export function busiestMinute(requests: readonly RecordedRequest[]): number {
  const times = requests.map(({ at }) => at);
  return Math.max(
    ...times.map(from => times.filter(at => at >= from && at < from + 60_000).length),
  );
}

function readList(text: string | undefined): Readonly<Record<string, unknown>>[] {
  const value: unknown = JSON.parse(text ?? "[]");
  if (!Array.isArray(value)) throw new Error("results is no list");
  return value.map((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) throw new Error("a result is no object");
    return { ...entry };
  });
}
