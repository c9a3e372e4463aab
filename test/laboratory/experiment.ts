import { apiKeyCredentials, loginCredentials } from "../../shared/etlworks/credentials.ts";
import {
  createEtlworksClient,
  type EtlworksClient,
} from "../../shared/etlworks/etlworks-client.ts";
import type { SendHttp } from "../../shared/etlworks/http/http.ts";
import { createTokenCalls } from "../../shared/etlworks/token-calls.ts";
import type { Host } from "../../shared/run/host.ts";
import type { Outcome } from "../../shared/run/outcome.ts";
import { createProcessHost, type Sleep } from "../../shared/run/process-host.ts";
import { runFlow } from "../../shared/run/run-flow.ts";
import type { RunEvent } from "../../shared/run/run-request.ts";
import { stopRun } from "../../shared/run/stop-run.ts";
import { createSecrets } from "../../shared/secrets.ts";
import type { Model } from "../sandbox/model.ts";
import type { Run } from "../sandbox/run.ts";
import { createChance } from "../virtual/chance.ts";
import { createVirtualEtlworks } from "../virtual/virtual-etlworks.ts";
import { createVirtualTime, type VirtualTime } from "../virtual/virtual-time.ts";
import { createVirtualWire, type Exchange } from "../virtual/virtual-wire.ts";
import { createAdversary } from "./adversary.ts";
import { createWorld, EPOCH, FLOW_ID, OPENING_MS, STOP_REQUEST, type World } from "./world.ts";

/** How the core came out of it. */
export type Ending =
  | { readonly kind: "outcome"; readonly outcome: Outcome }
  /** Something was thrown, which must never happen. */
  | { readonly kind: "crash"; readonly error: unknown };

/** One experiment, whole: what the core said and did, and the truth. Times are virtual. */
export interface Protocol {
  readonly seed: number;
  readonly world: World;
  readonly events: readonly { readonly at: number; readonly event: RunEvent }[];
  readonly ending: Ending;
  readonly endedAt: number;
  readonly exchanges: readonly Exchange[];
  /** How many of the exchanges were before the ending; the rest are for the stop. */
  readonly exchangesAtEnd: number;
  /** The server's truth, long after the ending. */
  readonly runs: readonly Run[];
  /** The runs that were over when the core ended, and how. */
  readonly overAtEnd: ReadonlyMap<string, string>;
  /** Whether a stop was sent, and for which run. */
  readonly stopFor: string | undefined;
}

/** A defect that is planted on purpose, to see whether the laboratory finds it. */
export interface Defect {
  readonly send?: (send: SendHttp, dependencies: { readonly time: VirtualTime }) => SendHttp;
  readonly client?: (client: EtlworksClient) => EtlworksClient;
  readonly host?: (host: Host) => Host;
  readonly sleep?: (sleep: Sleep) => Sleep;
  readonly redact?: (text: string) => string;
}

/** The Action gives up a pending start this long after it was told to stop. */
export const ABANDON_AFTER_MS = 2_000;

/** Runs the core once in the world of this seed. */
export async function experiment(
  seed: number,
  options: { readonly defect?: Defect; readonly trace?: (line: string) => void } = {},
): Promise<Protocol> {
  const { defect = {}, trace } = options;
  const world = createWorld(seed);
  const time = createVirtualTime();
  const serverNow = () => EPOCH + world.serverSkewMs + Math.floor(time.now());
  const etlworks = createVirtualEtlworks({ ...world.server, now: serverNow });
  const { model } = etlworks;
  let wallOffset = 0;
  const stop = new AbortController();
  const abandon = new AbortController();
  schedule(world, time, model, {
    jump: byMs => {
      wallOffset += byMs;
    },
    stop,
    abandon,
    note: text => trace?.(line(time.now(), text)),
  });

  // The world and what happens in it must not share their chance: otherwise one draw more in the
  // world would change everything after it.
  const wire = createVirtualWire({
    time,
    serverNow,
    fateOf: createAdversary(world, createChance(-seed - 1), time.now),
    answer({ request }) {
      const reply = etlworks.arrive(request);
      if (world.dateHeader) return reply;
      const { date: _, ...others } = reply.headers;
      return { ...reply, headers: others };
    },
    ...(trace === undefined
      ? {}
      : { onReply: exchange => trace(line(time.now(), describe(exchange))) }),
  });

  const clock = {
    monotonicMs: time.now,
    epochMs: () => EPOCH + Math.floor(time.now()) + wallOffset,
  };
  const secrets = createSecrets(() => {});
  const send = defect.send?.(wire.send, { time }) ?? wire.send;
  const connection = {
    send,
    baseUrl: new URL("https://etl.example.com/rest"),
    redact: defect.redact ?? secrets.redact,
    ...clock,
  };
  const { apiKey = "", login, password } = world.user;
  secrets.add(world.signIn === "key" ? apiKey : password);
  const credentials =
    world.signIn === "key"
      ? apiKeyCredentials(apiKey)
      : loginCredentials(createTokenCalls({ ...connection, login, password }), secrets.add);
  const plainClient = createEtlworksClient({ ...connection, credentials });
  const client = defect.client?.(plainClient) ?? plainClient;
  const processHost = createProcessHost({
    clock,
    random: createChance(seed + 0.5).random,
    stop: stop.signal,
    abandon: abandon.signal,
    sleep: defect.sleep?.(time.sleep) ?? time.sleep,
  });
  const host = defect.host?.(processHost) ?? processHost;

  const events: { at: number; event: RunEvent }[] = [];
  await time.finish(OPENING_MS);
  const work = runFlow({
    request: world.request,
    client,
    host,
    report(event) {
      events.push({ at: time.now(), event });
      trace?.(line(time.now(), `event ${JSON.stringify(event)}`));
    },
    names: { baseUrl: "base-url", credentials: "the API key", flow: "flow-id" },
    ...(world.signIn === "login" ? { user: login } : {}),
  });
  const ending = await time.until(work.then(toEnding, toFailure)).catch(toFailure);
  const endedAt = time.now();
  const exchangesAtEnd = wire.exchanges.length;
  trace?.(line(endedAt, `ending ${JSON.stringify(ending)}`));
  const overAtEnd = new Map(
    model.runs.flatMap(({ auditId, endsAt, end }) =>
      end !== undefined && endsAt <= serverNow() ? [[auditId, end] as const] : [],
    ),
  );

  const toStop = runToStop(ending);
  if (toStop !== undefined) {
    const call = { timeLimitMs: 5_000 };
    const reply = await time.until(stopRun(client, STOP_REQUEST, toStop, call));
    trace?.(line(time.now(), `stop ${JSON.stringify(reply)}`));
  }
  // Requests that are still under way reach the server after we have gone.
  await time.finish(time.now() + 600_000);
  return {
    seed,
    world,
    events,
    ending,
    endedAt,
    exchanges: wire.exchanges,
    exchangesAtEnd,
    runs: model.runs,
    overAtEnd,
    stopFor: toStop?.auditId,
  };
}

function toEnding(outcome: Outcome): Ending {
  return { kind: "outcome", outcome };
}

function toFailure(error: unknown): Ending {
  return { kind: "crash", error };
}

/** As the Action does it: a run that is left behind is stopped, when told so. */
function runToStop(ending: Ending) {
  if (ending.kind !== "outcome") return undefined;
  const { outcome } = ending;
  if (outcome.kind !== "aborted" && outcome.kind !== "timed-out") return undefined;
  const { flowId, auditId, origin } = outcome;
  return auditId === undefined || origin === undefined ? undefined : { flowId, auditId, origin };
}

/** Plans what happens by itself. */
function schedule(
  world: World,
  time: VirtualTime,
  model: Model,
  hands: {
    readonly jump: (byMs: number) => void;
    readonly stop: AbortController;
    readonly abandon: AbortController;
    readonly note: (text: string) => void;
  },
): void {
  for (const { at, run } of world.strangers) {
    time.after(at, () => {
      const begun = model.begin(FLOW_ID, run);
      hands.note(`stranger's run by ${run.startedBy}: ${begun?.auditId ?? "the flow is busy"}`);
    });
  }
  for (const { at, endsRuns } of world.restarts) {
    time.after(at, () => {
      hands.note("the server restarts");
      model.expireTokens();
      const now = EPOCH + world.serverSkewMs + Math.floor(time.now());
      for (const run of model.runs) {
        if (endsRuns && run.endsAt > now) model.end(run.auditId, "error", "the instance restarted");
      }
    });
  }
  for (const { at, byMs } of world.wallJumps) {
    time.after(at, () => {
      hands.note(`the wall clock jumps by ${byMs} ms`);
      hands.jump(byMs);
    });
  }
  if (world.stopAt !== undefined) {
    time.after(world.stopAt, () => {
      hands.note("told to stop");
      hands.stop.abort("told to stop");
    });
    time.after(world.stopAt + ABANDON_AFTER_MS, () => hands.abandon.abort("out of patience"));
  }
}

function line(at: number, text: string): string {
  return `${((at - OPENING_MS) / 1_000).toFixed(3).padStart(10)}  ${text}`;
}

function describe(exchange: Exchange): string {
  const { number, request, path, fate, sentAt, arrivals, answered, reply } = exchange;
  const shortened = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text);
  const dependencies = [
    `#${number} ${request.method} ${path} sent ${((sentAt - OPENING_MS) / 1_000).toFixed(3)}`,
    `fate ${JSON.stringify(fate)}`,
    `arrived ${arrivals.length === 0 ? "never" : arrivals.map(at => ((at - OPENING_MS) / 1_000).toFixed(3)).join(" and ")}`,
    `server said ${answered === undefined ? "nothing" : shortened(`${answered.status} ${answered.body}`)}`,
    `caller got ${shortened(JSON.stringify(reply))}`,
  ];
  return dependencies.join("\n              ");
}
