import { runStep } from "../../action/run-step.ts";
import { createSecrets } from "../../shared/secrets.ts";
import { createCallerTime } from "../virtual/caller-time.ts";
import {
  createVirtualEtlworks,
  type VirtualEtlworks,
  type VirtualEtlworksOptions,
} from "../virtual/virtual-etlworks.ts";
import { emptyWorkspace } from "./empty-workspace.ts";
import { createRecordingRunner } from "./recording-runner.ts";

/** A step whose waits pass at once: the server's clock and its own are one that only waits move. */
export interface VirtualStep {
  readonly exitCode: 0 | 1;
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  /** How long it waited, in all. */
  readonly elapsedMs: number;
  readonly sandbox: VirtualEtlworks;
}

export async function runInVirtualTime(
  options: Omit<VirtualEtlworksOptions, "now">,
  inputs: Readonly<Record<string, string>>,
  more: {
    readonly before?: (sandbox: VirtualEtlworks) => void;
    /** Told before each wait; may abort the step. */
    readonly onSleep?: (
      milliseconds: number,
      stop: AbortController,
      sandbox: VirtualEtlworks,
    ) => void;
  } = {},
): Promise<VirtualStep> {
  const epoch = Date.UTC(2026, 4, 9);
  const time = createCallerTime(epoch);
  const sandbox = createVirtualEtlworks({ ...options, now: time.now });
  const stop = new AbortController();
  const { runner, ...told } = createRecordingRunner();
  more.before?.(sandbox);
  const given = {
    "base-url": sandbox.baseUrl.href,
    "api-key": sandbox.apiKey,
    "flow-id": "7",
    ...inputs,
  };
  const exitCode = await runStep({
    environment: Object.fromEntries(
      Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    runner,
    secrets: createSecrets(() => undefined),
    workspace: emptyWorkspace,
    send: sandbox.connect({ sleep: time.sleep, thereMs: 0 }),
    clock: { monotonicMs: time.now, epochMs: time.now },
    random: () => 0.5,
    async sleep(milliseconds, signal) {
      more.onSleep?.(milliseconds, stop, sandbox);
      if (!signal.aborted) await time.sleep(milliseconds);
    },
    every: () => () => undefined,
    stop: stop.signal,
    abandon: stop.signal,
    loadGithub: () => import("@actions/github"),
    timeLeftMs: () => 5_000,
  });
  const summary = told.summary();
  return { ...told, exitCode, summary, elapsedMs: time.now() - epoch, sandbox };
}
