import type { HttpReply, HttpRequest, SendHttp } from "../../shared/etlworks/http/http.ts";
import { type Fault, reachesTheServer } from "../sandbox/faults.ts";
import type { ApiReply } from "../sandbox/reply.ts";
import { afterFault, pathOf } from "./virtual-etlworks.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What will happen to one request. */
export interface Fate {
  /** Until the connection is there. `Infinity`: it never is. */
  readonly connectMs?: number;
  /** The connection is refused instead; `lasting` as a wrong certificate is. */
  readonly unreachable?: { readonly permanent: boolean };
  /** From the connection to the server; may be longer than the caller waits. */
  readonly travelMs?: number;
  /** The bytes are sent and arrive nowhere. */
  readonly lost?: boolean;
  /** The same request arrives once more, this much later, as a careless proxy makes it. */
  readonly againAfterMs?: number;
  /** A caller that hangs up takes the request with it, as long as it has not arrived. */
  readonly diesWithCaller?: boolean;
  /** From the server back to the caller. */
  readonly returnMs?: number;
  /** What the sandbox does to the exchange. */
  readonly fault?: Fault;
}

/** One request and what became of it: what the laboratory judges by. */
export interface Exchange {
  readonly number: number;
  readonly request: HttpRequest;
  /** With `/rest` and the query. */
  readonly path: string;
  readonly sentAt: number;
  readonly fate: Fate;
  /** When the server saw it; each time, if more than once. */
  readonly arrivals: number[];
  /** What the server itself answered, before anything was done to it on the way. */
  answered: ApiReply | undefined;
  /** What the caller got, and when. */
  reply: HttpReply | undefined;
  repliedAt: number;
}

export interface VirtualWire {
  readonly send: SendHttp;
  readonly exchanges: readonly Exchange[];
}

/**
 * HTTP without sockets: the same promises as `createHttp` makes, over a server that is a function,
 * in virtual time. The agreement suite holds it against the real thing.
 */
export function createVirtualWire(dependencies: {
  readonly time: VirtualTime;
  /** The server's clock, for `Retry-After` as a date. */
  readonly serverNow: () => number;
  readonly answer: (exchange: Exchange) => ApiReply;
  readonly fateOf: (request: HttpRequest) => Fate;
  readonly onReply?: (exchange: Exchange) => void;
}): VirtualWire {
  const { time } = dependencies;
  const exchanges: Exchange[] = [];

  const send: SendHttp = request =>
    new Promise(resolve => {
      const fate = dependencies.fateOf(request);
      const exchange: Exchange = {
        number: exchanges.length + 1,
        request,
        path: pathOf(request),
        sentAt: time.now(),
        fate,
        arrivals: [],
        answered: undefined,
        reply: undefined,
        repliedAt: Number.NaN,
      };
      exchanges.push(exchange);
      let connected = false;

      const settle = (reply: HttpReply) => {
        if (exchange.reply !== undefined) return;
        exchange.reply = reply;
        exchange.repliedAt = time.now();
        giveUp();
        request.signal?.removeEventListener("abort", stop);
        request.unsentSignal?.removeEventListener("abort", stopUnsent);
        dependencies.onReply?.(exchange);
        resolve(reply);
      };
      const stop = () => settle({ kind: "stopped", mayHaveArrived: connected });
      const stopUnsent = () => {
        if (!connected) stop();
      };
      const giveUp = time.after(request.timeLimitMs, () => {
        const within = `within ${Math.max(1, Math.round(request.timeLimitMs / 1_000))} s`;
        settle(
          connected
            ? { kind: "broken", reason: `no complete answer ${within}` }
            : { kind: "unreachable", reason: `no connection ${within}`, permanent: false },
        );
      });

      const arrive = () => {
        const calledOff = exchange.reply !== undefined && fate.diesWithCaller === true;
        if (calledOff || fate.lost === true) return;
        const reached = fate.fault === undefined || reachesTheServer(fate.fault);
        if (reached) {
          exchange.arrivals.push(time.now());
          exchange.answered = dependencies.answer(exchange);
        }
        const own = reached ? exchange.answered : undefined;
        time.after(fate.returnMs ?? 0, () => {
          const reply = afterFault(fate.fault, request, dependencies.serverNow(), own);
          if (reply !== "nothing") settle(reply);
        });
        const { againAfterMs } = fate;
        if (againAfterMs !== undefined && reached) {
          time.after(againAfterMs, () => {
            exchange.arrivals.push(time.now());
            dependencies.answer(exchange);
          });
        }
      };
      const connect = () => {
        if (exchange.reply !== undefined) return;
        if (fate.unreachable !== undefined) {
          const { permanent } = fate.unreachable;
          const reason = permanent ? "the certificate has expired" : "connection refused";
          settle({ kind: "unreachable", reason, permanent });
          return;
        }
        connected = true;
        time.after(fate.travelMs ?? 0, arrive);
      };

      request.signal?.addEventListener("abort", stop);
      request.unsentSignal?.addEventListener("abort", stopUnsent);
      if (request.signal?.aborted || request.unsentSignal?.aborted) stop();
      else if ((fate.connectMs ?? 0) < Number.POSITIVE_INFINITY)
        time.after(fate.connectMs ?? 0, connect);
    });

  return { send, exchanges };
}
