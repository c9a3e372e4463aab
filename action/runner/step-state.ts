import { isFlowId } from "../../shared/flow-id.ts";
import { isObject, type JsonObject, parseJson } from "../../shared/json.ts";
import { isStopRequest, type RunToStop, type StopRequest } from "../../shared/run/stop-run.ts";
import type { WorkflowRunner } from "./workflow-runner.ts";

/**
 * What the post step cannot take from its inputs, because a runner may hand it other ones (those of
 * a composite action around it, say). Saved before the first request. Holds no secret.
 */
export interface StepSettings {
  /** Ends in `/rest`. */
  readonly baseUrl: string;
  readonly failOnWarning: boolean;
  /** Which credentials of the inputs are meant: the inputs of another action may hold more. */
  readonly signIn?: "key" | "login";
  readonly stopRequest?: StopRequest;
}

/**
 * A run that this step has in hand. `following`: if the step is found dead in this phase, nobody saw
 * the run end. `stopping`: the stop was sent. `settled`: nothing is left to do. `not-ours`: the
 * server named a run that our start did not begin, so it is left alone.
 */
export interface RunState extends RunToStop {
  readonly phase: "following" | "stopping" | "settled" | "not-ours";
  /** When the start was sent, by the server's clock: a run that began long before is not ours. */
  readonly sentAt?: number;
  /** The newest time that the history showed before the start: ours began no earlier. */
  readonly newestAt?: number;
  /** Its record was read, and says nothing against its being ours. */
  readonly seen?: boolean;
  /** Another run was started in its place: how it ended decides nothing. */
  readonly retried?: boolean;
}

/** A start of this step. `unanswered`: if the step is found dead so, nobody knows what came of it. */
export interface StartState {
  readonly flowId: number;
  readonly unanswered: boolean;
}

/** A commit status that is shown as pending until somebody concludes it. */
export interface StatusState {
  readonly context: string;
  readonly concluded: boolean;
  /** How many flows it tells of. One that never began left no run, and went well in no case. */
  readonly flows?: number;
  /** How the step ended, where it could only not tell GitHub. */
  readonly end?: StatusEnd;
}

export interface StatusEnd {
  readonly state: FinalState;
  /** As GitHub takes it. */
  readonly description: string;
}

/** `failure`: the run did not go well. `error`: whether it did is not known. */
export type FinalState = (typeof FINAL_STATES)[number];
const FINAL_STATES = ["success", "failure", "error"] as const;

export interface StepState {
  /** `undefined` when the step never got so far as to send anything. */
  readonly settings: StepSettings | undefined;
  readonly runs: readonly RunState[];
  /** The starts that were sent, and of which nobody knows what came of them. */
  readonly openStarts: readonly StartState[];
  readonly status: StatusState | undefined;
}

export const SETTINGS_STATE = "settings";
export const STATUS_STATE = "status";

/** A value of its own for each run, since each save adds the whole value to the runner's file. */
export const runStateName = (index: number) => `run-${index}`;

/** The same for what is known before there is a run, by the run's index. */
export const startStateName = (index: number) => `start-${index}`;

export function writeSettings(settings: StepSettings): string {
  const { baseUrl, failOnWarning, signIn, stopRequest } = settings;
  const request =
    stopRequest === undefined ? {} : { method: stopRequest.method, path: stopRequest.path };
  return JSON.stringify({
    baseUrl,
    failOnWarning,
    ...(signIn === undefined ? {} : { signIn }),
    ...(stopRequest === undefined ? {} : { stopRequest: request }),
  });
}

export function writeRun(run: RunState): string {
  const { flowId, auditId, origin, phase, sentAt, newestAt, seen, retried } = run;
  return JSON.stringify({
    flowId,
    auditId,
    origin,
    phase,
    ...(sentAt === undefined ? {} : { sentAt }),
    ...(newestAt === undefined ? {} : { newestAt }),
    ...(seen === true ? { seen } : {}),
    ...(retried === true ? { retried } : {}),
  });
}

export function writeStart({ flowId, unanswered }: StartState): string {
  return JSON.stringify({ flowId, unanswered });
}

export function writeStatus({ context, concluded, flows, end }: StatusState): string {
  return JSON.stringify({
    context,
    concluded,
    ...(flows === undefined ? {} : { flows }),
    ...(end === undefined ? {} : { end: { state: end.state, description: end.description } }),
  });
}

/** Keeps for the post step what it must know of the commit status. */
export async function saveStatus(
  runner: Pick<WorkflowRunner, "saveState">,
  status: StatusState,
): Promise<void> {
  await runner.saveState(STATUS_STATE, writeStatus(status));
}

/** From `STATE_*`, as the runner passes them to the post step. What cannot be read is left out. */
export function readState(environment: Readonly<Record<string, string | undefined>>): StepState {
  const read = (name: string) => objectOf(environment[`STATE_${name}`] ?? "");
  const indexes = (name: RegExp) =>
    Object.keys(environment)
      .flatMap(variable => name.exec(variable)?.[1] ?? [])
      .map(Number)
      .toSorted((one, other) => one - other);
  const runs = indexes(/^STATE_run-(\d{1,6})$/);
  return {
    settings: readSettings(read(SETTINGS_STATE)),
    runs: runs.flatMap(index => readRun(read(runStateName(index)))),
    openStarts: indexes(/^STATE_start-(\d{1,6})$/)
      .filter(index => !runs.includes(index))
      .flatMap(index => readStart(read(startStateName(index))))
      .filter(({ unanswered }) => unanswered),
    status: readStatus(read(STATUS_STATE)),
  };
}

function objectOf(text: string): JsonObject {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function readSettings(value: JsonObject): StepSettings | undefined {
  const { baseUrl, failOnWarning, signIn, stopRequest } = value;
  const url = typeof baseUrl === "string" ? URL.parse(baseUrl) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return undefined;
  // As main writes it, and nothing else: the credentials go there.
  const asWritten = `${url.origin}${url.pathname}`;
  if (url.href !== asWritten || !url.pathname.endsWith("/rest")) return undefined;
  const request = readRequest(stopRequest);
  return {
    baseUrl: url.href,
    failOnWarning: failOnWarning === true,
    ...(signIn === "key" || signIn === "login" ? { signIn } : {}),
    ...(request === undefined ? {} : { stopRequest: request }),
  };
}

function readRequest(value: unknown): StopRequest | undefined {
  if (!isObject(value)) return undefined;
  const { method, path } = value;
  if (typeof method !== "string" || typeof path !== "string") return undefined;
  // As the input takes it: any other method or path would end the post step, or leave the address.
  return isStopRequest({ method, path }) ? { method, path } : undefined;
}

function readStart({ flowId, unanswered }: JsonObject): StartState[] {
  return isFlowId(flowId) && typeof unanswered === "boolean" ? [{ flowId, unanswered }] : [];
}

function readRun(value: JsonObject): RunState[] {
  const { flowId, auditId, origin, phase, sentAt, newestAt, seen, retried } = value;
  if (!isFlowId(flowId)) return [];
  if (typeof auditId !== "string" || !/^[1-9]\d{0,18}$/.test(auditId)) return [];
  if (origin !== "started" && origin !== "adopted" && origin !== "attached") return [];
  const known = PHASES.find(word => word === phase);
  if (known === undefined) return [];
  return [
    {
      flowId,
      auditId,
      origin,
      phase: known,
      ...(typeof sentAt === "number" ? { sentAt } : {}),
      ...(typeof newestAt === "number" ? { newestAt } : {}),
      ...(seen === true ? { seen } : {}),
      ...(retried === true ? { retried } : {}),
    },
  ];
}

const PHASES = ["following", "stopping", "settled", "not-ours"] as const;

function readStatus({ context, concluded, flows, end }: JsonObject): StatusState | undefined {
  if (typeof context !== "string" || context === "" || typeof concluded !== "boolean") {
    return undefined;
  }
  const known = readEnd(end);
  return {
    context,
    concluded,
    ...(typeof flows === "number" ? { flows } : {}),
    ...(known === undefined ? {} : { end: known }),
  };
}

function readEnd(value: unknown): StatusEnd | undefined {
  if (!isObject(value)) return undefined;
  const { state, description } = value;
  const known = FINAL_STATES.find(word => word === state);
  return known === undefined || typeof description !== "string"
    ? undefined
    : { state: known, description };
}
