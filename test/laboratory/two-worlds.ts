import { apiKeyCredentials, loginCredentials } from "../../shared/etlworks/credentials.ts";
import {
  createEtlworksClient,
  type EtlworksClient,
} from "../../shared/etlworks/etlworks-client.ts";
import { createHttp, type SendHttp } from "../../shared/etlworks/http/http.ts";
import { createTokenCalls } from "../../shared/etlworks/token-calls.ts";
import { createProcessHost, type Sleep } from "../../shared/run/process-host.ts";
import { runFlow } from "../../shared/run/run-flow.ts";
import type { RunEvent, RunRequest } from "../../shared/run/run-request.ts";
import type { Fault, FaultRule } from "../sandbox/faults.ts";
import type { Model, ModelOptions } from "../sandbox/model.ts";
import { startSandbox } from "../sandbox/server.ts";
import type { User } from "../sandbox/users.ts";
import { createVirtualEtlworks } from "../virtual/virtual-etlworks.ts";
import { createVirtualTime } from "../virtual/virtual-time.ts";
import { createVirtualWire, type Fate } from "../virtual/virtual-wire.ts";

/** One scene that is played twice: over sockets against the sandbox, and over the virtual wire. */
export interface Scene {
  readonly server: Omit<ModelOptions, "now">;
  readonly faults?: readonly FaultRule[];
  /** Whom the client is. Default: the first user, by key. */
  readonly user?: User;
  readonly signIn?: "key" | "login";
}

/** What a scene is played with. */
export interface Stage {
  readonly client: EtlworksClient;
  readonly model: Model;
  /** Runs a flow on a process host whose sleeps take no real time. */
  readonly run: (request: RunRequest) => Promise<unknown>;
  /** Lets the server's clock go on. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

type Play<Result> = (stage: Stage) => Promise<Result>;

/** What a scene looked like. Times of the server's clock are left in, those of sockets are not. */
export interface Performance<Result> {
  readonly result: Result;
  readonly requests: readonly string[];
  readonly runs: Model["runs"];
}

/** The timers of the client and of the sandbox: stand still until told. */
export interface Timers {
  readonly advance: (milliseconds: number) => void;
}

/** Longer than any delay or drip of the scenes, and shorter than any time limit. */
const SLOW_MS = 1_000;

export const BEGINNING = Date.UTC(2026, 4, 9, 6, 0, 0);

export async function playOverSockets<Result>(
  scene: Scene,
  play: Play<Result>,
  timers: Timers,
): Promise<Performance<Result>> {
  let elapsed = 0;
  const now = () => BEGINNING + elapsed;
  let timeLimitMs = 0;
  const sandbox = await startSandbox({
    ...scene.server,
    now,
    onRequest({ fault }) {
      // What a fault waits for comes when the request has arrived, and not by the time of a machine
      // that may be busy with other tests.
      const waitsMs = fault === "hang" ? timeLimitMs : isSlow(fault) ? SLOW_MS : 0;
      if (waitsMs > 0) setImmediate(() => timers.advance(waitsMs));
    },
  });
  for (const rule of scene.faults ?? []) sandbox.fault(rule);
  const http = createHttp({});
  const send: SendHttp = async request => {
    ({ timeLimitMs } = request);
    // On a pooled connection a read that breaks is repeated at once; the virtual wire has no pool.
    const reply = await http.send({ ...request, connection: "own" });
    if (reply.kind === "broken" && reply.reason.startsWith("no complete answer")) {
      elapsed += timeLimitMs;
    }
    // Node writes its own clock where the sandbox writes none.
    const date = new Date(now()).toUTCString();
    return reply.kind === "answer" ? { ...reply, headers: { ...reply.headers, date } } : reply;
  };
  try {
    const clock = { monotonicMs: () => elapsed, epochMs: now };
    const sleep = async (milliseconds: number) => {
      elapsed += milliseconds;
    };
    const baseUrl = new URL("http://sandbox.invalid/rest");
    const stage = stageOf(scene, {
      clock,
      sleep,
      baseUrl,
      model: sandbox.model,
      send: request => send({ ...request, url: new URL(toSandbox(request.url, sandbox.origin)) }),
    });
    const result = await play(stage);
    const requests = sandbox.requests.map(({ method, path, body }) => lineOf(method, path, body));
    return { result, requests, runs: sandbox.model.runs };
  } finally {
    http.close();
    await sandbox.close();
  }
}

export async function playVirtually<Result>(
  scene: Scene,
  play: Play<Result>,
): Promise<Performance<Result>> {
  const time = createVirtualTime();
  const serverNow = () => BEGINNING + time.now();
  const etlworks = createVirtualEtlworks({ ...scene.server, now: serverNow });
  for (const rule of scene.faults ?? []) etlworks.fault(rule);
  const wire = createVirtualWire({
    time,
    serverNow,
    fateOf: request => fateOf(etlworks.takeFault(request)),
    answer: ({ request }) => etlworks.arrive(request),
  });
  const send: SendHttp = async request => {
    const reply = await wire.send(request);
    const date = new Date(serverNow()).toUTCString();
    return reply.kind === "answer" ? { ...reply, headers: { ...reply.headers, date } } : reply;
  };
  const stage = stageOf(scene, {
    send,
    model: etlworks.model,
    clock: { monotonicMs: time.now, epochMs: serverNow },
    sleep: time.sleep,
    baseUrl: new URL("http://sandbox.invalid/rest"),
  });
  const result = await time.until(play(stage));
  const requests = wire.exchanges.map(({ request, path }) =>
    lineOf(request.method, path, request.body ?? ""),
  );
  return { result, requests, runs: etlworks.model.runs };
}

function stageOf(
  scene: Scene,
  dependencies: {
    readonly send: SendHttp;
    readonly baseUrl: URL;
    readonly model: Model;
    readonly clock: { monotonicMs: () => number; epochMs: () => number };
    readonly sleep: Sleep;
  },
): Stage {
  const { send, baseUrl, model, clock, sleep } = dependencies;
  const never = new AbortController().signal;
  const user = scene.user ?? scene.server.users[0];
  if (user === undefined) throw new Error("A scene needs a user.");
  const redact = (text: string) => text;
  const connection = { send, baseUrl, redact, ...clock };
  const { login, password, apiKey = "" } = user;
  const credentials =
    scene.signIn === "login"
      ? loginCredentials(createTokenCalls({ ...connection, login, password }), () => undefined)
      : apiKeyCredentials(apiKey);
  const client = createEtlworksClient({ ...connection, credentials });
  return {
    client,
    model,
    wait: milliseconds => sleep(milliseconds, never),
    async run(request) {
      const events: RunEvent[] = [];
      const host = createProcessHost({
        clock,
        sleep,
        random: () => 0.5,
        stop: never,
        abandon: never,
      });
      const names = { baseUrl: "base-url", credentials: "the API key", flow: "flow-id" };
      const report = (event: RunEvent) => void events.push(event);
      const ending = await runFlow({ request, client, host, report, names }).catch(String);
      return { events, ending };
    },
  };
}

function fateOf(fault: Fault | undefined): Fate {
  // A delay on a socket takes real time, which neither clock counts.
  return fault === undefined || fault.kind === "delay" ? {} : { fault };
}

function toSandbox(url: URL, origin: string): string {
  return origin + url.pathname + url.search;
}

function lineOf(method: string, path: string, body: string): string {
  return `${method} ${path} ${body}`.trim();
}

function isSlow(fault: Fault["kind"] | undefined): boolean {
  return fault === "delay" || fault === "slow-drip";
}
