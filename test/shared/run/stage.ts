import { expect } from "vitest";
import type { EtlworksClient, HistoryPage } from "../../../shared/etlworks/etlworks-client.ts";
import type { StartAnswer } from "../../../shared/etlworks/replies/etlworks-replies.ts";
import type { Execution } from "../../../shared/etlworks/replies/execution.ts";
import type { Call, Reply } from "../../../shared/etlworks/replies/reply.ts";
import { isObject } from "../../../shared/json.ts";
import type { Host } from "../../../shared/run/host.ts";
import type { Outcome } from "../../../shared/run/outcome.ts";
import { createProcessHost } from "../../../shared/run/process-host.ts";
import type { RunEvent, RunRequest, Task } from "../../../shared/run/run-request.ts";
import { UserError } from "../../../shared/user-error.ts";
import { createVirtualTime, type VirtualTime } from "../../virtual/virtual-time.ts";

/** The script for one kind of call: a reply for each, the last one for all that follow. */
type Script<Value> = readonly (Reply<Value> | ((at: number) => Reply<Value>))[];

export interface Play {
  readonly start?: Script<StartAnswer>;
  readonly history?: Script<HistoryPage>;
  readonly execution?: Script<Execution>;
  /** The status without an audit id. Default: 404. */
  readonly latest?: Script<Execution>;
  readonly request?: Partial<RunRequest>;
  /** Runs that this process knows as another's. */
  readonly foreignRuns?: readonly string[];
  readonly user?: string;
  /** How long each call takes. Default 0. */
  readonly tripMs?: { readonly start?: number; readonly history?: number; readonly look?: number };
  /** Default 0.5: no jitter. */
  readonly random?: () => number;
  /** When the host is told to stop; `abandon` comes 2 s later. */
  readonly stopAt?: number;
  readonly epochMs?: (now: number) => number;
  /** What the monotonic clock shows at the beginning. Default 0. */
  readonly begin?: number;
  /** Puts another host in place of the process host. */
  readonly host?: (host: Host) => Host;
}

/** One call as it was made: `start 0`, `history 0 (3000)`, with time and time limit. */
export interface Stage {
  readonly task: Task;
  readonly time: VirtualTime;
  /** Every call with the time at which it was made. */
  readonly calls: string[];
  readonly events: RunEvent[];
  /** The limits and signals that came with the calls, in their order. */
  readonly limits: Call[];
}

export const WALL = Date.UTC(2026, 4, 9, 6, 0, 0);

export const REQUEST: RunRequest = {
  flowId: 7,
  parameters: { file: "a.csv" },
  runQuery: "",
  ifRunning: "fail",
  wait: true,
  adoption: "strict",
  timeoutMs: 3_600_000,
  patienceMs: 60_000,
};

/** A core on a stage: a virtual clock, a process host, and a server that follows a script. */
export function stage(play: Play = {}): Stage {
  const time = createVirtualTime();
  const stop = new AbortController();
  const abandon = new AbortController();
  if (play.stopAt !== undefined) {
    time.after(play.stopAt, () => stop.abort());
    time.after(play.stopAt + 2_000, () => abandon.abort());
  }
  const calls: string[] = [];
  const limits: Call[] = [];
  const events: RunEvent[] = [];

  const scripted = <Value>(
    name: string,
    script: Script<Value> = [],
    tripMs = 0,
  ): ((call: Call | undefined) => Promise<Reply<Value>>) => {
    let count = 0;
    return async (call = {}) => {
      calls.push(`${name} ${Math.round(time.now())}`);
      limits.push(call);
      const entry = script[Math.min(count, script.length - 1)];
      count += 1;
      if (entry === undefined) throw new Error(`no reply is prepared for ${name}`);
      const { signal = new AbortController().signal } = call;
      if (!signal.aborted) await time.sleep(tripMs, signal);
      if (signal.aborted)
        return { kind: "stopped", mayHaveArrived: name === "start" && tripMs > 0 };
      return typeof entry === "function" ? entry(time.now()) : entry;
    };
  };
  const start = scripted("start", play.start, play.tripMs?.start);
  const history = scripted("history", play.history ?? [historyOf([])], play.tripMs?.history);
  const look = scripted("look", play.execution, play.tripMs?.look);
  const latest = scripted("latest", play.latest ?? [NOT_FOUND]);
  const client: EtlworksClient = {
    ...unused,
    start: (flowId, parameters, runQuery, call) => {
      expectSame({ flowId, parameters, runQuery }, request);
      return start(call);
    },
    history: (_flowId, page, call) => {
      if (page.limit !== 20) throw new Error("an odd page of history");
      if (page.offset > 0) calls.push(`from ${page.offset}`);
      return history(call);
    },
    execution: (_flowId, auditId, call) => {
      calls.push(`of ${auditId}`);
      return look(call);
    },
    latestExecution: (_flowId, call) => latest(call),
  };
  const host = createProcessHost({
    clock: {
      monotonicMs: () => (play.begin ?? 0) + time.now(),
      epochMs: () => play.epochMs?.(time.now()) ?? WALL + time.now(),
    },
    random: play.random ?? (() => 0.5),
    stop: stop.signal,
    abandon: abandon.signal,
    sleep: time.sleep,
  });
  const request: RunRequest = { ...REQUEST, ...play.request };
  const task: Task = {
    request,
    client,
    host: play.host?.(host) ?? host,
    report: event => {
      // That a start is sent stands among the calls.
      if (event.kind !== "starting") events.push(event);
    },
    names: { baseUrl: "base-url", credentials: "api-key", flow: "flow-id" },
    ...(play.foreignRuns === undefined ? {} : { foreignRuns: new Set(play.foreignRuns) }),
    ...(play.user === undefined ? {} : { user: play.user }),
  };
  return { task, time, calls, events, limits };
}

/** Plays work to its end. Its outcome must be plain data, which a durable execution keeps. */
export async function playToEnd(play: Play, work: (task: Task) => Promise<Outcome>) {
  const { task, time, calls, events } = stage(play);
  const outcome = await time.until(work(task));
  expect(JSON.parse(JSON.stringify(outcome))).toStrictEqual(outcome);
  return { outcome, calls, events, endedAt: Math.round(time.now()) };
}

/** The host, whose loops tell of each state that a check has given. */
export function tellingChecks(host: Host, tell: (state: unknown) => void): Host {
  return {
    ...host,
    until: (name, first, check, nextDelay) =>
      host.until(
        name,
        first,
        async state => {
          const next = await check(state);
          tell(next);
          return next;
        },
        nextDelay,
      ),
  };
}

/** The host, whose loops carry on without these members: as a release kept them that had none. */
export function forgetting(host: Host, ...members: readonly string[]): Host {
  return {
    ...host,
    until: (name, first, check, nextDelay) =>
      host.until(
        name,
        first,
        async state => {
          const kept = structuredClone(await check(state));
          if (!isObject(kept)) return kept;
          for (const member of members) Reflect.deleteProperty(kept, member);
          return kept;
        },
        nextDelay,
      ),
  };
}

/** What comes up in the middle of a call and only the user can fix. */
export function denied(): never {
  throw new UserError("The function may not read the secret.");
}

export const NOT_FOUND = { kind: "absent", status: 404, message: "not found" } as const;

/** A page of history with these runs. */
export function historyOf(
  executions: readonly Execution[],
  serverTime?: number,
): Extract<Reply<HistoryPage>, { kind: "value" }> {
  const value = { executions };
  return serverTime === undefined ? { kind: "value", value } : { kind: "value", value, serverTime };
}

export function answered(code: string, auditId?: string, exception?: string): Reply<StartAnswer> {
  return {
    kind: "value",
    value: {
      code,
      ...(auditId === undefined ? {} : { auditId }),
      ...(exception === undefined ? {} : { exception }),
    },
  };
}

export function status(word: string, more: Execution = {}): Reply<Execution> {
  return { kind: "value", value: { auditId: "11", status: word, ...more } };
}

export function fault(message = "it broke"): Extract<Reply<never>, { kind: "fault" }> {
  return { kind: "fault", message, website: false };
}

/** A client whose every call is a surprise. */
export const unused: EtlworksClient = {
  flows: () => surprise("flows"),
  flowPages: () => {
    throw new Error("unexpected call: flowPages");
  },
  flow: () => surprise("flow"),
  start: () => surprise("start"),
  execution: () => surprise("execution"),
  latestExecution: () => surprise("latestExecution"),
  history: () => surprise("history"),
  historyPages: () => {
    throw new Error("unexpected call: historyPages");
  },
  consoleLog: () => surprise("consoleLog"),
  send: () => surprise("send"),
};

function surprise(name: string): Promise<never> {
  return Promise.reject(new Error(`unexpected call: ${name}`));
}

function expectSame(sent: object, request: RunRequest): void {
  const { flowId, parameters, runQuery } = request;
  if (JSON.stringify(sent) !== JSON.stringify({ flowId, parameters, runQuery })) {
    throw new Error(`sent ${JSON.stringify(sent)}`);
  }
}
