import {
  type HttpReply,
  type HttpRequest,
  MAX_BODY,
  type SendHttp,
} from "../../shared/etlworks/http.ts";
import { type Fault, reachesTheServer, spoil } from "../sandbox/faults.ts";
import type { ApiReply } from "../sandbox/reply.ts";
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
        path: request.url.pathname + request.url.search,
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
          const reply = delivered(fate.fault, exchange.path, dependencies.serverNow(), own);
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

/** What the caller sees of an answer after the fault had its way. */
function delivered(
  fault: Fault | undefined,
  path: string,
  serverNow: number,
  own: ApiReply | undefined,
): HttpReply | "nothing" {
  if (fault === undefined) return own === undefined ? "nothing" : toHttp(own);
  switch (fault.kind) {
    case "hang":
      return "nothing";
    case "reset":
    case "hang-up":
      return { kind: "broken", reason: "connection reset (ECONNRESET)" };
    case "half-body":
      return { kind: "broken", reason: "the answer broke off in the middle" };
    case "endless-body":
      return { ...toHttp(own ?? { status: 200, headers: {}, body: "" }), body: endless, cut: true };
    case "answer":
    case "body":
    case "cut-json":
    case "delay":
    case "empty-body":
    case "empty-object":
    case "garbage":
    case "html":
    case "null":
    case "other-audit-id":
    case "rate-limited":
    case "redirect":
    case "slow-drip":
    case "status-word":
      return toHttp(spoil(fault, path.replace(/\?.*$/s, ""), serverNow, own));
  }
}

/** The sandbox sends blanks for ever; what is read of them is looked at once and thrown away. */
const endless = " ".repeat(Math.min(8_192, MAX_BODY));

function toHttp({ status, headers, body }: ApiReply): Extract<HttpReply, { kind: "answer" }> {
  return { kind: "answer", status, headers, body, cut: false };
}
