import { AsyncLocalStorage } from "node:async_hooks";
import { createAccess } from "../../lambda/aws/etlworks-access.ts";
import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import type { HttpReply, HttpRequest } from "../../shared/etlworks/http/http.ts";
import { createSecrets } from "../../shared/secrets.ts";
import { UserError } from "../../shared/user-error.ts";
import type { FaultRule } from "../sandbox/faults.ts";
import type { Model, ModelOptions } from "../sandbox/model.ts";
import type { CallerTime } from "../virtual/caller-time.ts";
import { createVirtualEtlworks, pathOf } from "../virtual/virtual-etlworks.ts";

/** A request that met no server at all. */
export interface Unreachable {
  readonly kind: "unreachable";
  readonly method?: string;
  readonly path?: RegExp;
  readonly times: number;
}

export interface WorldOptions extends Omit<Partial<ModelOptions>, "now"> {
  readonly faults?: readonly FaultRule[];
  readonly unreachable?: readonly Unreachable[];
  /** The text of the secret; the key of an Operator when it is left out. */
  readonly secret?: string;
  /** From this second on the secret may not be read. */
  readonly secretDeniedAfterSeconds?: number;
  /** Happens when the n-th request (from 1) has been answered. */
  readonly afterRequest?: (count: number, model: Model, time: CallerTime) => void;
}

/** An Etlworks instance without sockets, and a client for it. */
export interface World {
  readonly model: Model;
  /** Of the process that runs now. */
  client: EtlworksClient;
  /** A new process: nothing is left of the old one's caches. */
  restart(): void;
  /** `GET /rest/…` or `POST /rest/… {…}`, with the second at which each was sent. */
  readonly wire: readonly Sent[];
  /** Called before a request leaves and after the server has acted on it. */
  crashAt: ((moment: "before" | "after", count: number) => boolean) | undefined;
}

export interface Sent {
  readonly line: string;
  readonly second: number;
}

/** One process. Work that belongs to a dead one must not reach the world any more. */
export interface Life {
  alive: boolean;
  readonly onDeath: () => void;
}

export const lives = new AsyncLocalStorage<Life>();

/** Ends a process in the middle of what it does: neither an answer nor an error comes back to it. */
export function die(life: Life): Promise<never> {
  life.alive = false;
  life.onDeath();
  return new Promise(() => {});
}

/** How long an exchange takes, so that times differ from one to the next. */
const EXCHANGE_MS = 100;

export function createWorld(time: CallerTime, options: WorldOptions = {}): World {
  const etlworks = createVirtualEtlworks({ ...options, now: time.now });
  const { model } = etlworks;
  const network = etlworks.connect({ sleep: time.sleep, thereMs: EXCHANGE_MS });
  for (const rule of options.faults ?? []) etlworks.fault(rule);
  const gone = (options.unreachable ?? []).map(rule => ({ ...rule, left: rule.times }));
  const wire: Sent[] = [];
  const epoch = time.now();

  const world: World = {
    model,
    wire,
    crashAt: undefined,
    client: connect(),
    restart() {
      world.client = connect();
    },
  };
  return world;

  function connect(): EtlworksClient {
    const text = options.secret ?? etlworks.apiKey;
    return createAccess({
      baseUrl: etlworks.baseUrl,
      async fetchSecret() {
        const seconds = (time.now() - epoch) / 1_000;
        if (seconds > (options.secretDeniedAfterSeconds ?? Number.POSITIVE_INFINITY)) {
          throw new UserError("The function may not read the secret.");
        }
        return { kind: "text", text };
      },
      send,
      secrets: createSecrets(() => {}),
      now: time.now,
      epochMs: time.now,
      monotonicMs: time.now,
      onRequest: () => {},
    });
  }

  async function send(request: HttpRequest): Promise<HttpReply> {
    const life = lives.getStore();
    if (life?.alive === false) return new Promise(() => {});
    const count = wire.length + 1;
    if (life !== undefined && world.crashAt?.("before", count) === true) return die(life);
    const path = pathOf(request);
    const line = [request.method, path, request.body].filter(part => part !== undefined).join(" ");
    wire.push({ line, second: Math.round((time.now() - epoch) / 1_000) });
    const reply = await exchange(request, path);
    options.afterRequest?.(count, model, time);
    if (life !== undefined && world.crashAt?.("after", count) === true) return die(life);
    return reply;
  }

  async function exchange(request: HttpRequest, path: string): Promise<HttpReply> {
    const unreachable = gone.find(
      rule =>
        rule.left > 0 &&
        (rule.method ?? request.method) === request.method &&
        (rule.path === undefined || rule.path.test(path)),
    );
    if (unreachable === undefined) return network(request);
    unreachable.left -= 1;
    await time.sleep(EXCHANGE_MS);
    return { kind: "unreachable", reason: "connection refused (ECONNREFUSED)", permanent: false };
  }
}
