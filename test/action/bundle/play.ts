import type { FaultRule } from "../../sandbox/faults.ts";
import type { Flow } from "../../sandbox/flow.ts";
import type { Plan } from "../../sandbox/run.ts";
import {
  type RecordedRequest,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from "../../sandbox/server.ts";
import { type RunningStep, runStep, type StepOptions, type StepResult } from "../run-bundle.ts";

/** A step, the server it meets, and what happens meanwhile. */
export interface Scene {
  readonly sandbox?: SandboxOptions;
  /** Fields of flow 7, "Load orders", whose runs take 20 ms unless told. */
  readonly flow?: Partial<Flow>;
  /** How its runs go; short for `flow: { runs }`. */
  readonly run?: Plan;
  readonly faults?: readonly FaultRule[];
  /** Changes the server before the step begins. */
  readonly before?: (sandbox: Sandbox) => void;
  /** Added to the address and key of the server, and flow 7. */
  readonly inputs?:
    | Readonly<Record<string, string>>
    | ((sandbox: Sandbox) => Record<string, string>);
  readonly environment?:
    | StepOptions["environment"]
    | ((sandbox: Sandbox) => StepOptions["environment"]);
  readonly whileRunning?: (step: StepOnStage) => Promise<void>;
  readonly patienceMs?: number;
  readonly prepare?: StepOptions["prepare"];
  readonly inspect?: StepOptions["inspect"];
  /** Other inputs than those of main, as a composite action can give them. */
  readonly postInputs?: (inputs: Readonly<Record<string, string>>) => Record<string, string>;
  /** Then runs the post step, with what the step saved. */
  readonly post?: true | ((sandbox: Sandbox, main: StepResult) => void | Promise<void>);
}

export interface StepOnStage extends RunningStep {
  readonly sandbox: Sandbox;
  /** Resolves at the next request that matches (method, space, path), before its answer. */
  readonly asked: (pattern: RegExp) => Promise<RecordedRequest>;
}

/** What a scene left behind. */
export interface Played extends StepResult {
  readonly sandbox: Sandbox;
  /** The log as a reader sees it, commands as `[name] title: text`, masks left out. */
  readonly log: readonly string[];
  /** Requests of the step in order: method, path below `/rest`, body. */
  readonly wire: readonly string[];
  /** How many of them looked at a run. */
  readonly polls: number;
}

/** Plays a scene whose post step is of interest too. */
export async function playBoth(scene: Scene): Promise<{ main: Played; post: Played }> {
  const { main, post } = await perform({ post: true, ...scene });
  if (post === undefined) throw new Error("the post step was not played");
  return { main, post };
}

export async function play(scene: Scene): Promise<Played> {
  return (await perform(scene)).main;
}

export const FLOW: Flow = { id: 7, name: "Load orders", runs: [{ runningMs: 20 }] };

async function perform(scene: Scene): Promise<{ main: Played; post: Played | undefined }> {
  const listeners = new Set<(request: RecordedRequest) => void>();
  const runs = scene.run === undefined ? {} : { runs: [{ runningMs: 20, ...scene.run }] };
  const sandbox = await startSandbox({
    flows: [{ ...FLOW, ...runs, ...scene.flow }],
    stopRequest: STOP_REQUEST,
    ...scene.sandbox,
    onRequest: request => {
      for (const listener of listeners) listener(request);
    },
  });
  try {
    scene.before?.(sandbox);
    for (const fault of scene.faults ?? []) sandbox.fault(fault);
    const given = typeof scene.inputs === "function" ? scene.inputs(sandbox) : scene.inputs;
    const inputs = {
      "base-url": sandbox.baseUrl,
      "api-key": sandbox.apiKey,
      "flow-id": "7",
      ...given,
    };
    const environment =
      typeof scene.environment === "function" ? scene.environment(sandbox) : scene.environment;
    const common = {
      inputs,
      secrets: () => tokensOn(sandbox),
      ...(environment === undefined ? {} : { environment }),
      ...(scene.patienceMs === undefined ? {} : { patienceMs: scene.patienceMs }),
      ...(scene.prepare === undefined ? {} : { prepare: scene.prepare }),
      ...(scene.inspect === undefined ? {} : { inspect: scene.inspect }),
    };
    const late: string[] = [];
    const { whileRunning } = scene;
    const main = await runStep({
      ...common,
      onStart(files) {
        // A dry run has no run in hand.
        if (given?.["dry-run"] === "true") return;
        listeners.add(request => late.push(...savedTooLate(request, files())));
      },
      ...(whileRunning === undefined
        ? {}
        : {
            whileRunning: (step: RunningStep) =>
              whileRunning({ ...step, sandbox, asked: pattern => next(listeners, pattern) }),
          }),
    });
    listeners.clear();
    if (late.length > 0) throw new Error(late.join("\n"));
    const requests = [...sandbox.requests];
    const played = present(main, sandbox, requests);
    if (scene.post === undefined) return { main: played, post: undefined };

    if (typeof scene.post === "function") await scene.post(sandbox, main);
    const already = sandbox.requests.length;
    const post = await runStep({
      ...common,
      inputs: scene.postInputs?.(inputs) ?? inputs,
      phase: "post",
      state: main.state,
    });
    return { main: played, post: present(post, sandbox, sandbox.requests.slice(already)) };
  } finally {
    await sandbox.close();
  }
}

/** The requests that most scenes have in common, as `Played.wire` writes them. */
export const HISTORY = "GET /v1/executions/7/history?limit=20&offset=0";
export const START = "POST /v1/flows/7/run {}";
export const look = (auditId = "8721934") => `GET /v1/executions/7?auditId=${auditId}`;
/** And the first line of most logs. */
export const started = (auditId = "8721934") => `Started flow 7 on HOST · audit id ${auditId}`;

/** The stop call of the stand-in; the real one is not public. */
export const STOP_REQUEST = "POST /v1/flows/{flow-id}/stop?auditId={audit-id}";

/** Every step: the id of a run is an output and part of the state before the run is looked at. */
function savedTooLate(
  request: RecordedRequest,
  { outputs, state }: ReturnType<RunningStep["files"]>,
): string[] {
  const auditId = /^\/rest\/v1\/executions\/\d+\?auditId=(\d+)/.exec(request.path)?.[1];
  if (auditId === undefined) return [];
  return [
    ...(outputs["audit-id"] === auditId ? [] : [`run ${auditId} is polled at, but no output yet`]),
    ...(Object.entries(state).some(
      ([name, text]) => name.startsWith("run-") && text.includes(`"auditId":"${auditId}"`),
    )
      ? []
      : [`run ${auditId} is polled at, but not saved yet`]),
    ...(state["settings"] === undefined ? ["what post needs is not saved"] : []),
  ];
}

function next(
  listeners: Set<(request: RecordedRequest) => void>,
  pattern: RegExp,
): Promise<RecordedRequest> {
  return new Promise(resolve => {
    const listener = (request: RecordedRequest) => {
      if (!pattern.test(`${request.method} ${request.path}`)) return;
      listeners.delete(listener);
      resolve(request);
    };
    listeners.add(listener);
  });
}

function tokensOn(sandbox: Sandbox): string[] {
  return sandbox.requests.flatMap(({ headers }) => {
    const header = headers["authorization"];
    return header === undefined ? [] : [header.replace(/^Bearer /, "")];
  });
}

function present(
  result: StepResult,
  sandbox: Sandbox,
  requests: readonly RecordedRequest[],
): Played {
  return {
    ...result,
    sandbox,
    log: logOf(result),
    wire: requests.map(({ method, path, body }) =>
      `${method} ${path.replace(/^\/rest/, "")} ${body}`.trim(),
    ),
    polls: requests.filter(({ path }) => path.includes("?auditId=")).length,
  };
}

function logOf({ stdout }: StepResult): string[] {
  return stdout
    .split("\n")
    .filter(line => line !== "" && !line.startsWith("::add-mask::"))
    .map(line => {
      const [, name, title, text = ""] = /^::([\w-]+)(?: title=([^:]*))?::(.*)$/.exec(line) ?? [];
      const shown =
        name === undefined ? line : `[${name}] ${title === undefined ? "" : `${title}: `}${text}`;
      return plain(
        shown.trim().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%25", "%"),
      );
    });
}

/** The outputs, with times and lengths replaced by what they are, and the result as an object. */
export function plainOutputs({ outputs }: StepResult): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(outputs)) {
    // `results` is checked with every step.
    if (name === "results") continue;
    shown[name] = name === "result" ? JSON.parse(value, nameMeasures) : plain(value);
  }
  return shown;
}

function nameMeasures(key: string, value: unknown): unknown {
  if (key === "durationSeconds" && typeof value === "number") return "N";
  const isTime = key === "startedAt" || key === "endedAt";
  return isTime && typeof value === "string" ? plain(value) : value;
}

/** The summary without its times. */
export function plainSummary({ summary }: StepResult): string {
  return plain(summary).replaceAll(/\b\d{13}\b/g, "MS");
}

/** Ports and durations differ each time; `60m`, `2 minutes` and the like are texts and stay. */
export function plain(text: string): string {
  return text
    .replaceAll(/127\.0\.0\.1:\d+/g, "HOST")
    .replaceAll(/· \d+s(?= |$)/g, "· Ns")
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+Z| UTC)/g, "TIME");
}
