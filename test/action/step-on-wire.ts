import { postStep } from "../../action/post-step.ts";
import { runStep } from "../../action/run-step.ts";
import type { StepDependencies } from "../../action/step.ts";
import type { HttpRequest } from "../../shared/etlworks/http/http.ts";
import { createSecrets } from "../../shared/secrets.ts";
import type { Model } from "../sandbox/model.ts";
import {
  createVirtualEtlworks,
  type VirtualEtlworks,
  type VirtualEtlworksOptions,
} from "../virtual/virtual-etlworks.ts";
import { createVirtualTime, type VirtualTime } from "../virtual/virtual-time.ts";
import { createVirtualWire, type Exchange, type Fate } from "../virtual/virtual-wire.ts";
import { declaredInputs } from "./action-metadata.ts";
import { emptyWorkspace } from "./empty-workspace.ts";
import { createRecordingRunner } from "./recording-runner.ts";

/** A step to be played over a wire that can do anything to each request, and what happens beside it. */
export interface Scene {
  readonly server: Omit<VirtualEtlworksOptions, "now">;
  readonly inputs: Readonly<Record<string, string>>;
  /** Milliseconds from the start of the step. */
  readonly cancelAt?: number;
  /** When the process is gone from one moment to the next, without a word. */
  readonly killAt?: number;
  readonly strangers?: readonly {
    /** From the start of the step; what is before it is below zero, at most by a minute. */
    readonly at: number;
    readonly flowId: number;
    readonly run: Parameters<Model["begin"]>[1];
  }[];
  readonly random?: () => number;
  readonly fateOf?: (request: HttpRequest, at: number) => Fate;
}

export interface Played {
  /** `undefined`: it was killed before its end. */
  readonly exitCode: 0 | 1 | undefined;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  readonly summary: string;
  /** From the start of the step. */
  readonly endedAt: number;
  readonly etlworks: VirtualEtlworks;
  /** What the step sent, and after it the post step. */
  readonly sent: readonly Exchange[];
  readonly sentByPost: readonly Exchange[];
  readonly postLines: readonly string[];
}

export const EPOCH_MS = Date.UTC(2026, 10, 26);

/** When the step begins: before, others have had time to begin runs. */
export const OPENING_MS = 60_000;

/** Plays a step and, some seconds later, its post step. */
export async function playOnWire(scene: Scene): Promise<Played> {
  const time = createVirtualTime();
  const serverNow = () => EPOCH_MS + Math.floor(time.now());
  const etlworks = createVirtualEtlworks({ role: "Editor", ...scene.server, now: serverNow });
  const wire = createVirtualWire({
    time,
    serverNow,
    answer: ({ request }) => etlworks.arrive(request),
    fateOf: request =>
      scene.fateOf?.(request, time.now() - OPENING_MS) ?? { travelMs: 40, returnMs: 40 },
  });
  for (const { at, flowId, run } of scene.strangers ?? []) {
    time.after(OPENING_MS + at, () => void etlworks.model.begin(flowId, run));
  }
  await time.finish(OPENING_MS);

  const [stop, abandon] = [new AbortController(), new AbortController()];
  const { cancelAt } = scene;
  if (cancelAt !== undefined) {
    time.after(cancelAt, () => stop.abort());
    time.after(cancelAt + 2_000, () => abandon.abort());
  }
  const death = scene.killAt === undefined ? undefined : deathAt(time, scene.killAt);
  const told = createRecordingRunner();
  const inputs = {
    ...declaredInputs(),
    "base-url": etlworks.baseUrl.href,
    "api-key": etlworks.apiKey,
    ...scene.inputs,
  };
  const environment = named("INPUT_", inputs);
  const dependencies: StepDependencies = {
    environment,
    runner: told.runner,
    secrets: createSecrets(() => undefined),
    workspace: emptyWorkspace,
    send: wire.send,
    clock: { monotonicMs: time.now, epochMs: serverNow },
    random: scene.random ?? (() => 0.5),
    sleep: time.sleep,
    every: () => () => undefined,
    stop: stop.signal,
    abandon: abandon.signal,
    loadGithub: () => import("@actions/github"),
    timeLeftMs: () => {
      const stoppedAt = stop.signal.aborted ? OPENING_MS + (cancelAt ?? 0) : time.now();
      return Math.max(500, Math.min(5_000, stoppedAt + 6_300 - time.now()));
    },
  };
  const exitCode =
    death === undefined
      ? await time.until(runStep(dependencies))
      : await time.until(
          Promise.race([
            runStep({
              ...dependencies,
              send: request => death.unlessDead(wire.send(request)),
              sleep: (milliseconds, signal) => death.unlessDead(time.sleep(milliseconds, signal)),
            }),
            death.comes,
          ]),
        );
  const endedAt = time.now() - OPENING_MS;
  const sent = [...wire.exchanges];
  const state = { ...told.state };

  await time.finish(time.now() + 5_000);
  const post = createRecordingRunner();
  const never = new AbortController().signal;
  await time.until(
    postStep({
      ...dependencies,
      environment: { ...environment, ...named("STATE_", state) },
      runner: post.runner,
      secrets: createSecrets(() => undefined),
      stop: never,
      abandon: never,
      timeLeftMs: () => 5_000,
    }),
  );
  const sentByPost = wire.exchanges.slice(sent.length);
  // What is under way reaches the server after both have gone, and its runs come to their end.
  await time.finish(time.now() + 600_000);
  const { lines, warnings, errors, outputs, summary } = told;
  return {
    exitCode,
    outputs,
    state,
    lines,
    warnings,
    errors,
    summary: summary(),
    endedAt,
    etlworks,
    sent,
    sentByPost,
    postLines: [...post.lines, ...post.warnings],
  };
}

/** Who is dead does not learn what comes after, and so does nothing more. */
function deathAt(time: VirtualTime, milliseconds: number) {
  let dead = false;
  const comes = new Promise<undefined>(resolve => {
    time.after(milliseconds, () => {
      dead = true;
      resolve(undefined);
    });
  });
  const never = new Promise<never>(() => undefined);
  const unlessDead = async <Value>(work: Promise<Value>): Promise<Value> => {
    const value = await work;
    return dead ? never : value;
  };
  return { comes, unlessDead };
}

/** As the runner passes them: only inputs are known by their names in capitals. */
function named(
  prefix: "INPUT_" | "STATE_",
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const inCapitals = prefix === "INPUT_";
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      `${prefix}${inCapitals ? name.toUpperCase() : name}`,
      value,
    ]),
  );
}
