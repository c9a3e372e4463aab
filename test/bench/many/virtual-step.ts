import { runStep } from "../../../action/run-step.ts";
import type { WorkflowRunner } from "../../../action/runner/workflow-runner.ts";
import { createSecrets } from "../../../shared/secrets.ts";
import { declaredInputs } from "../../action/action-metadata.ts";
import { emptyWorkspace } from "../../action/empty-workspace.ts";
import { fakeRunner } from "../../action/fake-runner.ts";
import type { Flow } from "../../sandbox/flow.ts";
import type { Model, ModelOptions } from "../../sandbox/model.ts";
import type { Run } from "../../sandbox/run.ts";
import { createVirtualEtlworks } from "../../virtual/virtual-etlworks.ts";
import { createVirtualTime, type VirtualTime } from "../../virtual/virtual-time.ts";

/** One Etlworks in virtual time, with everything that was asked of it. */
export interface World {
  readonly time: VirtualTime;
  readonly model: Model;
  /** When each request came, by the virtual clock. */
  readonly requests: readonly number[];
  readonly refused: () => number;
  /** When the end of each run was first told to somebody. */
  readonly noticedAt: ReadonlyMap<string, number>;
  /** Runs the Action as a runner would, with nothing real but its code. */
  step(inputs: Readonly<Record<string, string>>, stage?: Stage): Promise<0 | 1>;
}

/** What else there is around a step. */
export interface Stage {
  /** Told to stop; 2 s later to give up what is under way. */
  readonly stop?: AbortSignal;
  readonly abandon?: AbortSignal;
  /** Takes what the step says and leaves behind. */
  readonly runner?: Partial<WorkflowRunner>;
}

/** A request takes so long, there and back. */
const ROUND_TRIP_MS = 80;

const END = /"status":"(success|warning|error|canceled)"/;

/** Any day will do. */
export const EPOCH_MS = Date.UTC(2026, 10, 26);

export function createWorld(
  flows: readonly Flow[],
  random: () => number,
  options: Partial<ModelOptions> = {},
): World {
  const time = createVirtualTime();
  const epochMs = () => EPOCH_MS + time.now();
  const etlworks = createVirtualEtlworks({
    now: epochMs,
    role: "Editor",
    flows,
    requestsPerMinute: 600,
    ...options,
  });
  const requests: number[] = [];
  const noticedAt = new Map<string, number>();
  const never = new AbortController().signal;
  const network = etlworks.connect({
    sleep: time.sleep,
    thereMs: ROUND_TRIP_MS / 2,
    backMs: ROUND_TRIP_MS / 2,
  });
  const send: Parameters<typeof runStep>[0]["send"] = async request => {
    requests.push(time.now() + ROUND_TRIP_MS / 2);
    const reply = await network(request);
    const auditId = request.url.searchParams.get("auditId");
    const over = reply.kind === "answer" && END.test(reply.body);
    if (auditId !== null && over && !noticedAt.has(auditId)) noticedAt.set(auditId, time.now());
    return reply;
  };
  return {
    time,
    model: etlworks.model,
    requests,
    refused: () => etlworks.arrivals.filter(({ status }) => status === 429).length,
    noticedAt,
    step(inputs, stage = {}) {
      const given = {
        ...declaredInputs(),
        "base-url": etlworks.baseUrl.origin,
        "api-key": etlworks.apiKey,
        timeout: "12h",
        ...inputs,
      };
      const environment = Object.fromEntries(
        Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      );
      return runStep({
        environment,
        runner: fakeRunner({ ...quiet(), ...stage.runner }),
        secrets: createSecrets(() => undefined),
        workspace: emptyWorkspace,
        send,
        clock: { monotonicMs: time.now, epochMs },
        random,
        sleep: time.sleep,
        every(milliseconds, beat) {
          let cancel: () => void = () => undefined;
          const next = () => {
            cancel = time.after(milliseconds, () => {
              beat();
              next();
            });
          };
          next();
          return () => cancel();
        },
        stop: stage.stop ?? never,
        abandon: stage.abandon ?? never,
        loadGithub: () => import("@actions/github"),
        timeLeftMs: () => 5_000,
      });
    },
  };
}

/** How late the end of each run was noticed, in seconds. */
export function lateness({ model, noticedAt }: World): number[] {
  return model.runs.map(({ auditId, endsAt }: Run) => {
    const noticed = noticedAt.get(auditId);
    if (noticed === undefined) throw new Error(`The end of run ${auditId} was never noticed.`);
    return (noticed + EPOCH_MS - endsAt) / 1_000;
  });
}

function quiet(): Partial<WorkflowRunner> {
  const nothing = () => undefined;
  const nothingLater = async () => undefined;
  return {
    mask: nothing,
    line: nothing,
    debug: nothing,
    group: nothing,
    prepare: nothing,
    warning: nothingLater,
    output: nothingLater,
    saveState: nothingLater,
    summary: nothingLater,
    error: async text => {
      throw new Error(`The step failed: ${text}`);
    },
  };
}
