import { AsyncLocalStorage } from "node:async_hooks";
import { createAccess } from "../../lambda/aws/etlworks-access.ts";
import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import type { HttpReply, HttpRequest } from "../../shared/etlworks/http.ts";
import { createSecrets } from "../../shared/secrets.ts";
import { UserError } from "../../shared/user-error.ts";
import { createFaults, type FaultRule, reachesTheServer, spoil } from "../sandbox/faults.ts";
import { createModel, type Model, type ModelOptions } from "../sandbox/model.ts";
import type { ApiReply } from "../sandbox/reply.ts";
import { exampleUsers } from "../sandbox/users.ts";

/** Time for a test: passes only when somebody waits. */
export interface TestTime {
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
}

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
  readonly afterRequest?: (count: number, model: Model, time: TestTime) => void;
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

export function createWorld(time: TestTime, options: WorldOptions = {}): World {
  const users = exampleUsers();
  const operator = users.find(({ role }) => role === "Operator");
  const model = createModel({ users, flows: [], ...options, now: time.now });
  const faults = createFaults();
  for (const rule of options.faults ?? []) faults.add(rule);
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
    const text = options.secret ?? operator?.apiKey ?? "";
    return createAccess({
      baseUrl: new URL("http://127.0.0.1/rest"),
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
    const path = request.url.pathname + request.url.search;
    const line = [request.method, path, request.body].filter(part => part !== undefined).join(" ");
    wire.push({ line, second: Math.round((time.now() - epoch) / 1_000) });
    const reply = await exchange(request, path);
    options.afterRequest?.(count, model, time);
    if (life !== undefined && world.crashAt?.("after", count) === true) return die(life);
    return reply;
  }

  async function exchange(request: HttpRequest, path: string): Promise<HttpReply> {
    await time.wait(EXCHANGE_MS);
    const { method, headers, body = "" } = request;
    const unreachable = gone.find(
      rule =>
        rule.left > 0 &&
        (rule.method ?? method) === method &&
        (rule.path === undefined || rule.path.test(path)),
    );
    if (unreachable !== undefined) {
      unreachable.left -= 1;
      return { kind: "unreachable", reason: "connection refused (ECONNREFUSED)", permanent: false };
    }
    const ask = (): ApiReply => model.answer({ method, path, headers, body });
    const fault = faults.take(method, path);
    if (fault === undefined) return answer(ask());
    const reply = reachesTheServer(fault) ? ask() : undefined;
    if (fault.kind === "hang") {
      await time.wait(request.timeLimitMs);
      return { kind: "broken", reason: "no complete answer in time" };
    }
    if (fault.kind === "reset" || fault.kind === "hang-up") {
      return { kind: "broken", reason: "connection reset (ECONNRESET)" };
    }
    if (fault.kind === "half-body") {
      return { kind: "broken", reason: "the answer broke off in the middle" };
    }
    return answer(spoil(fault, path.replace(/\?.*$/s, ""), time.now(), reply));
  }
}

function answer({ status, headers, body }: ApiReply): HttpReply {
  return { kind: "answer", status, headers, body, cut: false };
}

/** Time that a single caller moves on by waiting. Begins at a fixed date. */
export function createTestTime(): TestTime & { now: () => number; advanceTo(at: number): void } {
  let now = Date.UTC(2026, 10, 23, 12);
  return {
    now: () => now,
    async wait(milliseconds) {
      now += milliseconds;
    },
    advanceTo(at) {
      now = Math.max(now, at);
    },
  };
}
