import { runStep } from "../../action/run-step.ts";
import { createSecrets } from "../../shared/secrets.ts";
import { createCallerTime } from "../virtual/caller-time.ts";
import {
  createVirtualEtlworks,
  type VirtualEtlworks,
  type VirtualEtlworksOptions,
} from "../virtual/virtual-etlworks.ts";
import { emptyWorkspace } from "./empty-workspace.ts";

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
  const lines: string[] = [];
  const warnings: string[] = [];
  const errors: string[] = [];
  const outputs: Record<string, string> = {};
  const state: Record<string, string> = {};
  let summary = "";
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
    runner: {
      prepare: () => undefined,
      mask: () => undefined,
      line: text => void lines.push(text),
      debug: () => undefined,
      group: title => void lines.push(title),
      warning: async text => void warnings.push(text),
      error: async text => void errors.push(text),
      output: async (name, value) => {
        outputs[name] = value;
      },
      saveState: async (name, value) => {
        state[name] = value;
      },
      summary: async markdown => {
        summary += markdown;
      },
    },
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
  const seen = { exitCode, lines, warnings, errors, outputs, state, summary };
  return { ...seen, elapsedMs: time.now() - epoch, sandbox };
}
